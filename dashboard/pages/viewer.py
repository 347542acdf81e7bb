"""The Viewer page: one viewer now and before."""

from datetime import UTC, datetime
from typing import Any, Final

import panel as pn
import param

from dashboard.model import FeedState
from dashboard.past import Past, PastState
from dashboard.pasts import ViewerPasts, shared_pasts
from dashboard.query import ViewerQuery
from dashboard.timeline import Timeline, only_session, timeline_of
from dashboard.views.page import StoreView
from dashboard.views.styled import styled
from dashboard.views.timeline_chart import TimelineChart
from dashboard.views.timeline_controls import ALL, NEWEST, TimelineControls
from dashboard.views.timeline_head import HEAD_CSS, facts_html, raw_html, who_html
from dashboard.views.timeline_notes import empty_html, notes_html
from dashboard.views.timeline_tables import TimelineTables
from dataflows.playback.profile import ViewerProfile, ms_from_iso

__all__ = ["ViewerPage"]

_OTHERS: Final = 8
"""Viewers that are offered where the one asked for is not known."""
_OTHERS_S: Final = 10
"""How long such an offer is good for."""
_ITEMS_A_SECOND: Final = 500
"""Of so many items the live end moves each second; of more, as much more seldom."""
_FRESH_S: Final = 5.0
"""An audience record comes each second; without one for so long, time stands still."""


class ViewerPage(StoreView):
    """The timeline of the viewer in the address, its live end included.

    What the tables hold is read by threads of `pasts`; each tick shows what is known by
    then, and only where it is not what shows already.
    """

    pasts = param.ClassSelector(class_=ViewerPasts, doc="What reads the tables.")

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**{"pasts": None} | params)
        self._pasts: ViewerPasts = self.pasts or shared_pasts()
        self._seen: tuple[object, ...] = ()
        self._shown: tuple[str, str] | None = None
        self._asked: tuple[str, datetime] | None = None
        self._others: tuple[ViewerProfile, ...] = ()
        self.timeline = Timeline()
        self.controls = TimelineControls(store=self.store)
        self.controls.earlier.on_click(self._load_earlier)
        self.empty, self.who, self.notes, self.facts, self.raw = (
            styled(HEAD_CSS) for _ in range(5)
        )
        self.chart = TimelineChart()
        self.tables = TimelineTables()
        self.story = pn.Column(
            self.who,
            self.notes,
            self.facts,
            self.chart,
            self.tables,
            pn.Card(
                self.raw,
                title="Raw profile (JSON)",
                collapsed=True,
                margin=(6, 10),
                header_background="var(--surface)",
                styles={"box-shadow": "none", "border": "1px solid var(--edge)"},
                sizing_mode="stretch_width",
            ),
            sizing_mode="stretch_width",
        )
        self._layout = pn.Column(
            self.controls, self.empty, self.story, sizing_mode="stretch_width"
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""
        return self._layout

    @param.depends("store.viewer", "store.query", watch=True)
    def _turn(self) -> None:
        if self.store.page_name == "viewer":
            self.refresh()

    def refresh(self) -> None:
        """Show what is known by now, and ask for what is not."""
        viewer_id = self.store.viewer
        live = self.store.model.viewers.get(viewer_id) if viewer_id else None
        past = self._pasts.look(viewer_id, live) if viewer_id else _NOBODY
        profile = live or past.profile
        known = profile is not None or bool(past.items)
        self.story.visible, self.empty.visible = known, not known
        if not known:
            self._say_empty(viewer_id, past)
            return
        now = _step(self._now(), len(past.items)) if live else None
        self._read(viewer_id, past, profile, now)
        self.who.html = who_html(
            viewer_id, profile, now or self.store.now, self.controls.picked
        )
        self.notes.html = notes_html(past, self.store.feed)
        self.notes.visible = bool(self.notes.html)

    def _read(
        self,
        viewer_id: str,
        past: Past,
        profile: ViewerProfile | None,
        now: datetime | None,
    ) -> None:
        """Work the timeline out where anything of it differs."""
        open_ = now is not None and profile is not None and not profile.session_end
        seen = viewer_id, past, profile, self.controls.picked, now if open_ else None
        if _same(seen, self._seen):
            return
        self._seen = seen
        self.timeline = timeline_of(past.items, profile, now)
        self.controls.draw(self.timeline.sessions, past)
        part = self._part()
        of_it = profile is not None and [profile.session_start] == [
            session.session_start for session in part.sessions
        ]
        shown = viewer_id, self.controls.picked
        self.chart.draw(part, anew=shown != self._shown)
        self._shown = shown
        self.tables.draw(part)
        self.facts.html = facts_html(part, profile if of_it else None)
        self.raw.html = raw_html(profile)

    def _part(self) -> Timeline:
        """Return what is picked: a session, or all that was read."""
        picked, sessions = self.controls.picked, self.timeline.sessions
        if picked == ALL or not sessions:
            return self.timeline
        start = sessions[-1].session_start if picked == NEWEST else picked
        return only_session(self.timeline, start)

    def _say_empty(self, viewer_id: str, past: Past) -> None:
        self.timeline, self._seen, self._shown = Timeline(), (), None
        self.controls.draw((), past)
        self._find_others(viewer_id)
        self.empty.html = empty_html(viewer_id, past, self.store.feed, self._others)

    def _find_others(self, viewer_id: str) -> None:
        """Look for viewers to offer; among a hundred thousand that takes a while."""
        asked = viewer_id, _step(self.store.now, _OTHERS_S * _ITEMS_A_SECOND)
        if asked != self._asked:
            self._asked = asked
            query = ViewerQuery(text=viewer_id)
            self._others = self.store.model.viewers.page(query, 1, _OTHERS).profiles

    def _now(self) -> datetime:
        """Return up to when what Kafka told holds."""
        store = self.store
        behind_s = store.behind_s()
        following = store.feed.state is FeedState.FOLLOWING
        if following and behind_s is not None and behind_s < _FRESH_S:
            now: datetime = store.now
        elif store.audience is not None:
            told_s = ms_from_iso(store.audience.tstamp) / 1000
            now = min(store.now, datetime.fromtimestamp(told_s, UTC))
        else:
            now = datetime.fromtimestamp(0, UTC)
        return now

    def _load_earlier(self, _: object) -> None:
        self._pasts.load_earlier(self.store.viewer)


_NOBODY: Final = Past(PastState.READY)


def _step(now: datetime, items: int) -> datetime:
    """Return the last of the moments at which so many items are drawn anew."""
    step_s, told_s = items // _ITEMS_A_SECOND, now.timestamp()
    if step_s <= 1:
        return now
    return datetime.fromtimestamp(told_s - told_s % step_s, UTC)


def _same(new: tuple[object, ...], old: tuple[object, ...]) -> bool:
    """Return whether these are the same objects, or the same texts and times."""
    return len(new) == len(old) and all(
        a is b or (isinstance(a, str | datetime) and a == b)
        for a, b in zip(new, old, strict=True)
    )
