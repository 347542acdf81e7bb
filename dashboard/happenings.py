"""What happened to a viewer beside changes of status: ads, quality changes, errors.

Pure functions of history items in their order. An ad is told apart by its `adId` and by
the order of the items, for the same ad may be shown again.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum, unique
from typing import Final

import msgspec

from dataflows.playback.events import EventName
from dataflows.playback.profile import (
    NOTABLE,
    HistoryItem,
    PlaybackStatus,
    ViewerProfile,
)

__all__ = [
    "AdOutcome",
    "AdView",
    "PlaybackError",
    "QualityChange",
    "ads_of",
    "errors_of",
    "moment",
    "qualities_of",
]


@unique
class AdOutcome(StrEnum):
    """What became of an ad."""

    COMPLETED = "completed"
    SKIPPED = "skipped"
    SHOWING = "showing"
    """It is on screen now."""
    UNKNOWN = "unknown"
    """No event tells; the viewer may have left, or the page does not send it."""


class AdView(msgspec.Struct, frozen=True, gc=False):
    """One ad as one viewer saw it.

    `start` is missing where no event tells of it, `end` where none tells the outcome.
    `seen` is the first moment that tells of the ad.
    """

    seen: str
    ad_id: str | None
    outcome: AdOutcome
    start: str | None
    end: str | None
    clicks: int
    session_start: str


class QualityChange(msgspec.Struct, frozen=True, gc=False):
    """The picture became this; `bitrate` is in bits a second."""

    tstamp: str
    quality: str | None
    bitrate: int | None
    session_start: str


class PlaybackError(msgspec.Struct, frozen=True, gc=False):
    """The player told of an error: its code, else its name, where in the content."""

    tstamp: str
    code: str | None
    video_ts: float | None
    session_start: str


_ENDS: Final = {
    EventName.AD_COMPLETE: AdOutcome.COMPLETED,
    EventName.AD_SKIP: AdOutcome.SKIPPED,
}


class _Ad:
    """An ad whose items are still being read."""

    def __init__(self, item: HistoryItem) -> None:
        self.ad_id = item.ad_id
        self.tab = item.media_session_id
        self.session_start = item.session_start
        self.seen = moment(item)
        self.start: str | None = None
        self.end: str | None = None
        self.outcome: AdOutcome | None = None
        self.clicks = 0

    def is_of(self, item: HistoryItem) -> bool:
        """Return whether the item may tell of this ad."""
        return (
            self.session_start == item.session_start
            and self.tab == item.media_session_id
            and item.ad_id in {None, self.ad_id}
        )

    def view(self, showing: "_Ad | None") -> AdView:
        """Return what is known of it."""
        without = AdOutcome.SHOWING if self is showing else AdOutcome.UNKNOWN
        return AdView(
            self.seen,
            self.ad_id,
            self.outcome or without,
            self.start,
            self.end,
            self.clicks,
            self.session_start,
        )


def moment(item: HistoryItem) -> str:
    """Return the point in time of an item, without its number in the millisecond."""
    return item.collector_tstamp.partition("#")[0]


def ads_of(
    items: Sequence[HistoryItem], live: ViewerProfile | None = None
) -> tuple[AdView, ...]:
    """Return the ads in the order they were seen.

    Args:
        items: History items in their order.
        live: The viewer's profile where it is live: it tells the ad on screen.

    """
    ads: list[_Ad] = []
    for item in _events(items):
        _tell(ads, item)
    showing = _showing(ads, live)
    return tuple(ad.view(showing) for ad in ads)


def qualities_of(items: Iterable[HistoryItem]) -> tuple[QualityChange, ...]:
    """Return the changes of quality in their order."""
    return tuple(
        QualityChange(moment(i), i.detail, i.bitrate, i.session_start)
        for i in _events(items)
        if i.event_name == EventName.QUALITY_CHANGE
    )


def errors_of(items: Iterable[HistoryItem]) -> tuple[PlaybackError, ...]:
    """Return the errors in their order."""
    return tuple(
        PlaybackError(moment(i), i.detail, i.video_ts, i.session_start)
        for i in _events(items)
        if i.event_name == EventName.ERROR
    )


def _events(items: Iterable[HistoryItem]) -> Iterator[HistoryItem]:
    """Yield an item an event: leaving is none, and names the last one again."""
    told = set()
    for item in items:
        if item.status is PlaybackStatus.LEFT:
            continue
        if item.event_name in NOTABLE:
            if item.event_id in told:
                continue
            told.add(item.event_id)
        yield item


def _tell(ads: list[_Ad], item: HistoryItem) -> None:
    """Take in what one item tells of an ad, if it does."""
    name = item.event_name
    if name == EventName.AD_START:
        ad = _open_ad(ads, item)
        if ad is None or ad.start is not None:
            ad = _begin(ads, item)
        ad.start = moment(item)
    elif name in _ENDS:
        ad = _open_ad(ads, item) or _begin(ads, item)
        ad.outcome, ad.end = _ENDS[EventName(name)], moment(item)
    elif name == EventName.AD_CLICK:
        # A click may be stamped after the end of its ad.
        ad = next(_newest_of(ads, item), None) or _begin(ads, item)
        ad.clicks += 1
    elif item.status is PlaybackStatus.WATCHING_AD and item.ad_id is not None:
        # A page that sends no ad_start: the break's start may name the ad.
        _open_ad(ads, item) or _begin(ads, item)


def _open_ad(ads: list[_Ad], item: HistoryItem) -> _Ad | None:
    """Return the newest ad that the item may tell of and that has no outcome yet."""
    return next((ad for ad in _newest_of(ads, item) if ad.outcome is None), None)


def _newest_of(ads: list[_Ad], item: HistoryItem) -> Iterator[_Ad]:
    return (ad for ad in reversed(ads) if ad.is_of(item))


def _begin(ads: list[_Ad], item: HistoryItem) -> _Ad:
    ads.append(_Ad(item))
    return ads[-1]


def _showing(ads: list[_Ad], live: ViewerProfile | None) -> _Ad | None:
    """Return the ad that a live profile tells to be on screen."""
    if live is None or live.status is not PlaybackStatus.WATCHING_AD:
        return None
    if not ads or ads[-1].session_start != live.session_start:
        return None
    same = live.ad_id in {None, ads[-1].ad_id}
    return ads[-1] if same and ads[-1].outcome is None else None
