"""What a request may ask for: each field is a parameter of the query, with its rule.

The OpenAPI document describes them from here, too.
"""

import math
from enum import StrEnum, unique
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from dashboard.api.reading import NoParameters, read_seconds
from dashboard.query import ViewerQuery

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


class FilterParameters(ViewerQuery, NoParameters, frozen=True, kw_only=True):
    """Which live viewers, in what order."""


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
