"""/api/health: whether what the dashboard shows can be believed, for whoever asks."""

import time
from http import HTTPStatus

from dashboard.api.answers import Health
from dashboard.api.handlers import ApiHandler
from dashboard.model import AudienceModel, FeedState
from dataflows.playback.profile import ms_from_iso

__all__ = ["HealthHandler", "health_of", "is_well"]


def health_of(model: AudienceModel, now: float) -> Health:
    """Return how the feed stands at `now`, seconds since 1970."""
    newest = model.history.newest
    age_s = None if newest is None else now - ms_from_iso(newest.tstamp) / 1000
    return Health(
        feed=model.feed.state, age_s=age_s, undecodable=model.feed.undecodable
    )


def is_well(health: Health) -> bool:
    """Return whether the feed is at the topics' ends."""
    return health.feed is FeedState.FOLLOWING


class HealthHandler(ApiHandler):
    """The feed's state, told without asking who asks; nothing of any viewer."""

    is_guarded = False

    async def answer(self, *arguments: str) -> None:
        """Answer with the health, 503 where it is not well."""
        del arguments
        # No parameters are refused: probes add what they like.
        health = health_of(self.service.model, time.time())
        ok = is_well(health)
        self.send(health, HTTPStatus.OK if ok else HTTPStatus.SERVICE_UNAVAILABLE)
