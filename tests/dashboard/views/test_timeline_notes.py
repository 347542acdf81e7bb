"""What keeps the viewer page from being whole, in words."""

import pytest

from dashboard.model import FeedState, FeedStatus
from dashboard.past import ITEMS_MOST, Past, PastState
from dashboard.views.timeline_notes import empty_html, notes_html
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.records import profile
from tests.dashboard.stories import change

FOLLOWING = FeedStatus(FeedState.FOLLOWING)
READY = Past(PastState.READY)
ITEM = change(0, PlaybackStatus.WATCHING_VIDEO)


def test_nothing_missing() -> None:
    """Where all is as it should be, there is no note."""
    assert notes_html(READY, FOLLOWING) == ""


@pytest.mark.parametrize(
    ("past", "note"),
    [
        (Past(), "Reading the history"),
        (Past(PastState.OFF, detail="history is off"), "Kafka alone: history is off."),
        (Past(PastState.FAILED, detail="no answer"), "is from Kafka: no answer."),
        (
            Past(PastState.FAILED, (ITEM,), detail="no answer"),
            "what was read before and what Kafka tells: no answer.",
        ),
        (Past(PastState.READY, unreadable=1_234), "1,234 items"),
        (Past(PastState.READY, (ITEM,) * ITEMS_MOST), "No more of the history"),
    ],
)
def test_tables(past: Past, note: str) -> None:
    """What is wrong with the history is told, and what shows all the same."""
    assert note in notes_html(past, FOLLOWING)


@pytest.mark.parametrize("state", [s for s in FeedState if s != FeedState.FOLLOWING])
def test_feed(state: FeedState) -> None:
    """Where the topics are not followed, what shows may be old."""
    assert "What shows may be old" in notes_html(READY, FeedStatus(state))


@pytest.mark.parametrize(
    ("viewer_id", "past", "state", "title"),
    [
        ("", READY, FeedState.FOLLOWING, "No viewer chosen"),
        ("alice", Past(), FeedState.FOLLOWING, "Looking for alice"),
        ("alice", READY, FeedState.FOLLOWING, "alice is not known"),
        ("alice", READY, FeedState.LOADING, "Nothing is known of alice yet"),
        ("alice", READY, FeedState.DISCONNECTED, "no Kafka broker answers"),
        (
            "alice",
            Past(PastState.OFF, detail="history is off"),
            FeedState.FOLLOWING,
            "who left can&#x27;t be known: history is off.",
        ),
        (
            "alice",
            Past(PastState.FAILED, detail="DynamoDB is away"),
            FeedState.FOLLOWING,
            "Kafka knows nobody under this id, and DynamoDB is away.",
        ),
    ],
)
def test_empty(viewer_id: str, past: Past, state: FeedState, title: str) -> None:
    """Nobody chosen, not known, and can't be known are three different things."""
    assert title in empty_html(viewer_id, past, FeedStatus(state), ())


def test_others_are_offered() -> None:
    """Who could be meant is a link away, escaped like everything."""
    html = empty_html("<b>", READY, FOLLOWING, [profile("<b>ob&")])

    assert 'href="?page=viewer&amp;viewer=%3Cb%3Eob%26"' in html
    assert "&lt;b&gt;ob&amp;</a> ▶" in html
    assert "<b>" not in html
