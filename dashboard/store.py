"""What one browser session shows, pulled from the model on the session's own tick.

Without Panel: views watch its parameters, tests set them.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import param
from param.parameters import NoNone

from dashboard.model import AudienceModel, FeedStatus
from dashboard.theme import ROWS
from dashboard.viewers import ViewerOrder, ViewerPage, ViewerQuery
from dataflows.playback.audience import Audience
from dataflows.playback.profile import ms_from_iso

__all__ = ["AudienceStore"]


def _now() -> datetime:
    return datetime.now(UTC)


class AudienceStore(param.Parameterized):
    """The state of one session: what it asks for, and what the model last answered."""

    search = param.String(doc="Part of a viewer or title; all viewers where empty.")
    order: param.Selector[ViewerOrder] = param.Selector(
        default=ViewerOrder.NEWEST,
        objects={str(order): order for order in ViewerOrder},
        doc="Which viewer stands first in the table.",
    )
    page_number = param.Integer(default=1, bounds=(1, None), doc="Page, from 1.")
    page = param.ClassSelector(
        default=ViewerPage(),
        class_=ViewerPage,
        doc="The page, as last answered.",
    )
    now = param.ClassSelector(
        class_=datetime, allow_None=NoNone, doc="The moment of the last tick (UTC)."
    )
    feed = param.ClassSelector(
        default=FeedStatus(), class_=FeedStatus, doc="How the feed stands."
    )
    audience = param.ClassSelector(
        class_=Audience, doc="The newest audience record; None before the first."
    )
    completed = param.Integer(
        default=None,
        allow_None=True,
        doc="Sessions completed in the last minute; None where it can't be known.",
    )
    fresh = param.List(
        default=[],
        item_type=Audience,
        doc="Audience records that came since the tick before.",
    )

    def __init__(
        self,
        model: AudienceModel,
        clock: Callable[[], datetime] = _now,
        **params: Any,  # noqa: ANN401, each has the type of its parameter
    ) -> None:
        self._model = model
        self._clock = clock
        self._seen = 0
        self._asked: tuple[int, ViewerQuery, int] | None = None
        self._answered = ViewerPage()
        super().__init__(**{"now": clock()} | params)  # type: ignore[no-untyped-call]

    def pull(self) -> None:
        """Take over what changed in the model; called once a tick."""
        history = self._model.history
        self._seen, fresh = history.since(self._seen)
        news = {
            "now": self._clock(),
            "feed": self._model.feed,
            "audience": history.newest,
            "completed": history.completed_in_last_minute,
            "fresh": fresh,
            "page": self._answer(),
        }
        # Of these types param takes the same object for a change.
        self.param.update(
            {name: new for name, new in news.items() if new is not getattr(self, name)}
        )

    def behind_s(self) -> float | None:
        """Return the age of the newest audience record; `None` before the first."""
        if self.audience is None:
            return None
        return self.now.timestamp() - ms_from_iso(self.audience.tstamp) / 1000

    def lag_s(self) -> float | None:
        """Return how far the flow is behind its source where that is furthest."""
        if self.audience is None or not self.audience.lag:
            return None
        return max(partition.seconds for partition in self.audience.lag)

    @param.depends("search", "order", watch=True)
    def _show_first_page(self) -> None:
        with param.parameterized.discard_events(self):
            self.page_number = 1
        self._read_page()

    @param.depends("page_number", watch=True)
    def _read_page(self) -> None:
        self.page = self._answer()

    def _answer(self) -> ViewerPage:
        query = ViewerQuery(self.search, self.order)
        viewers = self._model.viewers
        asked = viewers.version, query, self.page_number
        if asked != self._asked:
            self._asked = asked
            page = viewers.page(query, self.page_number, ROWS)
            if page != self._answered:
                self._answered = page
        return self._answered
