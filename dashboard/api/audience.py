"""/api/audience: the whole audience, now and before."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TypeVar

from dashboard.api.answers import AudienceMinutes, AudienceSeconds
from dashboard.api.handlers import ApiHandler
from dashboard.api.parameters import HistoryParameters, Resolution
from dashboard.api.problems import Refusal
from dashboard.api.reading import NoParameters
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.profile import ms_from_iso

__all__ = ["AudienceHandler", "AudienceHistoryHandler"]

R = TypeVar("R", Audience, AudienceMinute)


class AudienceHandler(ApiHandler):
    """The newest record of the audience."""

    async def answer(self, *arguments: str) -> None:
        """Answer with the record."""
        del arguments
        self.parameters(NoParameters)
        newest = self.service.model.history.newest
        if newest is None:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "audience",
                "have been told of by the flow",
                cure="see /api/health",
            )
        self.send(newest)


class AudienceHistoryHandler(ApiHandler):
    """Records of the audience, by the second or by the minute."""

    async def answer(self, *arguments: str) -> None:
        """Answer with the records."""
        del arguments
        asked = self.parameters(HistoryParameters)
        await self.send_aside(lambda: self._records(asked))

    def _records(self, asked: HistoryParameters) -> AudienceSeconds | AudienceMinutes:
        model = self.service.model
        if asked.resolution is Resolution.SECONDS:
            return AudienceSeconds(records=_asked(model.history.records(), asked))
        return AudienceMinutes(records=_asked(model.minutes.records(), asked))


def _asked(records: Sequence[R], asked: HistoryParameters) -> list[R]:
    """Return the newest of the records that lie between the moments."""
    since, until = asked.between()
    within = [r for r in records if since <= ms_from_iso(r.tstamp) / 1000 < until]
    return within[-asked.limit :]
