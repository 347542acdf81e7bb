"""The Viewer page, its store's parameters set by hand and its tables in memory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.pages.viewer import ViewerPage
from dashboard.past import PastReader
from dashboard.pasts import ViewerPasts
from dashboard.store import AudienceStore
from dashboard.tables import HistoryPage, TablesError
from dashboard.views.timeline_controls import ALL
from dataflows.playback.profile import HistoryItem, PlaybackStatus, ViewerProfile
from dataflows.settings import Settings
from tests.dashboard.records import NOW, audience, profile, stamp
from tests.dashboard.stories import Later, change

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
LEFT = PlaybackStatus.LEFT


class Screen:
    """One browser session with the Viewer page, and all that is behind it."""

    def __init__(self) -> None:
        self.now = NOW
        self.items: list[HistoryItem] = []
        self.gone: dict[str, ViewerProfile] = {}
        self.fault: TablesError | None = None
        self.limit = 100
        self.model = AudienceModel()
        self.model.feed = FeedStatus(FeedState.FOLLOWING)
        self.store = AudienceStore(self.model, lambda: self.now, page_name="viewer")
        self.threads = Later()
        self.pasts = ViewerPasts(
            PastReader(Settings(), self._history, self._profile),
            self.threads,
            self._clock,
        )
        self.page = ViewerPage(store=self.store, pasts=self.pasts)

    def tick(self, seconds: float = 1.0) -> None:
        """Let time pass, and the page show what is known by then."""
        self.now += timedelta(seconds=seconds)
        self.threads.run()
        self.model.history.append([audience(0, self.now)])
        self.store.pull()
        self.page.refresh()

    def open(self, viewer_id: str, **query: str) -> None:
        """Go to a viewer's page, and wait a moment."""
        self.store.open("viewer", viewer_id, query)
        self.tick()

    def live(self, viewer_id: str = "alice", **fields: Any) -> None:
        """Have Kafka tell a viewer's profile."""
        known = profile(viewer_id, **fields)
        self.model.viewers.apply([(viewer_id, known)])

    @property
    def bands(self) -> list[Any]:
        return [(b.seconds, b.status) for b in self.page.timeline.bands]

    def _clock(self) -> float:
        return self.now.timestamp()

    def _history(self, _: Settings, viewer_id: str, **bounds: str) -> HistoryPage:
        if self.fault is not None:
            raise self.fault
        since, before = bounds.get("since", ""), bounds.get("before", "z")
        found = [
            item
            for item in self.items
            if item.viewer_id == viewer_id and since <= item.collector_tstamp < before
        ]
        kept = tuple(found[-self.limit :])
        return HistoryPage(kept, len(kept) < len(found))

    def _profile(self, _: Settings, viewer_id: str) -> ViewerProfile | None:
        return self.gone.get(viewer_id)


@pytest.fixture
def screen() -> Screen:
    """Return a screen that nobody has looked at yet."""
    return Screen()


def item(
    seconds: float,
    status: PlaybackStatus,
    previous: PlaybackStatus | None = None,
    **fields: Any,
) -> HistoryItem:
    """Return a change of status so many seconds from now."""
    known = {"collector_tstamp": stamp(seconds), "session_start": stamp(-600)} | fields
    return change(0, status, previous, **known)


def test_nobody_chosen(screen: Screen) -> None:
    """Without a viewer the page says how to choose one, and offers some."""
    screen.live("alice")
    screen.tick()

    assert "No viewer chosen" in screen.page.empty.html
    assert "viewer=alice" in screen.page.empty.html
    assert not screen.page.story.visible


def test_history_and_live_end(screen: Screen) -> None:
    """The past is the tables', the end is Kafka's, and it goes on with time."""
    screen.items = [item(-600, WATCHING), item(-60, PAUSED, WATCHING)]
    screen.live(
        status=PAUSED, status_since=stamp(-60), session_start=stamp(-600), version="2"
    )
    screen.open("alice")
    screen.tick()

    assert screen.bands == [(540, WATCHING), (62, PAUSED)]
    screen.tick()
    assert screen.bands == [(540, WATCHING), (63, PAUSED)]
    assert "Paused for 1:03" in screen.page.who.html


def test_change_before_the_table_has_it(screen: Screen) -> None:
    """What Kafka tells shows before the table has it; then what was in between too."""
    screen.items = [item(-600, WATCHING)]
    screen.live(status_since=stamp(-600), session_start=stamp(-600))
    screen.open("alice")
    screen.tick()
    screen.live(
        status=PAUSED,
        status_since=stamp(-10),
        session_start=stamp(-600),
        version="2",
    )
    screen.tick()

    assert screen.bands[0] == (590, WATCHING)
    ad = PlaybackStatus.WATCHING_AD
    screen.items += [item(-20, ad, WATCHING), item(-10, PAUSED, ad)]
    screen.tick(5)
    screen.tick(5)
    assert screen.bands[:2] == [(580, WATCHING), (10, ad)]


def test_gone(screen: Screen) -> None:
    """Of somebody whom the topic has forgotten, the tables' word stands, and ends."""
    over = stamp(-100)
    screen.items = [item(-600, WATCHING), item(-100, LEFT, WATCHING)]
    screen.gone["alice"] = profile(
        "alice",
        status=LEFT,
        status_since=over,
        session_end=over,
        session_start=stamp(-600),
    )
    screen.open("alice")
    screen.tick()

    assert screen.bands == [(500, WATCHING)]
    assert "session over since" in screen.page.who.html


def test_unknown(screen: Screen) -> None:
    """A viewer of whom neither Kafka nor the tables know is not known."""
    screen.live("alice-2")
    screen.open("alice")
    screen.tick()

    assert "alice is not known" in screen.page.empty.html
    assert "viewer=alice-2" in screen.page.empty.html


def test_tables_not_reachable(screen: Screen) -> None:
    """Without the tables, what Kafka knows shows, and that the rest is missing."""
    screen.fault = TablesError("DynamoDB is away")
    screen.live(status_since=stamp(-60), session_start=stamp(-600))
    screen.open("alice")
    screen.tick()

    assert screen.bands == [(540, None), (62, WATCHING)]
    assert "DynamoDB is away" in screen.page.notes.html
    screen.fault = None
    screen.items = [item(-600, PAUSED), item(-60, WATCHING, PAUSED)]
    screen.tick(6)
    screen.tick()
    assert screen.bands[0] == (540, PAUSED)
    assert screen.page.notes.html == ""


def test_earlier_session(screen: Screen) -> None:
    """A session in the address is the one that shows, its figures too."""
    before: dict[str, Any] = {"session_start": stamp(-9_000)}
    screen.items = [
        item(-9_000, WATCHING, **before),
        item(-8_000, LEFT, WATCHING, **before),
        item(-600, PAUSED),
    ]
    screen.live(status=PAUSED, status_since=stamp(-600), session_start=stamp(-600))
    screen.open("alice", session=stamp(-9_000))
    screen.tick()

    assert screen.page.controls.session.value == stamp(-9_000)
    assert screen.page.chart.bars.data["length"] == ["16:40"]
    assert "16:40" in screen.page.facts.html


def test_all_sessions(screen: Screen) -> None:
    """All that was read shows what lies between the sessions, too."""
    before: dict[str, Any] = {"session_start": stamp(-9_000)}
    screen.items = [
        item(-9_000, WATCHING, **before),
        item(-8_000, LEFT, WATCHING, **before),
    ]
    screen.live(status=PAUSED, status_since=stamp(-600), session_start=stamp(-600))
    screen.open("alice", session=ALL)
    screen.tick()

    assert "○ Left" in screen.page.chart.bars.data["lane"]


def test_picking_a_session_is_in_the_address(screen: Screen) -> None:
    """What a person picks can be shared."""
    screen.items = [
        item(-9_000, WATCHING, session_start=stamp(-9_000)),
        item(-600, PAUSED),
    ]
    screen.open("alice")
    screen.tick()
    screen.page.controls.session.value = stamp(-9_000)

    assert screen.store.query == {"session": stamp(-9_000)}
    screen.page.controls.session.value = ""
    assert screen.store.query == {}


def test_session_that_was_not_read(screen: Screen) -> None:
    """A session in the address that is none of those read is offered as such."""
    screen.items = [item(-600, PAUSED)]
    screen.open("alice", session="<b>")
    screen.tick()

    assert "Began <b>, not read" in screen.page.controls.session.options
    assert screen.page.chart.bars.data["lane"] == []


def test_search(screen: Screen) -> None:
    """An id that is typed is opened as it is; nothing is not."""
    screen.tick()
    screen.page.controls.box.value = "  "
    assert screen.store.viewer == ""

    screen.page.controls.box.value = "a b?&"
    assert (screen.store.page_name, screen.store.viewer) == ("viewer", "a b?&")


def test_another_viewer(screen: Screen) -> None:
    """Nothing of one viewer is left on the page of another."""
    screen.items = [item(-600, WATCHING, label="Film of alice")]
    screen.live("bob", label="Film of bob", session_start=stamp(-60))
    screen.open("alice")
    screen.tick()
    screen.open("bob")
    screen.tick()

    assert screen.page.controls.box.value == "bob"
    assert not any("alice" in o for o in screen.page.controls.session.options)


def test_load_earlier(screen: Screen) -> None:
    """The button reads one more page; where there is nothing more, it is off."""
    screen.limit = 1
    screen.items = [item(-600, WATCHING), item(-60, PAUSED, WATCHING)]
    screen.open("alice")
    screen.tick()
    button = screen.page.controls.earlier

    assert not button.disabled
    assert screen.bands == [(540, None)]
    button.clicks += 1
    screen.tick()
    screen.tick()
    assert screen.bands == [(540, WATCHING)]
    assert button.disabled


@pytest.mark.parametrize(
    ("what", "seconds"),
    [
        (lambda s: setattr(s.model, "feed", FeedStatus(FeedState.DISCONNECTED)), 62),
        # Not even an audience record: no more than the viewer's newest event.
        (lambda s: s.model.history.clear(), 55),
    ],
)
def test_time_stands_still(
    screen: Screen, what: Callable[[Screen], None], seconds: float
) -> None:
    """Without news from Kafka nobody watches on."""
    since = {"status_since": stamp(-60), "session_start": stamp(-60)}
    screen.live(collector_tstamp=stamp(-5), **since)
    screen.open("alice")
    screen.tick()
    before = screen.bands
    what(screen)
    for _ in range(20):
        screen.now += timedelta(seconds=1)
        screen.store.pull()
        screen.page.refresh()

    assert before == [(62, WATCHING)]
    assert screen.bands == [(seconds, WATCHING)]


def test_unchanged_profile_sends_nothing(screen: Screen) -> None:
    """Of somebody who is gone nothing is drawn anew while nothing changes."""
    screen.items = [item(-600, WATCHING), item(-100, LEFT, WATCHING)]
    screen.open("alice")
    screen.tick()
    timeline = screen.page.timeline
    screen.tick()

    assert screen.page.timeline is timeline


def test_long_history_moves_more_seldom(screen: Screen) -> None:
    """The live end of a very long history is not drawn anew each second."""
    statuses = [WATCHING, PAUSED]
    screen.limit = 3_000
    screen.items = [
        item(-3_000.0 + n, statuses[n % 2], statuses[(n + 1) % 2]) for n in range(2_000)
    ]
    screen.live(status=PAUSED, status_since=stamp(-1_001), session_start=stamp(-600))
    screen.open("alice")
    screen.tick()
    drawn = []
    for _ in range(8):
        screen.tick()
        drawn.append(screen.page.timeline)

    # Every fourth second, of which eight ticks see three.
    assert len({id(timeline) for timeline in drawn}) == 3


def test_offer_is_looked_for_now_and_then(screen: Screen) -> None:
    """Who could be meant is looked for among all viewers, so not each second."""
    screen.open("alice")
    screen.live("alice-2")
    screen.tick()
    before = screen.page.empty.html
    screen.tick(10)

    assert "alice-2" not in before
    assert "alice-2" in screen.page.empty.html
