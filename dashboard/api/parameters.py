"""What a request may ask for: each field is a parameter of the query, with its rule.

The OpenAPI document describes them from here, too.
"""

import math
from enum import StrEnum, unique
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from dashboard.api.reading import NoParameters, read_seconds
from dashboard.query import ViewerColumn, ViewerQuery
from dataflows.playback.profile import PlaybackStatus

__all__ = [
    "FilterParameters",
    "HistoryParameters",
    "Resolution",
    "StreamParameters",
    "TimelineParameters",
    "ViewersParameters",
]


def _moment(description: str) -> Meta:
    # As text: msgspec would take a number for one, too.
    return Meta(description=description, extra_json_schema={"format": "date-time"})


class FilterParameters(NoParameters, frozen=True, kw_only=True):
    """Which live viewers, in what order."""

    text: Annotated[
        str,
        Meta(
            max_length=200, description="Part of a viewer's id or title, in any case."
        ),
    ] = ""
    status: (
        Annotated[PlaybackStatus, Meta(description="Viewers in this status only.")]
        | UnsetType
    ) = UNSET
    title: Annotated[
        str, Meta(max_length=4_096, description="Viewers of this title only, whole.")
    ] = ""
    buffering_longer_s: (
        Annotated[
            float,
            Meta(
                ge=0,
                le=86_400,
                description="Those only who have been buffering for more seconds.",
            ),
        ]
        | UnsetType
    ) = UNSET
    order: Annotated[ViewerColumn, Meta(description="What they are ordered by.")] = (
        ViewerColumn.STATUS_SINCE
    )
    descending: Annotated[
        bool, Meta(description="Whether the largest, or newest, is first.")
    ] = True

    def query(self) -> ViewerQuery:
        """Return what to ask of the live viewers."""
        longer = self.buffering_longer_s
        return ViewerQuery(
            text=self.text,
            status=self.status or None,
            title=self.title or None,
            buffering_longer_s=None if longer is UNSET else longer,
            order=self.order,
            descending=self.descending,
        )


class ViewersParameters(FilterParameters, frozen=True, kw_only=True):
    """Which live viewers, in what order, and which page of them."""

    page: Annotated[
        int,
        Meta(
            ge=1, le=1_000_000, description="Page, from 1; past the last is the last."
        ),
    ] = 1
    size: Annotated[int, Meta(ge=1, le=1_000, description="Viewers on a page.")] = 100


@unique
class Resolution(StrEnum):
    """What a record of the audience's history stands for."""

    SECONDS = "seconds"
    MINUTES = "minutes"


class HistoryParameters(NoParameters, frozen=True, kw_only=True):
    """Which part of the audience's history."""

    resolution: Annotated[
        Resolution,
        Meta(description="The last hour in seconds, or the last 24 h in minutes."),
    ] = Resolution.MINUTES
    since: Annotated[str, _moment("Records of this moment and later.")] | UnsetType = (
        UNSET
    )
    until: Annotated[str, _moment("Records of before this moment.")] | UnsetType = UNSET
    limit: Annotated[
        int, Meta(ge=1, le=3_600, description="At most so many, the newest.")
    ] = 600

    def between(self) -> tuple[float, float]:
        """Return the moments, in seconds since 1970.

        Raises:
            Refusal: one is no moment.

        """
        since, until = -math.inf, math.inf
        if self.since is not UNSET:
            since = read_seconds("since", self.since)
        if self.until is not UNSET:
            until = read_seconds("until", self.until)
        return since, until


class TimelineParameters(NoParameters, frozen=True, kw_only=True):
    """Which part of a viewer's timeline."""

    before: Annotated[
        str,
        Meta(
            pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z(#[0-9]{1,9})?)?$",
            description="The `older` of the answer before, for what was before that.",
        ),
    ] = ""


class StreamParameters(NoParameters, frozen=True, kw_only=True):
    """How /ws tells."""

    batch: Annotated[
        int,
        Meta(ge=0, le=1_000, description="Viewers a message; 0 is one, not in a list."),
    ] = 0
