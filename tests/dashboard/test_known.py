"""Who is known, in bounded memory."""

from dashboard.known import KnownViewers
from dataflows.playback.profile import ViewerProfile
from tests.dashboard.records import profile, stamp


def _known(*profiles: ViewerProfile, most: int) -> KnownViewers:
    known = KnownViewers(most)
    known.apply((p.viewer_id, p) for p in profiles)
    return known


def test_rows_are_given_up() -> None:
    """However many come and go, what is kept is in step with who is there."""
    known = _known(profile("stays", label="Stays"), most=10)
    for number in range(4_000):
        known.apply([(f"v{number}", profile(f"v{number}", label=f"Film {number}"))])
        known.apply([(f"v{number}", None)])

    assert list(known) == ["stays"]
    assert known.columns.size < 3_000
    assert len(known.columns.texts["title"].values) < 3_000


def test_texts_are_given_up() -> None:
    """A viewer who sees one title after another leaves no more behind than others."""
    known = _known(most=10)
    for number in range(4_000):
        seen = profile("restless", label=f"Film {number}", version=f"{number:04}")
        known.apply([("restless", seen)])

    assert len(known.columns.texts["title"].values) < 3_000


def test_who_came_without_room_is_counted() -> None:
    """Past the most there may be, the changes of those who find no room are counted."""
    known = _known(*(profile(f"v{i}") for i in range(5)), most=3)

    assert list(known) == ["v0", "v1", "v2"]
    assert known.turned_away == 2


def test_session_that_is_over_makes_room() -> None:
    """Past the most there may be, the session that is over for longest is forgotten."""
    over = [profile(f"v{i}", session_end=stamp(), version="2") for i in range(2)]
    known = _known(profile("v0"), profile("v1"), *over, profile("new"), most=2)

    assert list(known) == ["v1", "new"]


def test_who_came_and_went_at_once() -> None:
    """A viewer may come, go and come again within one batch of changes."""
    known = _known(most=10)
    again = profile("alice", version="2")

    known.apply([("alice", profile("alice")), ("alice", None), ("alice", again)])

    assert known.get("alice") == again
    assert known.columns.live.tolist() == [False, True]
