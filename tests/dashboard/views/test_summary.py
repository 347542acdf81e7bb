"""The figures' cards."""

import re

import pytest

from dashboard.figures import FIGURES
from dashboard.model import AudienceModel
from dashboard.store import AudienceStore
from dashboard.views.summary import Summary, change_text
from dataflows.playback.audience import Audience, QualityTally
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import NOW, audience


def _html(*records: Audience) -> str:
    model = AudienceModel()
    model.history.append(records)
    store = AudienceStore(model, lambda: NOW)
    store.pull()
    view = Summary(store=store)
    view.refresh()
    return str(view.markup.html)


def _card(name: str, html: str) -> str:
    _, _, part = html.partition(f'data-figure="{name}"')
    card, _, _ = part.partition('data-figure="')
    return " ".join(re.sub(r"<[^>]*>", " ", card.partition(">")[2]).split())


def test_every_figure_has_a_card() -> None:
    """The row is whole, in the order of the figures, the latency at its end."""
    names = re.findall(r'data-figure="(\w+)"', _html(audience()))

    assert names == [*FIGURES, "latency"]


def test_card_tells_the_figure_and_links_its_meaning() -> None:
    """A number is shown as a person reads it; its word leads to how it is computed."""
    html = _html(audience())

    assert "1,220" in _card("concurrent", html)
    assert 'href="#definition-concurrent"' in html


def test_what_is_not_known_says_so() -> None:
    """Before the first record no card shows a number."""
    html = _html()

    assert len(re.findall(r'class="figure unknown">unknown<', html)) == len(FIGURES) + 1
    assert not re.search(r'class="figure">', html)


def test_card_tells_the_change() -> None:
    """What was five minutes ago stands beside; what was an hour ago is not known."""
    before = audience(-300, viewers={PlaybackStatus.PAUSED_VIDEO: 24})
    card = _card("paused", _html(before, audience()))

    assert "▲ +25.0 %" in card
    assert "1 h unknown" in card


def test_harm_that_grew_stands_out() -> None:
    """More buffering than before is marked, by weight and colour; fewer is not."""
    low, high = ({PlaybackStatus.BUFFERING: count} for count in (10, 20))
    worse = _html(audience(-300, viewers=low), audience(viewers=high))
    better = _html(audience(-300, viewers=high), audience(viewers=low))

    assert 'class="worse"' in worse
    assert 'class="worse"' not in better


def test_latency_adds_the_flow_and_the_screen() -> None:
    """It is the flow's median and the age of what is shown, and tells both."""
    card = _card("latency", _html(audience(-1.5, latency_p50_ms=100.0)))

    assert "1.6 s" in card
    assert "100 ms" in card
    assert "1,500 ms" in card


def test_latency_is_unknown_where_the_flow_tells_none() -> None:
    """The screen's age alone is not the whole way."""
    card = _card("latency", _html(audience(-1.5)))

    assert "unknown" in card
    assert "1,500 ms" in card


def test_ratio_is_told_in_percent() -> None:
    """A share reads as a percentage."""
    quality = QualityTally(time_played=199, time_buffering=1)
    html = _html(audience(-60), audience(quality=quality))

    assert "0.50 %" in _card("rebuffer_ratio", html)


@pytest.mark.parametrize(
    ("name", "now", "before", "expected"),
    [
        ("paused", 110, 100, "▲ +10.0 %"),
        ("paused", 90, 100, "▼ \N{MINUS SIGN}10.0 %"),
        ("paused", 100, 100, "= same"),
        ("paused", 100_000, 100_001, "= same"),
        ("paused", 7, 0, "▲ +7"),
        ("paused", 0, 0, "= same"),
        ("paused", 0, 8, "▼ \N{MINUS SIGN}100.0 %"),
        ("paused", 5_000, 2, "▲ +4,998"),
        ("rebuffer_ratio", 0.021, 0.01, "▲ +1.1 points"),
        ("rebuffer_ratio", 0.01, 0.01, "= same"),
        ("paused", None, 1, "unknown"),
        ("paused", 1, None, "unknown"),
    ],
)
def test_change(
    name: str, now: float | None, before: float | None, expected: str
) -> None:
    """A change reads at a glance; what can't be compared says so."""
    assert change_text(name, now, before) == expected
