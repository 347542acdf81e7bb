"""The Ads page, without a browser."""

import pytest

from dashboard.model import AudienceModel
from dashboard.pages.ads import AdsPage
from dashboard.store import AudienceStore
from dataflows.playback.audience import (
    AdTally,
    Audience,
    AudienceMinute,
    EventTally,
    QualityTally,
)
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, audience, profile, stamp
from tests.dashboard.shown import cells, figures


@pytest.fixture
def model() -> AudienceModel:
    """Return a model that knows nothing."""
    return AudienceModel()


@pytest.fixture
def store(model: AudienceModel) -> AudienceStore:
    """Return a session's store of it."""
    return AudienceStore(model, lambda: NOW)


@pytest.fixture
def page(store: AudienceStore) -> AdsPage:
    """Return the page of that session."""
    return AdsPage(store=store)


def _record(at: int, **counts: int) -> Audience:
    tally = AdTally(**counts)
    return audience(
        at, ads=tally, ads_by_id={"x": tally}, ads_by_break={"pre-roll": tally}
    )


def test_nothing_is_known(page: AdsPage) -> None:
    """Before the first record, no figure is made up."""
    page.refresh()

    assert set(figures(page.facts)) == {"unknown"}
    assert cells(page.by_ad) == cells(page.on_screen) == []


def test_rates_of_the_span(model: AudienceModel, page: AdsPage) -> None:
    """Rates are shares of the ads that started in the span."""
    model.history.append([_record(0, starts=100, completes=80)])
    model.history.append(
        [_record(30, starts=120, completes=91, skips=4, clicks=1, breaks=12)]
    )
    page.refresh()

    assert figures(page.facts) == ["20", "20", "55.0 %", "20.0 %", "5.00 %", "12"]


def test_no_ad_has_no_rate(model: AudienceModel, page: AdsPage) -> None:
    """Where no ad started, a share of them is not 0 but unknown."""
    model.history.append([_record(0, starts=5), _record(30, starts=5)])
    page.refresh()

    assert figures(page.facts) == ["20", "0", "unknown", "unknown", "unknown", "0"]


def test_ads_and_breaks_have_rows(model: AudienceModel, page: AdsPage) -> None:
    """Each ad and break position has its own funnel, in shares of its starts."""
    model.history.append([_record(0), _record(30, starts=4, midpoints=2, skips=1)])
    page.refresh()
    shares = ["4", "50.0 %", "50.0 %", "0.0 %", "0.0 %", "25.0 %", "0.00 %"]

    assert cells(page.by_ad) == [["x", *shares]]
    assert cells(page.by_break) == [["pre-roll", *shares]]


def test_what_has_no_name_has_a_row(model: AudienceModel, page: AdsPage) -> None:
    """Ads that no row names are not left out in silence."""
    whole, named = AdTally(starts=10, completes=4), AdTally(starts=8, completes=4)
    model.history.append([audience(0), audience(30, ads=whole, ads_by_id={"x": named})])
    page.refresh()

    assert [row[:2] for row in cells(page.by_ad)] == [
        ["x", "8"],
        ["(all others)", "2"],
    ]


def test_funnel_adds_up_the_breaks(model: AudienceModel, page: AdsPage) -> None:
    """Sites that send quartiles and sites that don't are each taken at their word."""
    telling = AdTally(starts=10, first_quartiles=9, midpoints=8, third_quartiles=7)
    silent = AdTally(starts=10, completes=5)
    whole = AdTally(
        starts=20, first_quartiles=9, midpoints=8, third_quartiles=7, completes=5
    )
    breaks = {"pre-roll": telling, "mid-roll": silent}
    model.history.append([audience(0), audience(30, ads=whole, ads_by_break=breaks)])
    page.refresh()

    assert list(page.funnel.source.data["ads"]) == [20, 14, 13, 12, 5]


def test_day_is_of_minutes(
    model: AudienceModel, store: AudienceStore, page: AdsPage
) -> None:
    """The span that the address names shows at once."""
    tally = AdTally(starts=7)
    minute = AudienceMinute(
        tstamp=stamp(0),
        seconds=60,
        peak={},
        mean={},
        viewers_peak=0,
        titles={},
        sessions_started=0,
        sessions_left=0,
        sessions_completed=0,
        events=EventTally(),
        ads=tally,
        quality=QualityTally(),
        ads_by_id={"x": tally},
    )
    model.minutes.append([minute])
    store.query = {"span": "24h"}

    assert cells(page.by_ad)[0][:2] == ["x", "7"]


def test_ads_on_screen_now(model: AudienceModel, page: AdsPage) -> None:
    """Viewers in an ad are counted by it; who hears of no id is counted, too."""
    in_ad = PlaybackStatus.WATCHING_AD
    viewers = [
        profile("a", status=in_ad, ad_id="<b>"),
        profile("b", status=in_ad, ad_id="<b>"),
        profile("c", status=in_ad),
        profile("d"),
    ]
    model.viewers.apply((viewer.viewer_id, viewer) for viewer in viewers)
    page.refresh()

    assert cells(page.on_screen) == [
        ["&lt;b&gt;", "2"],
        ["(an ad without an id)", "1"],
    ]


def test_many_ads_on_screen_are_added_up(model: AudienceModel, page: AdsPage) -> None:
    """Beyond fifty ads, the rest are one row."""
    in_ad = PlaybackStatus.WATCHING_AD
    model.viewers.apply(
        (f"v{i}", profile(f"v{i}", status=in_ad, ad_id=f"ad{i:02}")) for i in range(60)
    )
    page.refresh()

    assert len(cells(page.on_screen)) == 51
    assert cells(page.on_screen)[-1] == ["(all others)", "10"]


def test_nothing_changes_while_nothing_comes(
    model: AudienceModel, page: AdsPage
) -> None:
    """A second look at the same model sends nothing."""
    model.history.append([_record(0), _record(30, starts=4)])
    page.refresh()
    changed: list[object] = []
    for view in (page.facts, page.by_ad, page.by_break, page.on_screen):
        view.markup.param.watch(changed.append, "html")
    page.refresh()

    assert changed == []
