"""How a viewer's past is brought up to date, with stand-ins for the tables."""

import logging
from typing import Any

import pytest

import dashboard.past as past_module
from dashboard.past import Past, PastReader, PastState
from dashboard.tables import HistoryPage, TablesError, TablesOffError
from dataflows.playback.profile import HistoryItem, PlaybackStatus, ViewerProfile
from dataflows.settings import Settings
from tests.dashboard.records import profile
from tests.dashboard.stories import at, change

WATCHING = PlaybackStatus.WATCHING_VIDEO
SETTINGS = Settings()


class Tables:
    """Tables in memory, with what was asked of them."""

    def __init__(self, *items: HistoryItem, limit: int = 100) -> None:
        self.items = list(items)
        self.limit = limit
        self.asked: list[dict[str, str]] = []
        self.fault: Exception | None = None
        self.unreadable = 0
        self.profiles = {"alice": profile("alice")}
        self.reader = PastReader(SETTINGS, self.history, self.profile)

    def history(self, _: Settings, viewer_id: str, **bounds: str) -> HistoryPage:
        self.asked.append(bounds)
        if self.fault is not None:
            raise self.fault
        since, before = bounds.get("since", ""), bounds.get("before", "z")
        found = [
            item
            for item in self.items
            if item.viewer_id == viewer_id and since <= item.collector_tstamp < before
        ]
        kept = tuple(found[-self.limit :])
        return HistoryPage(kept, len(kept) < len(found), self.unreadable)

    def profile(self, settings: Settings, viewer_id: str) -> ViewerProfile | None:
        if not settings.write_profiles:
            raise TablesOffError
        return self.profiles.get(viewer_id)

    def newest(self, known: Past = Past(), *, gone: bool = False) -> Past:  # noqa: B008, frozen
        return self.reader.newest(known, "alice", gone=gone)


def some(*seconds: float) -> list[HistoryItem]:
    """Return items so many seconds after the start."""
    return [change(at_s, WATCHING) for at_s in seconds]


def test_first_read() -> None:
    """At first the newest page is read, and the profile only of who is gone."""
    tables = Tables(*some(1, 2, 3), limit=2)

    assert tables.newest() == Past(PastState.READY, tuple(some(2, 3)), more=True)
    assert tables.newest(gone=True).profile == profile("alice")


def test_only_what_is_new() -> None:
    """Later, what may still have been corrected is read again, and what is new."""
    tables = Tables(*some(0, 100, 110))
    known = tables.newest()
    tables.items += some(200)

    assert tables.newest(known).items == tuple(some(0, 100, 110, 200))
    assert tables.asked[-1] == {"since": at(50)}


def test_correction_is_taken_over() -> None:
    """An item that a late event took back is gone, and another in its place."""
    tables = Tables(*some(0, 100, 110))
    known = tables.newest()
    tables.items = some(0, 95, 110)

    assert tables.newest(known).items == tuple(some(0, 95, 110))


def test_more_than_a_page_is_new() -> None:
    """Where what is new is more than a page, what was known is no longer adjacent."""
    tables = Tables(*some(0, 100))
    known = tables.newest()
    tables.items += some(*range(200, 210))
    tables.limit = 5

    assert tables.newest(known) == Past(
        PastState.READY, tuple(some(*range(205, 210))), more=True
    )


def test_earlier() -> None:
    """One page more of what was before, until there is none."""
    tables = Tables(*some(1, 2, 3, 4, 5), limit=2)
    known = tables.newest(gone=True)
    once = tables.reader.earlier(known, "alice")
    twice = tables.reader.earlier(once, "alice")

    assert (once.items, once.more) == (tuple(some(2, 3, 4, 5)), True)
    assert (twice.items, twice.more) == (tuple(some(1, 2, 3, 4, 5)), False)
    assert twice.profile == profile("alice")


def test_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the bound the oldest items are let go, and that there are more is told."""
    monkeypatch.setattr(past_module, "ITEMS_MOST", 3)
    tables = Tables(*some(0, 1, 2))
    known = tables.newest()
    tables.items += some(3)
    kept = tables.newest(known)

    assert (kept.items, kept.more, kept.full) == (tuple(some(1, 2, 3)), True, True)


def test_unreadable_items_are_counted() -> None:
    """What is read twice counts once; of another page it counts beside."""
    tables = Tables(*some(1, 2, 3), limit=2)
    tables.unreadable = 2
    known = tables.newest()

    assert tables.newest(known).unreadable == 2
    assert tables.reader.earlier(known, "alice").unreadable == 4


def test_failure_keeps_what_is_known() -> None:
    """Where the table can't be read, what was read stands, and why is told."""
    tables = Tables(*some(1, 2))
    known = tables.newest()
    tables.fault = TablesError("DynamoDB can't be reached")
    failed = tables.newest(known)
    tables.fault = None

    assert failed.items == known.items
    assert (failed.state, failed.detail) == (
        PastState.FAILED,
        "DynamoDB can't be reached",
    )
    assert tables.newest(failed) == known


def test_fault_of_our_own(caplog: pytest.LogCaptureFixture) -> None:
    """Any other fault is told and logged, for nobody else would hear of it."""
    tables = Tables()
    tables.fault = RuntimeError("what")
    with caplog.at_level(logging.ERROR):
        failed = tables.newest()

    assert failed.detail == "RuntimeError('what')"
    assert "a fault in reading the tables" in caplog.text


@pytest.mark.parametrize("write_profiles", [True, False])
def test_history_off(write_profiles: Any) -> None:
    """Without a history there may be a profile, which is read all the same."""
    tables = Tables()
    tables.fault = TablesOffError("history is switched off")
    settings = Settings(write_profiles=write_profiles)
    reader = PastReader(settings, tables.history, tables.profile)
    past = reader.newest(Past(), "alice", gone=True)

    assert (past.state, past.detail) == (PastState.OFF, "history is switched off")
    assert (past.profile is not None) is write_profiles
