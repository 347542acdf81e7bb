"""The breakdown of the live audience."""

import re
from typing import Any

import pytest

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.store import AudienceStore
from dashboard.views.slices import Breakdown, dimension_word
from tests.dashboard.records import NOW, profile


def _view(*profiles: dict[str, Any]) -> tuple[AudienceStore, Breakdown]:
    model = AudienceModel()
    known = [profile(f"v{i}", **fields) for i, fields in enumerate(profiles)]
    model.viewers.apply((p.viewer_id, p) for p in known)
    store = AudienceStore(model, lambda: NOW)
    view = Breakdown(store=store)
    view.refresh()
    return store, view


def _rows(view: Breakdown) -> list[list[str]]:
    body = str(view.markup.html).split("<tbody>")[1].partition("</tbody>")[0]
    rows = body.split("<tr>")[1:]
    return [[*filter(None, re.split(r"\s*<[^>]*>\s*", row))] for row in rows]


def test_first_dimension_is_the_player() -> None:
    """Without a word in the address, players are shown, the most viewers first."""
    _, view = _view(
        {"player_type": "a"},
        {"player_type": "b", "time_played": 99.0, "time_buffering": 1.0, "errors": 3},
        {"player_type": "b"},
    )

    assert _rows(view)[0] == ["b", "2", "0", "1.00 %", "3"]
    assert _rows(view)[1] == ["a", "1", "0", "unknown", "0"]


def test_address_names_the_dimension() -> None:
    """Any dimension that the events carry can be picked, and shared as an address."""
    store, view = _view({"dimensions": {"device": "Phone"}})
    store.query = {"by": "device"}
    view.refresh()

    assert _rows(view)[0][:2] == ["Phone", "1"]
    assert 'href="?page=live&amp;by=device" aria-current="true"' in view.markup.html


def test_dimension_that_is_none_is_the_first() -> None:
    """An address from elsewhere breaks nothing."""
    store, view = _view({"player_type": "a"})
    store.query = {"by": "<b>"}
    view.refresh()

    assert _rows(view)[0][0] == "a"


def test_value_that_nobody_told_is_unknown() -> None:
    """Viewers without a value are a row of their own, and say so."""
    _, view = _view({})

    assert _rows(view)[0][0] == "unknown"


def test_what_has_no_row_is_counted() -> None:
    """Ten rows, and how many viewers the others have."""
    _, view = _view(*({"player_type": f"p{i:02}"} for i in range(13)))

    assert len(_rows(view)) == 10
    assert "and 3 viewers with other values" in view.markup.html


def test_nobody() -> None:
    """An empty audience says so, once the feed has read all that there was."""
    store, view = _view()
    before = view.markup.html
    store.feed = FeedStatus(FeedState.FOLLOWING)
    view.refresh()

    assert "Who is live is unknown yet." in before
    assert "Nobody is live." in view.markup.html


def test_strangers_text_is_text() -> None:
    """Neither a value nor a dimension becomes markup."""
    store, view = _view({"dimensions": {"<i>x": "<img src=x>"}})
    store.query = {"by": "<i>x"}
    view.refresh()

    assert "<img" not in view.markup.html
    assert "<i>" not in view.markup.html


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [("player_type", "Player"), ("device", "Device"), ("app_version", "App version")],
)
def test_dimension_word(dimension: str, expected: str) -> None:
    """A dimension reads as a word."""
    assert dimension_word(dimension) == expected
