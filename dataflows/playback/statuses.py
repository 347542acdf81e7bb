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

from dataflows.playback.events import AD_EVENTS, EventName, MediaEvent
from dataflows.playback.profile import PlaybackStatus

__all__ = ["FACTS", "INITIAL", "Content", "Facts", "facts_of", "next_facts"]


@unique
class Content(IntEnum):
    """What the content (not the ad) is doing."""

    PLAYING = 0
    STALLED = 1
    PAUSED = 2
    ENDED = 3


class Facts:
    """What is known of one playback: one of sixteen, made once each (`facts_of`)."""

    __slots__ = ("ad_on", "code", "content", "in_ad", "in_break", "status")

    def __init__(self, code: int) -> None:
        """Read the facts out of their number, which is what a snapshot holds."""
        self.code = code
        self.content = Content(code % 4)
        self.in_ad = bool(code & 4)
        self.in_break = bool(code & 8)
        # Whether an ad, or the break that holds it, covers the content.
        self.ad_on = self.in_ad or self.in_break
        self.status = (
            PlaybackStatus.WATCHING_AD if self.ad_on else _STATUS[self.content]
        )


def facts_of(content: Content, *, in_ad: bool = False, in_break: bool = False) -> Facts:
    """Return such facts: always the same object, so that `is` compares them."""
    return FACTS[content + (4 if in_ad else 0) + (8 if in_break else 0)]


_STATUS: Final = {
    Content.PLAYING: PlaybackStatus.WATCHING_VIDEO,
    Content.STALLED: PlaybackStatus.BUFFERING,
    Content.PAUSED: PlaybackStatus.PAUSED_VIDEO,
    Content.ENDED: PlaybackStatus.COMPLETED_VIDEO,
}

FACTS: Final = tuple(Facts(code) for code in range(16))
"""All there are, by their numbers; the numbers are part of the recovery format."""

INITIAL: Final = FACTS[0]
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

# A break of another type (overlay, companion) leaves the content in view; a missing
# type counts as linear, as in the tracker.
_COVERING: Final = frozenset({None, "", "linear"})


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
        facts = facts_of(Content.PLAYING, in_ad=facts.in_ad, in_break=facts.in_break)
    if event.name in AD_EVENTS:
        return _after_ad_event(facts, event, opens=has_levels)
    if has_levels:
        return _after_levels(facts, event, opening=opening)
    return _after_edge(facts, event.name)


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
    return facts_of(content, in_ad=in_ad, in_break=in_break)


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
    return facts_of(content, in_ad=in_ad, in_break=in_break)


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
            return facts_of(Content.ENDED)
        return facts
    content = _CONTENT_EDGES[facts.content].get(name)
    return facts if content is None else facts_of(content)
