"""A recording through the core once more, against the flow itself."""

from bytewax.testing import run_main

from dataflows.frames.lines import Record
from dataflows.frames.replay import replay
from dataflows.playback.profile import PlaybackStatus
from dataflows.playback.timing import Timing
from tests.dataflows.stream import START, Taken, batches, flat, flow_of

MESSAGES = [
    flat("alice", "play", 0),
    flat("bob", "play", 1_000),
    flat("alice", "pause", 5_000),
    flat("alice", "play", 4_000),
    flat("bob", "end", 20_000),
    b"junk",
    flat("alice", "play", 50_000),
    flat("carol", "play", 300_000),
]


def _records(messages: list[bytes]) -> list[Record]:
    stamps = [0, 1_000, 5_000, 5_100, 20_000, 21_000, 50_000, 300_000]
    return [
        Record(START + at, None, message, 0, offset)
        for offset, (at, message) in enumerate(zip(stamps, messages, strict=False))
    ]


def test_replay_is_what_the_flow_makes() -> None:
    """Changes, statuses and letters are the flow's own of the same messages."""
    taken = Taken()
    run_main(flow_of(batches(MESSAGES[:6], 3), taken))
    replayed = replay(_records(MESSAGES[:6]))

    items = {
        (item.viewer_id, item.collector_tstamp): item.status
        for item in replayed.history
    }
    assert items == {key: item["status"] for key, item in taken.history().items()}
    statuses = {profile.viewer_id: profile.status for profile in replayed.profiles}
    newest = taken.newest_profiles()
    assert statuses == {key: profile["status"] for key, profile in newest.items()}
    assert [letter.raw for letter in replayed.letters] == [b"junk"]


def test_windows_close_in_between() -> None:
    """The clock ticks between the messages: a silent viewer leaves in time."""
    records = _records(MESSAGES)
    statuses = [item.status for item in replay(records).history]

    assert PlaybackStatus.LEFT in statuses
    assert len(replay(records).seconds) == 301
    assert [m.seconds for m in replay(records).minutes][1:] == [60] * 4


def test_other_gaps_make_other_sessions() -> None:
    """A gap that is shorter than the silence between two pings ends the session."""
    records = _records(MESSAGES)
    short = replay(records, Timing(gap_playing=20_000, gap_paused=20_000))

    assert short.seconds[-1].sessions_started == 4
    assert replay(records).seconds[-1].sessions_started == 3


def test_order_does_not_matter() -> None:
    """Records are replayed in order of their stamps, whatever order they are in."""
    records = _records(MESSAGES)

    assert replay(records[::-1]).history == replay(records).history


def test_nothing_comes_of_nothing() -> None:
    """A topic without records has no viewers, and no seconds."""
    replayed = replay([])

    assert (replayed.profiles, replayed.history, replayed.seconds) == ([], [], [])
