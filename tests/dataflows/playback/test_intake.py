"""Where a raw message goes, and what a shard can use of it."""

from typing import Any

import msgspec
import pytest
from hypothesis import given

from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.intake import SHARDS, Reach, decoded, shard_of, unread
from dataflows.playback.messages import DeadLetter, RawBatch
from dataflows.playback.timing import Timing
from tests.dataflows.playback.decode.messages import (
    enriched_fields,
    enriched_tsv,
    event,
    flat_fields,
    message,
    plain_fields,
)
from tests.strategies import media_event

PLAY = event(name=EventName.PLAY)


def raw(*values: bytes) -> RawBatch:
    """Return messages as the source hands them over."""
    return RawBatch("source", "3", list(range(len(values))), list(values))


def routed(batch: RawBatch) -> dict[int, RawBatch]:
    """Return what each shard has of it."""
    return Reach(Timing()).routed(batch, PLAY.time)


def shard_and_viewer(value: bytes) -> tuple[int, str]:
    """Return where a message goes, and whose it turns out to be there."""
    ((shard, batch),) = routed(raw(value)).items()
    (event,) = decoded(batch).events
    assert event is not None
    return shard, event.viewer_id


@given(media_event())
def test_goes_to_the_viewers_shard(found: MediaEvent) -> None:
    """A message goes where its viewer is, in whatever shape it comes."""
    shapes = [
        message(plain_fields(found)),
        message(flat_fields(found)),
        message(enriched_fields(found)),
        enriched_tsv(found),
    ]
    places = {shard_and_viewer(value) for value in shapes}

    assert places == {(shard_of(found.viewer_id), found.viewer_id)}


@pytest.mark.parametrize(
    "changes",
    [
        {"viewer_id": 288},
        {"viewer_id": "288", "video_ts": float("nan")},
        {"viewer_id": "288", "adId": [1]},
    ],
    ids=["a number", "unreadable JSON", "another field is wrong"],
)
def test_odd_messages_go_there_too(changes: dict[str, Any]) -> None:
    """What only a second reading understands goes where its viewer is."""
    batches = routed(raw(message({**plain_fields(PLAY), **changes})))

    assert list(batches) == [shard_of("288")]


def test_nobodys_message() -> None:
    """What has no viewer goes somewhere, and comes out as a dead letter."""
    nobody, broken = message({**plain_fields(PLAY), "viewer_id": ""}), b"{"
    batches = routed(raw(nobody, broken)).values()
    letters = [letter for batch in batches for letter in decoded(batch).letters]

    assert [(letter.raw, letter.offset) for letter in letters] == [
        (nobody, 0),
        (broken, 1),
    ]
    assert letters[0].reason is DeadLetterReason.MISSING_VIEWER_ID
    assert isinstance(letters[1], DeadLetter)
    assert (letters[1].topic, letters[1].partition) == ("source", "3")


def test_viewer_that_is_no_text() -> None:
    """A viewer's id that is not UTF-8 is nobody's."""
    broken = enriched_tsv(PLAY, user_id=b"\xff")
    (batch,) = routed(raw(broken)).values()

    assert [letter.raw for letter in decoded(batch).letters] == [broken]


def test_counts() -> None:
    """Messages are counted by shape, and page views skipped and counted."""
    good = message(plain_fields(PLAY))
    view = message({**plain_fields(PLAY), "event_name": "page_view"})
    (batch,) = routed(raw(good, view, good)).values()
    found = decoded(batch)

    assert [event is not None for event in found.events] == [True, False, True]
    assert found.offsets == [0, 1, 2]
    assert (found.skipped, found.shapes) == (1, {"flat_json": 3})


@pytest.mark.parametrize(("end", "left"), [(0, [0, 1, 2]), (2, [2]), (3, [])])
def test_what_is_read_again(end: int, left: list[int]) -> None:
    """Of a replayed batch a shard takes what is beyond what it has read."""
    (batch,) = routed(raw(*(message(flat_fields(PLAY)) for _ in range(3)))).values()
    again = msgspec.structs.replace(batch, replayed=True)

    assert decoded(unread(again, end)).offsets == left
    assert decoded(unread(again, end)).offsets[-1:] == ([2] if left else [])
    assert unread(batch, end) is batch


def test_word_is_for_all() -> None:
    """What a partition says of itself goes to every shard."""
    word = RawBatch("source", "3", every=("3",), idle=True)
    batches = routed(word)
    found = decoded(batches[5])

    assert set(batches) == set(range(SHARDS))
    assert (found.partition, found.every, found.idle) == ("3", ("3",), True)
