"""What the API answers: the shapes that the OpenAPI document describes."""

from typing import Literal

import msgspec

from dashboard.model import FeedState
from dashboard.timeline import Timeline
from dataflows.playback.audience import Audience, AudienceMinute
from dataflows.playback.profile import ViewerProfile

__all__ = [
    "AudienceMinutes",
    "AudienceSeconds",
    "Health",
    "ViewerTimeline",
    "ViewersAnswer",
]


class ViewersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the live viewers that match, of how many `matching` and `live`.

    `page` counts from 1 and is the last one where a later one was asked for.
    """

    viewers: tuple[ViewerProfile, ...]
    page: int
    pages: int
    size: int
    matching: int
    live: int


class ViewerTimeline(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a viewer's past, oldest first throughout.

    `older` is what to ask for as `before` where there is more; `unreadable` counts
    items of the table that are not what the flow writes.
    """

    viewer_id: str
    timeline: Timeline
    older: str | None
    unreadable: int


class AudienceSeconds(msgspec.Struct, frozen=True, kw_only=True):
    """Records of the last hour, one a second, oldest first.

    Only the newest one that is known names its titles, ads and errors.
    """

    resolution: Literal["seconds"] = "seconds"
    records: list[Audience]


class AudienceMinutes(msgspec.Struct, frozen=True, kw_only=True):
    """Records of the last day, one a minute, oldest first."""

    resolution: Literal["minutes"] = "minutes"
    records: list[AudienceMinute]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the feed stands, and how old what it shows is (`null` before there is any).

    `undecodable` counts records that could not be read since the server started.
    """

    feed: FeedState
    age_s: float | None
    undecodable: int
