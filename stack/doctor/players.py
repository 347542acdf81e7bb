"""What the players tell of themselves: pings, and whether they are paused."""

from collections.abc import Sequence
from typing import Final

from dataflows.playback.events import EventName
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, warning
from stack.doctor.sample import Media

__all__ = ["check_players", "level_findings", "ping_findings"]

_FEW_EVENTS: Final = 50
"""Of fewer, that no ping is among them says nothing."""


def check_players(context: Context) -> list[Finding]:
    """Look whether players ping, often enough, and tell whether they are paused."""
    media = context.sample.media
    gap_s = context.settings.gap_playing.total_seconds()
    return [*ping_findings(media, gap_s), *level_findings(media)]


def ping_findings(media: Sequence[Media], gap_s: float) -> list[Finding]:
    """Judge the pings of media events against the gap that ends a session."""
    pings = sum(message.event.name is EventName.PING for message in media)
    if not pings:
        if len(media) < _FEW_EVENTS:
            return []
        found = (
            f"none in {len(media):,} media events: who just watches is said to have "
            f"left after {gap_s:g} s"
        )
        cure = (
            "set `pings: true` in `startMediaTracking` (left out, there are none), or "
            "raise `GAP_PLAYING_S`"
        )
        return [warning("pings", found, cure)]
    sessions = [m.event.session for m in media if m.event.session is not None]
    slowest = max((s.ping_interval or 0.0 for s in sessions), default=0.0)
    if slowest >= gap_s:
        found = (
            f"they come {slowest:g} s apart, a session ends after {gap_s:g} s: "
            "viewers leave and come back between two pings"
        )
        cure = "set a shorter `pings: { pingInterval }`, or raise `GAP_PLAYING_S`"
        return [warning("pings", found, cure)]
    return [ok("pings", f"{pings:,} of {len(media):,} media events are pings")]


def level_findings(media: Sequence[Media]) -> list[Finding]:
    """Judge whether events tell what state a player is in, or only what changed."""
    told = sum(
        m.event.player is not None and m.event.player.paused is not None for m in media
    )
    if told or not media:
        return []
    found = (
        "no event tells whether its player is paused, as the flat shape of eight "
        "fields can't: a lost play or pause is not made up for by the next event"
    )
    cure = "nothing to do; enriched JSON or TSV would carry it"
    return [note("levels", found, cure)]
