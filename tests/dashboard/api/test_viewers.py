"""/api/viewers: the live viewers, one of them, and what was."""

from urllib.parse import quote

import pytest

from dashboard.tables import HistoryPage, TablesError
from dataflows.playback.profile import (
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
    profile_from_json,
)
from tests.dashboard.api.serving import Server, serving
from tests.dashboard.records import profile, stamp

_HOSTILE = "../<img src=x onerror=alert(1)>/é ?#%"


def _item(since: float, status: PlaybackStatus) -> HistoryItem:
    return HistoryItem(
        viewer_id="alice",
        collector_tstamp=stamp(since),
        event_id=f"e{since}",
        event_name="play_event",
        status=status,
        session_start=stamp(-600),
    )


def _know(server: Server, *profiles: ViewerProfile) -> None:
    server.model.viewers.apply([(p.viewer_id, p) for p in profiles])


def test_page_of_viewers(server: Server) -> None:
    """A page tells its viewers by their stored names, and of how many it is a page."""
    _know(server, *(profile(f"v{n}", since=-n) for n in range(5)))

    answer = server.ask("/api/viewers?page=2&size=2")

    assert [v["viewer_id"] for v in answer.json["viewers"]] == ["v2", "v3"]
    assert "adsClicked" in answer.json["viewers"][0]
    assert {n: answer.json[n] for n in ("page", "pages", "matching", "live")} == {
        "page": 2,
        "pages": 3,
        "matching": 5,
        "live": 5,
    }


@pytest.mark.parametrize(
    ("query", "viewers"),
    [
        ("text=ALI", ["alice"]),
        ("status=PAUSED_VIDEO", ["bob"]),
        ("title=Another", ["carol"]),
        ("order=viewer_id&descending=false", ["alice", "bob", "carol"]),
        ("order=viewer_id&descending=true", ["carol", "bob", "alice"]),
        ("buffering_longer_s=0", []),
    ],
)
def test_filter(server: Server, query: str, viewers: list[str]) -> None:
    """Parameters choose and order the viewers as the dashboard's table does."""
    _know(
        server,
        profile("alice", since=-1),
        profile("bob", since=-2, status=PlaybackStatus.PAUSED_VIDEO),
        profile("carol", since=-3, label="Another"),
    )

    answer = server.ask(f"/api/viewers?{query}")

    assert [viewer["viewer_id"] for viewer in answer.json["viewers"]] == viewers


def test_page_past_the_last(server: Server) -> None:
    """A page past the last one is the last one, and says so."""
    _know(server, profile())

    assert server.ask("/api/viewers?page=9").json["page"] == 1


def test_viewer(server: Server) -> None:
    """One viewer is the profile as the profiles topic holds it, whatever the id is."""
    known = profile(_HOSTILE)
    _know(server, known)

    answer = server.ask(f"/api/viewers/{quote(_HOSTILE, safe='')}")

    assert profile_from_json(answer.body) == known


def test_viewer_whose_session_is_over(server: Server) -> None:
    """A viewer who left is known until the tombstone, though in no page."""
    _know(server, profile(session_end=stamp()))

    assert server.ask("/api/viewers/alice").json["session_end"] == stamp()
    assert server.ask("/api/viewers").json["viewers"] == []


def test_unknown_viewer(server: Server) -> None:
    """A viewer of whom nothing is known is told as not found."""
    answer = server.ask("/api/viewers/nobody")

    assert answer.status == 404
    assert answer.json["got"] == "nobody"


def test_timeline() -> None:
    """A timeline is made of the table's items and the newest profile."""
    items = (
        _item(-600, PlaybackStatus.WATCHING_VIDEO),
        _item(-300, PlaybackStatus.PAUSED_VIDEO),
    )

    def history(viewer_id: str, *, before: str | None) -> HistoryPage:
        assert (viewer_id, before) == ("alice", None)
        return HistoryPage(items)

    with serving(history=history) as server:
        answer = server.ask("/api/viewers/alice/timeline")

    statuses = [band["status"] for band in answer.json["timeline"]["bands"]]
    assert statuses[:1] == ["WATCHING_VIDEO"]
    assert answer.json["older"] is None


def test_older_part_of_a_timeline() -> None:
    """Where there is more, `older` is what to ask for as `before`."""
    asked: list[str | None] = []

    def history(viewer_id: str, *, before: str | None) -> HistoryPage:
        assert viewer_id == "alice"
        asked.append(before)
        return HistoryPage((_item(-600, PlaybackStatus.WATCHING_VIDEO),), more=True)

    with serving(history=history) as server:
        older = server.ask("/api/viewers/alice/timeline").json["older"]
        server.ask(f"/api/viewers/alice/timeline?before={quote(older)}")

    assert asked == [None, stamp(-600)]


def test_timeline_of_nobody(server: Server) -> None:
    """A viewer with neither history nor profile is told as not found."""
    assert server.ask("/api/viewers/nobody/timeline").status == 404


def test_table_that_cannot_be_read() -> None:
    """Where the table can't be read, that is what is told, with its reason."""

    def history(viewer_id: str, *, before: str | None) -> HistoryPage:
        msg = f"no table holds {viewer_id} before {before}"
        raise TablesError(msg)

    with serving(history=history) as server:
        answer = server.ask("/api/viewers/alice/timeline")

    assert answer.status == 503
    assert answer.json["got"] == "no table holds alice before None"
