"""The Quality page, without a browser."""

import pytest

from dashboard.model import AudienceModel
from dashboard.pages.quality import QualityPage
from dashboard.store import AudienceStore
from dataflows.playback.audience import Audience, QualityTally
from tests.dashboard.records import NOW, audience, profile
from tests.dashboard.shown import cells, figures


@pytest.fixture
def model() -> AudienceModel:
    """Return a model that knows nothing."""
    return AudienceModel()


@pytest.fixture
def page(model: AudienceModel) -> QualityPage:
    """Return the page of a session."""
    return QualityPage(store=AudienceStore(model, lambda: NOW))


def _record(at: int, **errors: int) -> Audience:
    quality = QualityTally(
        time_played=90.0 * at,
        time_buffering=10.0 * at,
        stalls=at // 10,
        errors=sum(errors.values()),
        quality_changes=at // 5,
    )
    return audience(at, quality=quality, errors_by_code=errors)


def test_nothing_is_known(page: QualityPage) -> None:
    """Before the first record, no figure is made up."""
    page.refresh()

    assert set(figures(page.facts)) == {"unknown"}


def test_figures_of_the_span(model: AudienceModel, page: QualityPage) -> None:
    """Ratio, rates and totals are of what was counted in the span."""
    model.history.append([_record(0), _record(60, bad=3)])
    model.viewers.apply([("a", profile("a", startup_time=1.25, bitrate=4_200_000))])
    page.refresh()

    assert figures(page.facts) == [
        *("10.00 %", "6.0", "3.60", "1.25 s", "4.20 Mbit/s", "12.0", "3.0")
    ]
    assert "an estimate: median of 1 sessions on now" in page.facts.markup.html


def test_nobody_watched(model: AudienceModel, page: QualityPage) -> None:
    """A ratio of no time is not 0 but unknown; what did not happen is 0."""
    model.history.append([audience(0), audience(60)])
    page.refresh()

    assert figures(page.facts)[:3] == ["unknown", "0.0", "unknown"]


def test_lines_go_on(model: AudienceModel, page: QualityPage) -> None:
    """Ten more seconds are one more point."""
    model.history.append(_record(at) for at in range(0, 31, 10))
    page.refresh()
    before = list(page.rebuffering.source.data["ratio"])
    model.history.append([_record(40)])
    page.refresh()

    assert (before, list(page.rebuffering.source.data["ratio"])) == (
        [10, 10, 10],
        [10, 10, 10, 10],
    )
    assert list(page.interruptions.source.data["changes"]) == [12] * 4


def test_errors_by_code(model: AudienceModel, page: QualityPage) -> None:
    """Codes are told in bars and in a table; those without a name are not left out."""
    quality = QualityTally(errors=10)
    codes = {"<b>": 6, "404": 3}
    newest = audience(30, quality=quality, errors_by_code=codes)
    model.history.append([audience(0), newest])
    page.refresh()

    assert cells(page.by_code) == [
        ["&lt;b&gt;", "6", "60.0 %"],
        ["404", "3", "30.0 %"],
        ["(all others)", "1", "10.0 %"],
    ]
    assert list(page.errors.source.data["code"]) == ["<b>", "404"]


def test_slices_of_the_live_sessions(model: AudienceModel, page: QualityPage) -> None:
    """Each title, player and quality has its figures; those without one are unknown."""
    viewers = [
        profile(
            "a",
            player_type="html5",
            time_played=90.0,
            time_buffering=10.0,
            stalls=2,
            startup_time=0.5,
            errors=1,
        ),
        profile("b", player_type=None),
    ]
    model.viewers.apply((viewer.viewer_id, viewer) for viewer in viewers)
    page.refresh()

    assert sorted(cells(page.slices["player_type"])) == [
        ["html5", "1", "10.00 %", "2", "72.00", "0.50 s", "1"],
        ["unknown", "1", "unknown", "0", "unknown", "unknown", "0"],
    ]
    assert cells(page.slices["title"])[0][:2] == ["A film", "2"]


def test_many_titles_are_added_up(model: AudienceModel, page: QualityPage) -> None:
    """The rest beyond the largest are one row that says so."""
    model.viewers.apply(
        (f"v{i}", profile(f"v{i}", label=f"Film {i}")) for i in range(60)
    )
    page.refresh()

    assert cells(page.slices["title"])[-1][:2] == ["(10 others)", "10"]
