"""A recorded story, told again."""

import msgspec

from dataflows.playback.decode import decode
from dataflows.playback.events import EventName, MediaEvent
from stack.collector.enriched import tsv_line
from stack.collector.tracking import Request
from stack.collector.translation import translate
from stack.snowplow.viewer import TP2, payload, story_of
from tests.stack.captures import CAPTURES

STORY = story_of(CAPTURES.read_bytes().splitlines(), "main", "viewer-alice")

NOON_MS = 1_795_435_200_000


def test_story() -> None:
    """It is one user's of one run, in the order made, from 0 ms on."""
    moments = [tracked.after_ms for tracked in STORY]

    assert len(STORY) == 53
    assert moments[0] == 0
    assert moments == sorted(moments)
    assert {tracked.fields["uid"] for tracked in STORY} == {"viewer-alice"}


def test_story_of_nobody() -> None:
    """Who is not in the recording has no story."""
    assert not story_of(CAPTURES.read_bytes().splitlines(), "main", "nobody")


def test_payload() -> None:
    """A request holds the event as new: whose, which and when, and else as it was."""
    event_id = "11111111-2222-4333-8444-555555555555"
    body = payload(
        STORY[-1],
        user_id="u",
        event_id=event_id,
        created_ms=NOON_MS,
        sent_ms=NOON_MS + 500,
    )
    request = Request(method="POST", path=TP2, body=body, arrival_ms=NOON_MS + 700)
    (row,) = translate(request).rows
    event = decode(tsv_line(row))

    assert isinstance(event, MediaEvent)
    assert (event.viewer_id, event.event_id, event.name, event.time) == (
        "u",
        event_id,
        EventName.END,
        NOON_MS + 200,
    )
    assert msgspec.json.decode(body)["data"][0]["co"] == STORY[-1].fields["co"]
