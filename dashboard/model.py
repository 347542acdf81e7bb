"""The one model of a server process: what the feed writes and every session reads.

It knows nothing of Kafka or Panel.
"""

from collections.abc import Sequence
from enum import StrEnum, unique

import msgspec

from dashboard.flow import FlowMetrics
from dashboard.history import AudienceHistory
from dashboard.letters import DeadLetters
from dashboard.minutes import MinuteHistory
from dashboard.screen import OnScreen
from dashboard.spans import Spans
from dashboard.viewers import LiveViewers

__all__ = ["AudienceModel", "FeedState", "FeedStatus"]


@unique
class FeedState(StrEnum):
    """How the feed stands to its topics."""

    LOADING = "loading"
    """Reading what the topics held before; the screen is not whole yet."""
    FOLLOWING = "following"
    """At the topics' ends: what comes is shown as it comes."""
    WAITING = "waiting"
    """A topic does not exist yet."""
    DISCONNECTED = "disconnected"
    """No broker answers."""
    FAILED = "failed"
    """The feed itself failed once; since then something may be missing."""


class FeedStatus(msgspec.Struct, frozen=True):
    """How the feed stands; `detail` is for a person to read.

    `undecodable` counts records that could not be read since the server started.
    """

    state: FeedState = FeedState.LOADING
    detail: str = ""
    undecodable: int = 0


class AudienceModel:
    """The live viewers, the audience's past, the flow's health, how the feed stands.

    Safe to write from one thread while others read.
    """

    def __init__(self, flow_urls: Sequence[str] = ()) -> None:
        self.viewers = LiveViewers()
        self.history = AudienceHistory()
        self.minutes = MinuteHistory()
        self.letters = DeadLetters()
        self.flow = FlowMetrics(flow_urls)
        self.spans = Spans(self.history, self.minutes)
        self.on_screen = OnScreen(self.viewers)
        self.feed = FeedStatus()

    def clear(self) -> None:
        """Forget everything, for the topics begin anew."""
        self.viewers.clear()
        self.history.clear()
        self.minutes.clear()
        self.letters.clear()
