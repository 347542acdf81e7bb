"""A shard: lateness, closing, what it shows and tells, and its snapshot."""

from dataclasses import replace
from unittest.mock import patch

import msgspec
import pytest

from dataflows.playback import recent
from dataflows.playback.audience import TITLE_CHARS
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.events import EventName
from dataflows.playback.intake import SHARDS, shard_of
from dataflows.playback.messages import DeadLetter
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from dataflows.playback.shard import Shard
from tests.dataflows.playback.streams import (
    NOW,
    START_MS,
    TIMING,
    Reader,
    batch,
    flat,
    full,
)

PLAY, PAUSE, PING = EventName.PLAY, EventName.PAUSE, EventName.PING


def reader() -> Reader:
    """Return a reader of a new shard."""
    return Reader(Shard(TIMING))


def test_shard_of() -> None:
    """A viewer's shard is the same in every run, and every shard has viewers."""
    shards = {shard_of(f"viewer-{number}") for number in range(5_000)}

    assert shard_of("alice") == 71
    assert shards == set(range(SHARDS))


@pytest.mark.parametrize(
    ("behind", "reasons"),
    [(29.999, []), (30, []), (30.001, [DeadLetterReason.LATE])],
    ids=["within_bound", "exact_bound", "past_bound"],
)
def test_late(behind: float, reasons: list[DeadLetterReason]) -> None:
    """An event is late when it is behind its partition by more than the bound."""
    found = reader()
    found.send(flat(PING, 100, viewer_id="other"))
    found.send(flat(PLAY, 100 - behind))

    assert [refused.reason for refused in found.letters] == reasons
    assert ("alice" in found.shard.viewer_ids()) is not bool(reasons)


def test_late_is_handed_back() -> None:
    """What is refused is handed back with where it came from."""
    found = reader()
    late = flat(PLAY, 9)
    found.send(flat(PING, 100), late)
    (refused,) = found.letters

    assert (refused.topic, refused.partition) == ("source", "0")
    assert (refused.raw, refused.offset) == (b"raw", 1)
    assert refused.detail == "`time` must be behind by 30000 ms at most; got 91000 ms"


def test_partitions_are_told_together() -> None:
    """A viewer whose events lie in two partitions is shown once, with all of them."""
    pause, play = full(PAUSE, 10, paused=True), full(PLAY)
    together = [batch(pause), batch(play, partition="1")]
    output = Shard(TIMING).apply_all(together, NOW)
    in_order = Shard(TIMING).apply(batch(play, pause), NOW)

    assert output.profiles == in_order.profiles
    assert len(output.profiles) == 1
    assert {k: v for k, v in output.history.items() if v} == in_order.history


def test_letters_of_all_partitions() -> None:
    """What can't be used, or is late, is handed on whichever partition it came from."""
    found = reader()
    found.send(flat(PING, 100))
    letters = [
        DeadLetter(b"{", "source", name, 0, DeadLetterReason.UNPARSABLE, "")
        for name in ("0", "1")
    ]
    first, second = (
        msgspec.structs.replace(batch(partition=letter.partition), letters=[letter])
        for letter in letters
    )
    late = batch(flat(PLAY, 0))
    output = found.shard.apply_all([first, late, second], found.now)

    assert [letter.raw for letter in output.letters] == [b"{", b"raw", b"{"]
    assert (first.letters, second.letters) == ([letters[0]], [letters[1]])


@pytest.mark.parametrize(("ahead", "refused"), [(60.0, 0), (60.001, 1)])
def test_future(ahead: float, refused: int) -> None:
    """An event further ahead of the clock than the tolerance is refused."""
    found = reader()
    output = found.shard.apply(batch(flat(PLAY, ahead)), START_MS)

    assert len(output.letters) == refused
    assert len(found.shard.viewer_ids()) == 1 - refused


def test_future_makes_nobody_late() -> None:
    """The watermark is never ahead of the clock, whatever an event says."""
    shard = Shard(TIMING)
    shard.apply(batch(flat(PLAY, 59)), START_MS)
    output = shard.apply(batch(flat(PLAY, 0, viewer_id="bob")), START_MS)

    assert output.letters == []


@pytest.mark.parametrize(
    ("later", "status"),
    [
        (89, PlaybackStatus.WATCHING_VIDEO),
        (90, PlaybackStatus.WATCHING_VIDEO),
        (91, PlaybackStatus.LEFT),
    ],
    ids=["within_gap", "exact_gap", "past_gap"],
)
def test_watermark_closes(later: float, status: PlaybackStatus) -> None:
    """A session is over when the watermark has passed the gap behind it."""
    found = reader()
    found.send(full(PLAY))
    found.send(flat(PING, later, viewer_id="other"))

    assert found.profiles["alice"].status is status


def test_other_status_is_due_sooner() -> None:
    """Who has seen the end is over sooner than the pause before would be."""
    found = reader()
    found.send(full(PAUSE, paused=True))
    found.send(full(EventName.END, 10, ended=True))
    found.send(flat(PING, 42, viewer_id="other"))

    assert found.profiles["alice"].session_end == "2026-11-23T05:00:40.000Z"


def test_later_event_puts_it_off() -> None:
    """Who is heard again is looked at again a gap later."""
    found = reader()
    found.send(full(PLAY), flat(PLAY, viewer_id="other"))
    found.send(full(PING, 60), flat(PING, 60, viewer_id="other"))
    found.send(flat(PING, 120, viewer_id="other"))
    put_off = found.profiles["alice"].status
    found.send(flat(PING, 152, viewer_id="other"))

    assert put_off is PlaybackStatus.WATCHING_VIDEO
    assert found.profiles["alice"].status is PlaybackStatus.LEFT


def test_clock_closes_and_forgets() -> None:
    """When the stream is silent the clock closes a session, and forgets it later."""
    found = reader()
    found.send(full(PLAY))
    found.send_batch(batch(every=("0",), idle=True))
    found.tick(90)
    before = found.profiles["alice"].status
    found.tick(3)
    after = found.profiles["alice"].status
    found.tick(600)

    assert (before, after) == (PlaybackStatus.WATCHING_VIDEO, PlaybackStatus.LEFT)
    assert found.gone == ["alice"]
    assert found.shard.viewer_ids() == set()


def test_event_takes_a_close_back() -> None:
    """A session that the clock closed too soon goes on with the next event."""
    found = reader()
    found.send(full(PLAY))
    found.send_batch(batch(every=("0",), idle=True))
    found.tick(95)
    closed = found.profiles["alice"]
    found.send(full(PAUSE, 60, paused=True))

    assert closed.session_end is not None
    assert found.profiles["alice"].session_end is None
    assert found.profiles["alice"].version > closed.version
    assert found.statuses() == ["WATCHING_VIDEO", "PAUSED_VIDEO"]


def test_duplicate_of_one_just_forgotten() -> None:
    """A duplicate in the batch that ends the retention changes nothing."""
    found = reader()
    found.send(full(PLAY), flat(PLAY, viewer_id="other"))
    found.send_batch(batch(every=("0",), idle=True))
    found.tick(92)
    found.tick(599)
    assert "alice" in found.shard.viewer_ids()
    found.shard.watermark.carried += 3_000
    output = found.send(full(PLAY))

    assert sorted(output.gone) == ["alice", "other"]
    assert output.profiles == []


def test_duplicate_is_counted() -> None:
    """A duplicate is counted as one, and used is the first alone."""
    found = reader()
    found.send(full(PLAY), full(PLAY))
    tally = found.shard.end().tally

    assert tally is not None
    assert (tally.used, tally.duplicate) == (1, 1)


def test_restamped_duplicate_is_counted() -> None:
    """Also one that corrects the moment is a duplicate and no second event."""
    found = reader()
    found.send(*(full(EventName.AD_START, at, event_id="a") for at in (5, 4)))
    tally = found.shard.end().tally

    assert tally is not None
    assert (tally.used, tally.duplicate, tally.ads.starts) == (1, 1, 1)


def test_history_of_a_batch() -> None:
    """Of each key only the newest word leaves a batch: the item, or that it is none."""
    found = reader()
    output = found.send(
        full(PLAY), full(PING, 20, paused=True), full(PAUSE, 10, paused=True)
    )
    words = {key: item and item.status for (_, key), item in output.history.items()}

    assert words == {
        "2026-11-23T05:00:00.000Z": PlaybackStatus.WATCHING_VIDEO,
        "2026-11-23T05:00:20.000Z": None,
        "2026-11-23T05:00:10.000Z": PlaybackStatus.PAUSED_VIDEO,
    }


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (full(PING, 29.999), 1),
        (full(PING, 30), 2),
        (full(PAUSE, 5, paused=True), 2),
        (full(PING, 5, media_session_id="tab-2"), 2),
        (full(PING, 5, player={"label": "Film"}), 2),
        (full(EventName.AD_CLICK, 5), 2),
        (full(EventName.ERROR, 5), 2),
    ],
)
def test_what_is_shown_at_once(event: object, shown: int) -> None:
    """A profile is shown when it changes, and every 30 s while events come."""
    found = reader()
    found.send(full(PLAY))
    found.send(event)  # type: ignore[arg-type]

    assert len(found.versions["alice"]) == shown


def test_late_event_is_shown() -> None:
    """A late event that corrects the history is shown at once."""
    found = reader()
    found.send(full(PLAY), full(PAUSE, 20, paused=True))
    found.send(full(PAUSE, 10, paused=True))

    assert len(found.versions["alice"]) == 2


def test_tally_once_a_second() -> None:
    """A tally is told at most once a second, and only when it is another one."""
    shard = Shard(TIMING)
    told = [
        shard.apply(batch(full(PLAY)), NOW).tally,
        shard.apply(batch(full(PING, 1)), NOW + 999).tally,
        shard.tick(NOW + 1_000).tally,
        shard.tick(NOW + 5_000).tally,
    ]

    assert [tally and tally.used for tally in told] == [1, None, 2, None]


def test_tally_when_the_clock_is_set_back() -> None:
    """A clock that is set back does not silence the tally."""
    shard = Shard(TIMING)
    shard.apply(batch(full(PLAY)), NOW)
    tally = shard.apply(batch(full(PING, 1)), NOW - 3_600_000).tally

    assert tally is not None
    assert tally.used == 2


def test_long_title() -> None:
    """Of a title no more is tallied than a record of many can hold."""
    found = reader()
    found.send(full(PLAY, player={"label": "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 4_096}))
    tally = found.shard.end().tally

    assert tally is not None
    assert [len(title) for title in tally.titles] == [TITLE_CHARS]


def test_duplicate_takes_a_close_back() -> None:
    """No version goes back, also when an earlier stamp reopens what was closed."""
    found = reader()
    found.send(
        full(PAUSE, 5, paused=True, event_id="p"),
        full(PLAY, 6),
        flat(PLAY, viewer_id="b"),
    )
    found.send_batch(batch(every=("0",), idle=True))
    found.tick(97)
    # The play was before the pause, so the session was not over.
    found.send(full(PLAY, 4, event_id=f"{PLAY}@{START_MS + 6_000}"))
    versions = found.versions["alice"]

    assert found.profiles["alice"].status is PlaybackStatus.PAUSED_VIDEO
    assert versions == sorted(versions)
    assert len(versions) == 3


def test_hot_id_is_put_off() -> None:
    """What comes out of order for a hot id is folded by the next tick at the latest."""
    found = reader()
    found.send(*(flat(PING, at / 10) for at in range(1_000)))
    found.send(flat(PAUSE, 99.85))
    put_off = found.profiles["alice"].status
    found.shard = Shard.unpack(TIMING, found.shard.pack())
    found.tick()

    assert put_off is PlaybackStatus.WATCHING_VIDEO
    assert found.profiles["alice"].status is PlaybackStatus.PAUSED_VIDEO


def test_hot_id_at_the_end() -> None:
    """Nothing is left waiting when the source ends."""
    found = reader()
    found.send(*(flat(PING, at / 10) for at in range(1_000)))
    found.send(flat(PAUSE, 99.85))
    (profile,) = found.shard.end().profiles

    assert profile.status is PlaybackStatus.PAUSED_VIDEO


def test_hot_id_that_is_due() -> None:
    """What waits is folded before it is said that somebody has left."""
    found = reader()
    found.send(*(flat(PING, at / 10) for at in range(1_000)))
    found.send(
        flat(PAUSE, 99.85),
        flat(PING, 129, viewer_id="b"),
        flat(PING, 195, viewer_id="b"),
    )

    assert found.profiles["alice"].status is PlaybackStatus.PAUSED_VIDEO


def test_departure_is_shown_before_it_is_forgotten() -> None:
    """Who is due to be closed and forgotten at once is seen to leave all the same."""
    found = reader()
    with patch.multiple(recent, _REFOLD_FREE=1, _REFOLD_EACH=1):
        for name, at in (("a", 0), ("a", -0.03), ("b", 0.04), ("b", 0)):
            found.send(flat(PLAY, at, event_id=name))
        found.send(flat(PING, 86_400, viewer_id="far"))
    found.tick()

    assert found.gone == ["alice"]
    assert found.profiles["alice"].status is PlaybackStatus.LEFT


def test_hot_id_settled_early() -> None:
    """What comes before the older events of too many is late, and says so."""
    found = reader()
    found.send(*(flat(PING, at / 1_000) for at in range(2_050)))
    output = found.send(flat(PAUSE, 0.0005))
    (refused,) = output.letters

    assert refused.reason is DeadLetterReason.LATE
    assert "settled early" in refused.detail
    assert "alice" in found.shard.viewer_ids()


def test_time_played_stays() -> None:
    """Seconds played are a sum that only grows, also when viewers leave and return."""
    found = reader()
    sums = []
    for at in (0, 60, 200, 230, 1_500):
        found.send(full(PLAY, at))
        tally = found.shard.end().tally
        assert tally is not None
        sums.append(tally.quality.time_played)

    assert sums == [0, 60, 60, 90, 90]


def test_tally_of_who_is_there() -> None:
    """Who has left is counted as left, and no more among the viewers of a title."""
    found = reader()
    titled = {"label": "Film"}
    found.send(full(PLAY, player=titled), full(PLAY, 80, viewer_id="b", player=titled))
    found.send(full(PING, 92, viewer_id="b", player=titled))
    tally = found.shard.end().tally

    assert tally is not None
    assert tally.viewers == {PlaybackStatus.WATCHING_VIDEO: 1}
    assert tally.titles == {"Film": 1}
    assert (tally.sessions_started, tally.sessions_left) == (2, 1)


def test_resumes_with_other_gaps() -> None:
    """Who is there is counted anew: other gaps may tell it otherwise."""
    reader = Reader(Shard(TIMING))
    reader.send(full(EventName.PLAY), full(EventName.END, 1), full(EventName.PING, 20))
    other = replace(TIMING, gap_completed=10_000)
    reader.shard = Shard.unpack(other, reader.shard.pack())
    reader.send(full(EventName.PAUSE, 21, paused=True))
    tally = reader.shard.end().tally

    assert tally is not None
    assert tally.viewers == {PlaybackStatus.PAUSED_VIDEO: 1}


def _profile(found: Reader) -> ViewerProfile:
    """Return the profile as it is, shown or not."""
    viewer = found.shard.find("alice")
    assert viewer is not None
    return viewer.profile(TIMING)


def test_late_event_behind_a_settled_stretch() -> None:
    """What comes between the settled and the recent is folded, and folded again."""
    found, in_order = reader(), reader()
    late = (flat(PAUSE, 20), flat(PLAY, 25), flat(PAUSE, 22, event_id="again"))
    found.send(flat(PLAY), flat(PING, 5))
    found.send(flat(PING, 40))
    for event in late:
        found.send(event)
    in_order.send(
        flat(PLAY),
        flat(PING, 5),
        *sorted(late, key=lambda event: event.time),
        flat(PING, 40),
    )

    assert found.letters == []
    assert found.history == in_order.history
    assert _profile(found) == _profile(in_order)
