"""When the tables are asked, for how many browsers, and how much is kept."""

from typing import Any

import pytest

import dashboard.pasts as pasts_module
from dashboard.past import Past, PastReader, PastState
from dashboard.pasts import ViewerPasts, shared_pasts
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from dataflows.settings import Settings
from tests.dashboard.records import profile, stamp
from tests.dashboard.stories import Later, change

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO


class Reader(PastReader):
    """A reader that counts what it is asked, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.newest_asked: list[tuple[str, bool]] = []
        self.earlier_asked: list[str] = []
        self.answer = Past(PastState.READY, (change(0, WATCHING),), more=True)

    def newest(self, known: Past, viewer_id: str, *, gone: bool) -> Past:
        del known
        self.newest_asked.append((viewer_id, gone))
        return self.answer

    def earlier(self, known: Past, viewer_id: str) -> Past:
        self.earlier_asked.append(viewer_id)
        return known


class Looking:
    """Somebody who looks at viewers, on a clock of the test's own."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.threads = Later()
        self.now = 100.0
        self.pasts = ViewerPasts(self.reader, self.threads, lambda: self.now)

    def look(self, live: ViewerProfile | None, after: float = 0.0) -> Past:
        """Look, let what was asked for be read, and look again."""
        self.now += after
        self.pasts.look("alice", live)
        self.threads.run()
        return self.pasts.look("alice", live)

    @property
    def reads(self) -> int:
        return len(self.reader.newest_asked)


def settled(live: ViewerProfile | None) -> Looking:
    """Return somebody who has looked for so long that all is read."""
    looking = Looking()
    for _ in range(10):
        looking.look(live, after=20)
    return looking


def test_first_look() -> None:
    """The first look answers at once that it loads; then there is what was read."""
    looking = Looking()

    assert looking.pasts.look("alice", profile()).state is PastState.LOADING
    looking.threads.run()
    assert looking.pasts.look("alice", profile()) is looking.reader.answer
    assert looking.reader.newest_asked == [("alice", False)]


def test_nothing_new_is_the_same() -> None:
    """What is read again and is no other stays the object that it was."""
    looking = Looking()
    first = looking.look(profile())
    looking.reader.answer = Past(PastState.READY, (change(0, WATCHING),), more=True)
    again = looking.look(profile(errors=1), after=5)

    assert looking.reads == 2
    assert again is first


def test_many_browsers_ask_once() -> None:
    """However many look at a viewer, the tables are asked once."""
    looking = Looking()
    for _ in range(20):
        looking.pasts.look("alice", profile())

    assert len(looking.threads.waiting) == 1


def test_nothing_new() -> None:
    """Where the live profile tells of nothing new, the tables are left alone."""
    looking = settled(profile())
    before = looking.reads
    moved = profile(video_ts=999.0, collector_tstamp=stamp(9), events=99, version="2")
    for _ in range(100):
        looking.look(moved, after=10)

    assert looking.reads == before


@pytest.mark.parametrize(
    "news",
    [
        {"status": PAUSED, "status_since": stamp(0)},
        {"ads": 1},
        {"ads_skipped": 1},
        {"errors": 1},
        {"quality": "1080p"},
        {"session_end": stamp(0)},
        {"session_start": stamp(0)},
    ],
)
def test_something_happened(news: dict[str, Any]) -> None:
    """What has an item is looked for at once, and again, for tables lag behind."""
    looking = settled(profile())
    before = looking.reads
    looking.look(profile(**news))
    at_once = looking.reads
    for _ in range(100):
        looking.look(profile(**news), after=1)

    assert at_once == before + 1
    assert looking.reads == before + 5


def test_much_happens() -> None:
    """Of a viewer with whom much happens the table is asked every other second."""
    looking = settled(profile())
    before = looking.reads
    for tenth in range(100):
        looking.look(profile(errors=tenth + 1), after=0.1)

    assert 4 <= looking.reads - before <= 6


def test_gone() -> None:
    """Of somebody whom the topic does not know the tables are asked now and then."""
    looking = Looking()
    looking.look(None)
    soon = looking.reads
    looking.look(None, after=29)

    assert looking.reads == soon == 1
    looking.look(None, after=2)
    assert looking.reads == 2
    assert looking.reader.newest_asked[0] == ("alice", True)


def test_failure_is_tried_again() -> None:
    """After a failure the tables are asked again, not all the time."""
    looking = Looking()
    looking.reader.answer = Past(PastState.FAILED)
    looking.look(profile())
    looking.look(profile(), after=4)

    assert looking.reads == 1
    looking.look(profile(), after=2)
    assert looking.reads == 2


def test_earlier() -> None:
    """One more page is read for one wish, also if something is being read just then."""
    looking = Looking()
    looking.look(profile())
    looking.now += 3
    looking.pasts.look("alice", profile())
    looking.pasts.load_earlier("alice")
    looking.threads.run()
    looking.look(profile())
    looking.look(profile(), after=60)

    assert looking.reader.earlier_asked == ["alice"]


def test_nothing_earlier() -> None:
    """Where there is nothing more, nothing is asked for it."""
    looking = Looking()
    looking.reader.answer = Past(PastState.READY, (change(0, WATCHING),))
    looking.look(profile())
    looking.pasts.load_earlier("alice")
    looking.look(profile())

    assert looking.reader.earlier_asked == []


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound the viewer whom nobody looked at for longest is forgotten."""
    monkeypatch.setattr(pasts_module, "_VIEWERS_MOST", 2)
    looking = Looking()
    for viewer_id in ("alice", "bob", "alice", "carol"):
        looking.pasts.look(viewer_id, None)
        looking.threads.run()
    known = {v: looking.pasts.look(v, None).state for v in ("alice", "carol", "bob")}

    assert known == {
        "alice": PastState.READY,
        "carol": PastState.READY,
        "bob": PastState.LOADING,
    }


def test_shared() -> None:
    """A server process has one, for all its sessions."""
    assert shared_pasts() is shared_pasts()
