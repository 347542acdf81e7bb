"""Marks and bands of one session, rule by rule."""

from dashboard.bands import Band, KnownSession, Mark, bands_of, marks_of
from dataflows.playback.events import EventName
from dataflows.playback.profile import PlaybackStatus
from tests.dashboard.stories import START_MS, at, change, notable, now_profile

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
AD = PlaybackStatus.WATCHING_AD
COMPLETED = PlaybackStatus.COMPLETED_VIDEO
LEFT = PlaybackStatus.LEFT


def told(session: KnownSession, *, newest: bool = True) -> list[tuple[float, str]]:
    """Return the marks as seconds and statuses, but for those that are over at once."""
    marks = marks_of(session, newest=newest)
    return [
        ((mark.at - START_MS) / 1000, str(mark.status))
        for mark, after in zip(marks, [*marks[1:], None], strict=True)
        if after is None or after.at > mark.at
    ]


def known(*items: object, **fields: object) -> KnownSession:
    """Return a session of these items that began at the start."""
    return KnownSession(at(0), items, **fields)  # type: ignore[arg-type]


def test_changes() -> None:
    """Each change of status is a mark at its moment."""
    session = known(change(0, WATCHING), change(5, PAUSED, WATCHING))

    assert told(session) == [(0, WATCHING), (5, PAUSED)]


def test_events_without_a_change() -> None:
    """An item of an event that changed no status is no mark."""
    session = known(change(0, AD), notable(3, EventName.AD_START, status=AD))

    assert told(session) == [(0, AD)]


def test_beginning_not_read() -> None:
    """What was before the first item that was read is not known."""
    session = known(change(60, PAUSED, WATCHING))

    assert told(session) == [(0, "None"), (60, PAUSED)]


def test_missing_change() -> None:
    """Where an item tells of another status before it, what was between is unknown."""
    session = known(change(0, WATCHING), change(60, WATCHING, PAUSED))

    assert told(session) == [(0, "None"), (60, WATCHING)]


def test_left() -> None:
    """Leaving is the mark at which a session is over."""
    session = known(change(0, WATCHING), change(90, LEFT, WATCHING))

    assert told(session) == [(0, WATCHING), (90, LEFT)]


def test_completed_before_another() -> None:
    """One that was seen to its end is over with the last thing that is told of it."""
    session = known(change(0, WATCHING), change(60, COMPLETED, WATCHING))

    assert told(session, newest=False)[-1] == (60, LEFT)


def test_cut_short_before_another() -> None:
    """Of one whose end no item tells it is not known how it went on."""
    session = known(change(0, WATCHING), notable(60, EventName.ERROR))

    assert told(session, newest=False)[-1] == (60, "None")


def test_profile_goes_on() -> None:
    """A status that only the profile knows follows what the items tell."""
    session = known(change(0, WATCHING), profile=now_profile(7, PAUSED))

    assert told(session) == [(0, WATCHING), (7, PAUSED)]


def test_profile_knows_no_more() -> None:
    """A profile of the status that the items tell adds nothing."""
    items = change(0, WATCHING), change(7, PAUSED, WATCHING)

    assert told(known(*items, profile=now_profile(7, PAUSED))) == told(known(*items))


def test_profile_behind() -> None:
    """A profile that is older than the items does not take them back."""
    session = known(
        change(0, WATCHING),
        change(7, PAUSED, WATCHING),
        profile=now_profile(0, WATCHING),
    )

    assert told(session)[-1] == (7, PAUSED)


def test_profile_of_the_same_status_anew() -> None:
    """The same status since later was another one in between, nobody knows when."""
    session = known(change(0, WATCHING), profile=now_profile(30, WATCHING))

    assert told(session) == [(0, "None"), (30, WATCHING)]


def test_profile_alone() -> None:
    """Without a history, what was before the newest status is not known."""
    session = known(profile=now_profile(30, AD))

    assert told(session) == [(0, "None"), (30, AD)]


def test_profile_of_a_closed_session() -> None:
    """A session that was seen to its end is over when its window has closed."""
    over = now_profile(60, COMPLETED, session_end=at(90))

    assert told(known(change(0, WATCHING), profile=over))[-2:] == [
        (60, COMPLETED),
        (90, LEFT),
    ]


def test_bands_join() -> None:
    """Neighbours of one status and one session are one band; an empty one is none."""
    marks = [
        Mark(START_MS, WATCHING, at(0)),
        Mark(START_MS + 5_000, PAUSED, at(0)),
        Mark(START_MS + 5_000, WATCHING, at(0)),
        Mark(START_MS + 9_000, LEFT, at(0)),
    ]

    assert list(bands_of(marks, START_MS + 9_000)) == [
        Band(at(0), at(9), WATCHING, at(0))
    ]
