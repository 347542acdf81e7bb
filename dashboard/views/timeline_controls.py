"""The controls of the viewer page: whose it is, which session, and what came before."""

from typing import Any, Final

import panel as pn
import param

from dashboard.frames import clock_text
from dashboard.past import Past
from dashboard.theme import UNKNOWN
from dashboard.timeline import ViewerSession
from dashboard.views.page import StoreView
from dashboard.views.timeline_words import moment_text, span_text
from dashboard.wording import shown_text
from dataflows.playback.profile import ms_from_iso

__all__ = ["ALL", "NEWEST", "TimelineControls"]

NEWEST: Final = ""
"""What the address says of the session where it is whichever is the newest."""
ALL: Final = "all"
_PAGE: Final = "viewer"


class TimelineControls(StoreView):
    """A box for an id, a list of sessions, a button for more of them.

    They say what is in the address, and change it: a view can be shared as it is.
    """

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        self.box = pn.widgets.TextInput(
            label="Viewer id", placeholder="Type an id and press Enter", width=300
        )
        self.session = pn.widgets.Select(
            label="Session", options={"Newest session": NEWEST}, width=330
        )
        self.earlier = pn.widgets.Button(label="Load earlier", align="end")
        self.read = pn.pane.HTML(align="end", margin=(10, 10))
        super().__init__(**params)
        self.box.param.watch(self._go, "value")
        self.session.param.watch(self._pick, "value")

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the controls in a row, or below each other where it is narrow."""
        return pn.FlexBox(
            self.box,
            self.session,
            self.earlier,
            self.read,
            sizing_mode="stretch_width",
            margin=(0, 5),
        )

    @property
    def picked(self) -> str:
        """Return the start of the session in the address, `ALL` or `NEWEST`."""
        picked: str = self.store.query.get("session", NEWEST)
        return picked

    @param.depends("store.viewer", watch=True, on_init=True)
    def _show_viewer(self) -> None:
        self.box.value = self.store.viewer

    def draw(self, sessions: tuple[ViewerSession, ...], past: Past) -> None:
        """Offer these sessions, and more where the tables have more."""
        options = {"Newest session": NEWEST}
        options |= {_session_text(s): s.session_start for s in reversed(sessions)}
        options |= {"All that was read": ALL}
        if self.picked not in options.values():
            options |= {f"Began {shown_text(self.picked)}, not read": self.picked}
        if options != self.session.options:
            self.session.param.update(options=options, value=self.picked)
        elif self.session.value != self.picked:
            self.session.value = self.picked
        self.session.visible = self.earlier.visible = bool(sessions)
        self.earlier.disabled = not past.more or past.full
        items = len(past.items)
        since = (
            f", since {moment_text(past.items[0].collector_tstamp)}" if items else ""
        )
        more = "; there are older ones" if past.more else ""
        self.read.object = f"{items:,} items of the history{since}{more}"
        self.read.visible = bool(sessions)

    def _go(self, event: param.parameterized.Event) -> None:
        if event.new.strip() and event.new != self.store.viewer:
            self.store.open(_PAGE, event.new)

    def _pick(self, event: param.parameterized.Event) -> None:
        if event.new != self.picked:
            query = {"session": event.new} if event.new else {}
            self.store.open(_PAGE, self.store.viewer, query)


def _session_text(session: ViewerSession) -> str:
    start_ms, end_ms = ms_from_iso(session.session_start), ms_from_iso(session.end)
    label = shown_text(session.labels[-1]) if session.labels else UNKNOWN
    length = clock_text((end_ms - start_ms) / 1000)
    if session.live:
        # How long it is would change each second, and the list with it.
        return f"{moment_text(session.session_start)} - now, {label}"
    return f"{span_text(session.session_start, session.end)} ({length}), {label}"
