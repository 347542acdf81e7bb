"""The live viewers of the server's model."""

import pytest

from dashboard.viewers import LiveViewers, ViewerOrder, ViewerPage, ViewerQuery
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from tests.dashboard.records import profile, stamp


def _viewers(*profiles: ViewerProfile) -> LiveViewers:
    viewers = LiveViewers()
    viewers.apply((p.viewer_id, p) for p in profiles)
    return viewers


def _ids(page: ViewerPage) -> list[str]:
    return [p.viewer_id for p in page.profiles]


def test_newest_profile_is_kept() -> None:
    """A later version takes the place of an earlier one."""
    viewers = _viewers(profile(version="1"), profile(version="2", ads=3))

    page = viewers.page(ViewerQuery(), 1, 10)

    assert [p.ads for p in page.profiles] == [3]


def test_older_version_is_ignored() -> None:
    """A profile sent again after a newer one changes nothing."""
    viewers = _viewers(profile(version="2", ads=3))
    before = viewers.version

    viewers.apply([("alice", profile(version="1"))])

    assert viewers.version == before


@pytest.mark.parametrize(
    "status", [PlaybackStatus.LEFT, PlaybackStatus.COMPLETED_VIDEO]
)
def test_viewer_whose_session_is_over_is_not_listed(status: PlaybackStatus) -> None:
    """Who left or ended is no live viewer, also when an older profile comes again."""
    viewers = _viewers(
        profile("bob"),
        profile(status=status, session_end=stamp(), version="2"),
        profile(version="1"),
    )

    page = viewers.page(ViewerQuery(), 1, 10)

    assert _ids(page) == ["bob"]
    assert page.live == 1


def test_tombstone_removes_viewer() -> None:
    """`None` forgets the viewer; of one who is not known it changes nothing."""
    viewers = _viewers(profile("alice"), profile("bob"))
    viewers.apply([("alice", None)])
    version = viewers.version
    viewers.apply([("alice", None)])

    assert _ids(viewers.page(ViewerQuery(), 1, 10)) == ["bob"]
    assert viewers.version == version


def test_clear_forgets_everybody() -> None:
    """After the topic began anew nobody is known."""
    viewers = _viewers(profile("alice"))
    viewers.clear()

    assert viewers.page(ViewerQuery(), 1, 10) == ViewerPage()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (ViewerOrder.NEWEST, ["carol", "bob", "alice"]),
        (ViewerOrder.LONGEST, ["alice", "bob", "carol"]),
        (ViewerOrder.VIEWER, ["alice", "bob", "carol"]),
        (ViewerOrder.TITLE, ["carol", "alice", "bob"]),
    ],
)
def test_order(order: ViewerOrder, expected: list[str]) -> None:
    """Each order sorts by what its name says; no title comes first."""
    viewers = _viewers(
        profile("carol", since=-1, label=None),
        profile("alice", since=-30, label="M"),
        profile("bob", since=-20, label="Z"),
    )

    assert _ids(viewers.page(ViewerQuery(order=order), 1, 10)) == expected


def test_changed_viewer_moves_to_the_front() -> None:
    """A new status makes its viewer the newest change."""
    viewers = _viewers(profile("alice", since=-30), profile("bob", since=-20))
    viewers.apply([("alice", profile("alice", since=-1, version="2"))])

    assert _ids(viewers.page(ViewerQuery(), 1, 10)) == ["alice", "bob"]


@pytest.mark.parametrize("text", ["ALI", " film b "])
def test_text_matches_viewer_or_title(text: str) -> None:
    """Part of the viewer or the title is enough, in any case."""
    viewers = _viewers(profile("Alice", label="Film B"), profile("bob", label=None))

    page = viewers.page(ViewerQuery(text), 1, 10)

    assert _ids(page) == ["Alice"]
    assert (page.matching, page.live) == (1, 2)


def test_pages_are_cut() -> None:
    """A page holds its rows, and knows of how many pages it is one."""
    viewers = _viewers(*(profile(f"v{i}") for i in range(5)))

    page = viewers.page(ViewerQuery(order=ViewerOrder.VIEWER), 2, 2)

    assert _ids(page) == ["v2", "v3"]
    assert (page.number, page.pages) == (2, 3)


def test_page_past_the_end_is_the_last() -> None:
    """When viewers leave, who looks at a page that is gone sees the last one."""
    viewers = _viewers(profile("alice"), profile("bob"))

    assert viewers.page(ViewerQuery(), 9, 1).number == 2


def test_answer_is_worked_out_once_a_version() -> None:
    """Sessions that ask the same of one version share one sorted list."""
    viewers = _viewers(profile("alice"))
    query = ViewerQuery("a")
    first = viewers._matching(query)

    assert viewers._matching(ViewerQuery("a")) is first

    viewers.apply([("bob", profile("bob"))])

    assert viewers._matching(query) is not first


def test_answers_are_bounded() -> None:
    """Queries that nobody asks any more are not kept."""
    viewers = _viewers(profile("alice"))
    for number in range(100):
        viewers.page(ViewerQuery(str(number)), 1, 10)

    assert len(viewers._answers) == 32
