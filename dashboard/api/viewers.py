"""/api/viewers: the live viewers, one of them, and what was."""

from datetime import UTC, datetime
from http import HTTPStatus

from dashboard.api.answers import ViewersAnswer, ViewerTimeline
from dashboard.api.handlers import ApiHandler
from dashboard.api.parameters import TimelineParameters, ViewersParameters
from dashboard.api.problems import Refusal
from dashboard.api.reading import NoParameters, read_viewer_id
from dashboard.tables import TablesError
from dashboard.timeline import timeline_of
from dataflows.playback.profile import ViewerProfile

__all__ = ["TimelineHandler", "ViewerHandler", "ViewersHandler"]


class ViewersHandler(ApiHandler):
    """The live viewers that match, a page of them."""

    async def answer(self, *arguments: str) -> None:
        """Answer with the page."""
        del arguments
        asked = self.parameters(ViewersParameters)
        await self.send_aside(lambda: self._page(asked))

    def _page(self, asked: ViewersParameters) -> ViewersAnswer:
        page = self.service.model.viewers.page(asked, asked.page, asked.size)
        return ViewersAnswer(
            viewers=page.profiles,
            page=page.number,
            pages=page.pages,
            size=asked.size,
            matching=page.matching,
            live=page.live,
        )


class ViewerHandler(ApiHandler):
    """One viewer, live or not long gone."""

    async def answer(self, *arguments: str) -> None:
        """Answer with the profile."""
        viewer_id = read_viewer_id(*arguments)
        self.parameters(NoParameters)
        profile = self.service.model.viewers.get(viewer_id)
        if profile is None:
            raise _unknown(viewer_id)
        self.send(profile)


class TimelineHandler(ApiHandler):
    """What a viewer did, from the history table and the newest profile."""

    async def answer(self, *arguments: str) -> None:
        """Answer with the timeline."""
        viewer_id = read_viewer_id(*arguments)
        asked = self.parameters(TimelineParameters)
        # What was before some moment is not where the viewer is now.
        known = self.service.model.viewers.get(viewer_id)
        profile = None if asked.before else known
        try:
            await self.send_aside(lambda: self._timeline(viewer_id, asked, profile))
        except TablesError as ex:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, "history", "be readable", got=str(ex)
            ) from ex

    def _timeline(
        self,
        viewer_id: str,
        asked: TimelineParameters,
        profile: ViewerProfile | None,
    ) -> ViewerTimeline:
        page = self.service.history(viewer_id, before=asked.before or None)
        if not page.items and profile is None and not asked.before:
            raise _unknown(viewer_id)
        return ViewerTimeline(
            viewer_id=viewer_id,
            # A profile that is live holds up to this moment.
            timeline=timeline_of(page.items, profile, datetime.now(UTC)),
            older=page.items[0].collector_tstamp if page.more and page.items else None,
            unreadable=page.unreadable,
        )


def _unknown(viewer_id: str) -> Refusal:
    return Refusal(
        HTTPStatus.NOT_FOUND,
        "viewer_id",
        "be of a viewer who is live or not long gone",
        got=viewer_id[:100],
    )
