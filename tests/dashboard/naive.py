"""The live viewers as a plain list: slow, and simple enough to be believed."""

from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from msgspec import UNSET

from dashboard.breakdown import Slice
from dashboard.query import ViewerColumn, ViewerPage, ViewerQuery
from dashboard.theme import UNKNOWN
from dataflows.playback.profile import (
    STATUS_RULES,
    PlaybackStatus,
    ViewerProfile,
    ms_from_iso,
)


class NaiveViewers:
    """`LiveViewers` without columns, locks or cleverness, at one moment."""

    def __init__(self, most: int, now_s: float) -> None:
        self.most = most
        self.now_s = now_s
        self.known: dict[str, ViewerProfile] = {}
        self.over: list[str] = []
        self.turned_away = 0

    def apply(self, changes: Iterable[tuple[str, ViewerProfile | None]]) -> None:
        for viewer_id, new in changes:
            self._forget(viewer_id) if new is None else self._take(new)

    def live(self) -> list[ViewerProfile]:
        return [p for p in self.known.values() if p.session_end is None]

    def all(self, query: ViewerQuery) -> list[ViewerProfile]:
        found = [p for p in self.live() if self._matches(p, query)]
        told = [p for p in found if _key(p, query.order) is not None]
        untold = [p for p in found if _key(p, query.order) is None]
        told.sort(key=lambda p: _key(p, query.order), reverse=query.descending)
        return told + untold

    def page(self, query: ViewerQuery, number: int, size: int) -> ViewerPage:
        found = self.all(query)
        pages = max(1, -(-len(found) // size))
        number = min(number, pages)
        rows = tuple(found[(number - 1) * size : number * size])
        return ViewerPage(rows, number, pages, len(found), len(self.live()))

    def breakdown(self, value: Callable[[ViewerProfile], str | None]) -> list[Slice]:
        there = [p for p in self.live() if STATUS_RULES[p.status].present]
        return [
            _slice(told, [p for p in there if value(p) == told])
            for told in {value(p) for p in there}
        ]

    def _take(self, new: ViewerProfile) -> None:
        viewer_id = new.viewer_id
        if viewer_id not in self.known and len(self.known) >= self.most:
            if not self.over:
                self.turned_away += 1
                return
            self._forget(self.over[0])
        known = self.known.get(viewer_id)
        if known is not None and new.version < known.version:
            return
        self.known[viewer_id] = new
        self.over = [v for v in self.over if v != viewer_id]
        self.over += [viewer_id] if new.session_end else []

    def _forget(self, viewer_id: str) -> None:
        self.known.pop(viewer_id, None)
        self.over = [v for v in self.over if v != viewer_id]

    def _matches(self, profile: ViewerProfile, query: ViewerQuery) -> bool:
        text = query.text.strip().casefold()
        texts = profile.viewer_id, title(profile) or ""
        waited_s = self.now_s - ms_from_iso(profile.status_since) / 1000
        longer_s = query.buffering_longer_s
        stalls = profile.status is PlaybackStatus.BUFFERING
        return (
            (query.status is UNSET or profile.status is query.status)
            and (not query.title or title(profile) == query.title)
            and (longer_s is UNSET or (stalls and waited_s > longer_s))
            and any(text in each.casefold() for each in texts)
        )


def title(profile: ViewerProfile) -> str | None:
    """Return a profile's title, where it has one."""
    return (profile.label or "").strip() or None


def _key(profile: ViewerProfile, order: ViewerColumn) -> Any:
    match order:
        case ViewerColumn.TITLE:
            value: Any = title(profile)
        case ViewerColumn.STATUS:
            value = list(PlaybackStatus).index(profile.status)
        case ViewerColumn.LIVESTREAM:
            value = {None: None, True: "live", False: "on demand"}[profile.livestream]
        case ViewerColumn.ADS_CLICKED:
            value = profile.ads_clicked
        case ViewerColumn.ADS_SKIPPED:
            value = profile.ads_skipped
        case _:
            value = getattr(profile, order.value)
    return value.casefold() if isinstance(value, str) else value


def _slice(value: str | None, profiles: list[ViewerProfile]) -> Slice:
    played = sum(p.time_played for p in profiles)
    stalled = sum(p.time_buffering for p in profiles)
    startups = [p.startup_time for p in profiles if p.startup_time is not None]
    return Slice(
        value=UNKNOWN if value is None else value,
        known=value is not None,
        viewers=len(profiles),
        by_status={s: sum(p.status is s for p in profiles) for s in PlaybackStatus},
        time_played=played,
        time_buffering=stalled,
        stalls=sum(p.stalls for p in profiles),
        errors=sum(p.errors for p in profiles),
        startup_median=median(startups) if startups else None,
    )
