"""What a playback is doing, from its events: levels first, edges second.

The status is derived from facts that are kept apart, each set only by the events that
know it:

- *Is an ad on?* Known from the ad and ad break entities, which ride on every event
  while an ad runs, and from the ad events. `ad_complete`, `ad_skip` and `ad_break_end`
  close and never open: they may be stamped after the play that follows the ad.
- *What is the content doing?* Known from content events: from the levels `paused` and
  `ended` where the event carries them, else from its name. Ad events carry a stale
  player and say nothing of it; and while an ad is on, a pause belongs to the ad.

Events without levels (the flat shape of the original accelerator) go by the original's
rules: a paused content hears only `play`, and in an ad a pause is not heard. On purpose
different: a `play` after the end watches again.
"""

from enum import IntEnum, unique
from typing import Final

import msgspec

from dataflows.playback.events import AD_EVENTS, EventName, MediaEvent
from dataflows.playback.profile import PlaybackStatus

__all__ = ["INITIAL", "Content", "Facts", "next_facts", "status_of"]


@unique
class Content(IntEnum):
    """What the content (not the ad) is doing."""

    PLAYING = 0
    STALLED = 1
    PAUSED = 2
    ENDED = 3


class Facts(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What is known of one playback."""

    content: Content = Content.PLAYING
    in_ad: bool = False
    in_break: bool = False

    @property
    def ad_on(self) -> bool:
        """Whether an ad, or the break that holds it, covers the content."""
        return self.in_ad or self.in_break


INITIAL: Final = Facts()
"""A session begins as the original's does: watching."""

# The content by its edges, where no ad is on; an event that is not named changes
# nothing.
_CONTENT_EDGES: Final[dict[Content, dict[EventName, Content]]] = {
    Content.PLAYING: {
        EventName.PAUSE: Content.PAUSED,
        EventName.END: Content.ENDED,
        EventName.BUFFER_START: Content.STALLED,
    },
    Content.STALLED: {
        EventName.PLAY: Content.PLAYING,
        EventName.BUFFER_END: Content.PLAYING,
        EventName.PAUSE: Content.PAUSED,
        EventName.END: Content.ENDED,
    },
    Content.PAUSED: {EventName.PLAY: Content.PLAYING},
    Content.ENDED: {EventName.PLAY: Content.PLAYING},
}

# The content runs, or would if it could; only then is a stall one.
_RUNNING: Final = frozenset({Content.PLAYING, Content.STALLED})

# (in_ad, in_break) after an ad event; None leaves the fact alone. A click may be
# stamped after the end of its ad, so it is no sign of one.
_AD_EDGES: Final[dict[EventName, tuple[bool | None, bool | None]]] = {
    EventName.AD_BREAK_START: (None, True),
    EventName.AD_START: (True, None),
    EventName.AD_QUARTILE: (True, None),
    EventName.AD_PAUSE: (True, None),
    EventName.AD_RESUME: (True, None),
    EventName.AD_CLICK: (None, None),
    EventName.AD_SKIP: (False, None),
    EventName.AD_COMPLETE: (False, None),
    EventName.AD_BREAK_END: (False, False),
}

_STATUS: Final = {
    Content.PLAYING: PlaybackStatus.WATCHING_VIDEO,
    Content.STALLED: PlaybackStatus.BUFFERING,
    Content.PAUSED: PlaybackStatus.PAUSED_VIDEO,
    Content.ENDED: PlaybackStatus.COMPLETED_VIDEO,
}

# A break of another type (overlay, companion) leaves the content in view; a missing
# type counts as linear, as in the tracker.
_COVERING: Final = frozenset({None, "", "linear"})


def status_of(facts: Facts) -> PlaybackStatus:
    """Return the status that the facts amount to; an ad covers the rest."""
    if facts.ad_on:
        return PlaybackStatus.WATCHING_AD
    return _STATUS[facts.content]


def next_facts(
    facts: Facts, event: MediaEvent, *, moved: bool, opening: bool = False
) -> Facts:
    """Return the facts after `event`.

    Args:
        facts: What was known before it.
        event: An event of the same playback, in event-time order.
        moved: The content's position moved on by playing: it is not stalled.
        opening: The ad that is on began in the millisecond of the event.

    """
    has_levels = event.player is not None and event.player.paused is not None
    if moved and facts.content is Content.STALLED:
        facts = _with(facts, Content.PLAYING, facts.in_ad, facts.in_break)
    if event.name in AD_EVENTS:
        return _after_ad_event(facts, event, opens=has_levels)
    if has_levels:
        return _after_levels(facts, event, opening=opening)
    return _after_edge(facts, event.name)


def _with(facts: Facts, content: Content, in_ad: bool, in_break: bool) -> Facts:  # noqa: FBT001, in the order of the fields
    """Return such facts, the same object where nothing changes."""
    after = Facts(content, in_ad, in_break)
    return facts if after == facts else after


def _after_ad_event(facts: Facts, event: MediaEvent, *, opens: bool) -> Facts:
    in_ad, in_break = _AD_EDGES[event.name]
    ad_break = event.ad_break
    if in_ad or in_break:
        if ad_break is not None and ad_break.break_type not in _COVERING:
            return facts
        # Without levels a paused or ended content hears only play.
        if not (opens or facts.content in _RUNNING):
            return facts
        in_break = in_break or ad_break is not None or None
    in_ad = facts.in_ad if in_ad is None else in_ad
    in_break = facts.in_break if in_break is None else in_break
    content = facts.content
    if facts.ad_on and not (in_ad or in_break) and content is not Content.ENDED:
        content = Content.PLAYING
    return _with(facts, content, in_ad, in_break)


# The tracker holds these back for up to 5 s: stamped when they are let go, just before
# the next event, they carry the entities of the moment that they tell of.
_HELD_BACK: Final = frozenset(
    {EventName.SEEK_START, EventName.SEEK_END, EventName.VOLUME_CHANGE}
)


def _after_levels(facts: Facts, event: MediaEvent, *, opening: bool) -> Facts:
    covering = event.ad_break is None or event.ad_break.break_type in _COVERING
    in_ad = covering and event.ad is not None
    in_break = covering and event.ad_break is not None
    if event.name in _HELD_BACK and (facts.ad_on or in_ad or in_break):
        return facts
    content = _content_level(facts, event, ad_on=in_ad or in_break)
    if opening:
        # What carries no ad, such as the play before a pre-roll, came before it.
        in_ad, in_break = in_ad or facts.in_ad, in_break or facts.in_break
    return _with(facts, content, in_ad, in_break)


def _content_level(facts: Facts, event: MediaEvent, *, ad_on: bool) -> Content:
    player = event.player
    if event.name is EventName.END:
        return Content.ENDED
    # The player may still say `ended` on the play that begins it again.
    if player is not None and player.ended and event.name is not EventName.PLAY:
        return Content.ENDED
    if ad_on:
        # Its `paused` is the ad's.
        return facts.content
    if player is not None and player.paused:
        return Content.PAUSED
    # It runs, by its levels; only the edges tell whether it is stalled.
    running = facts.content if facts.content in _RUNNING else Content.PLAYING
    content = _CONTENT_EDGES[running].get(event.name, running)
    return content if content in _RUNNING else running


def _after_edge(facts: Facts, name: EventName) -> Facts:
    if facts.ad_on:
        if name is EventName.END:
            return _with(facts, Content.ENDED, in_ad=False, in_break=False)
        return facts
    content = _CONTENT_EDGES[facts.content].get(name, facts.content)
    return _with(facts, content, in_ad=False, in_break=False)
