"""What one browser session shows, pulled from the model on the session's own tick.

Without Panel: views watch its parameters, tests set them.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import param
from param.parameters import NoNone

from dashboard.address import FIRST_PAGE
from dashboard.model import AudienceModel, FeedStatus
from dataflows.playback.audience import Audience
from dataflows.playback.profile import ms_from_iso

__all__ = ["AudienceStore"]


def _now() -> datetime:
    return datetime.now(UTC)


_AHEAD_S: Final = 2.0


class AudienceStore(param.Parameterized):
    """The state of one session: what it asks for, and what the model last answered."""

    page_name = param.String(default=FIRST_PAGE, doc="The page that shows.")
    viewer = param.String(default="", doc="The viewer whose page shows; else empty.")
    query = param.Dict(
        default={}, doc="What the address says beside page and viewer, as text."
    )
    live = param.Integer(default=0, doc="Viewers whose session goes on.")
    now = param.ClassSelector(
        class_=datetime, allow_None=NoNone, doc="The moment of the last tick (UTC)."
    )
    feed = param.ClassSelector(
        default=FeedStatus(), class_=FeedStatus, doc="How the feed stands."
    )
    audience = param.ClassSelector(
        class_=Audience, doc="The newest audience record; None before the first."
    )

    def __init__(
        self,
        model: AudienceModel,
        clock: Callable[[], datetime] = _now,
        **params: Any,  # noqa: ANN401, each has the type of its parameter
    ) -> None:
        self.model = model
        self._clock = clock
        super().__init__(**{"now": clock()} | params)  # type: ignore[no-untyped-call]

    def pull(self) -> None:
        """Take over what changed in the model; called once a tick."""
        news = {
            "now": self._clock(),
            "feed": self.model.feed,
            "audience": self.model.history.newest,
            "live": self.model.viewers.count,
        }
        # Of these types param takes the same object for a change.
        self.param.update(
            {name: new for name, new in news.items() if new is not getattr(self, name)}
        )

    def open(
        self, page: str, viewer: str = "", query: Mapping[str, str] | None = None
    ) -> None:
        """Show another page; the browser's address follows."""
        self.param.update(page_name=page, viewer=viewer, query=dict(query or {}))

    def behind_s(self) -> float | None:
        """Return the age of the newest audience record.

        `None` before the first, and where the clocks of flow and server differ by so
        much that their difference tells nothing.
        """
        if self.audience is None:
            return None
        age_s = self.now.timestamp() - ms_from_iso(self.audience.tstamp) / 1000
        return None if age_s < -_AHEAD_S else max(0.0, age_s)

    def lag_s(self) -> float | None:
        """Return how far the flow is behind its source where that is furthest."""
        if self.audience is None or not self.audience.lag:
            return None
        return max(partition.seconds for partition in self.audience.lag)
