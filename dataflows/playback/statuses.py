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

from typing import Final

from dataflows.playback.events import AD_EVENTS, EventName, Levels, MediaEvent
from dataflows.playback.short import NAMES, by_number
from dataflows.playback.status import STATUS_RULES, PlaybackStatus

__all__ = ["FACTS", "INITIAL", "Facts", "facts_of", "next_facts"]


_WATCHING: Final = PlaybackStatus.WATCHING_VIDEO
_ENDED: Final = PlaybackStatus.COMPLETED_VIDEO
_PAUSED: Final = PlaybackStatus.PAUSED_VIDEO
_PLAY: Final = EventName.PLAY
_END: Final = EventName.END
_EDGES: Final = {
    status: rules.edges
    for status, rules in STATUS_RULES.items()
    if rules.edges is not None
}
_CONTENTS: Final = tuple(_EDGES)
_OF_AN_AD: Final = by_number(AD_EVENTS)
_HANGS: Final = frozenset(s for s, rules in STATUS_RULES.items() if rules.hangs)
# The content runs, or would if it could; only then can it come to hang.
_RUNNING: Final = _HANGS | {_WATCHING}


class Facts:
    """What is known of one playback; what can be known is made once (`facts_of`).

    `content` is the status that it has while no ad is on; `hangs` is its, and `edges`,
    the statuses after each event by the number of its name.
    """

    __slots__ = (
        "ad_on",
        "code",
        "content",
        "edges",
        "hangs",
        "in_ad",
        "in_break",
        "status",
    )

    def __init__(self, code: int) -> None:
        """Read the facts out of their number, which is what a snapshot holds."""
        self.code = code
        self.content = _CONTENTS[code // 4]
        edges = _EDGES[self.content]
        self.edges = tuple([edges.get(name, self.content) for name in NAMES])
        self.hangs = self.content in _HANGS
        self.in_ad = bool(code & 1)
        self.in_break = bool(code & 2)
        # Whether an ad, or the break that holds it, covers the content.
        self.ad_on = self.in_ad or self.in_break
        self.status = PlaybackStatus.WATCHING_AD if self.ad_on else self.content


def facts_of(
    content: PlaybackStatus, *, in_ad: bool = False, in_break: bool = False
) -> Facts:
    """Return such facts: always the same object, so that `is` compares them."""
    return _BY_CONTENT[content][in_ad + 2 * in_break]


FACTS: Final = tuple(Facts(code) for code in range(4 * len(_CONTENTS)))
"""All there are, by their numbers; the numbers are part of the recovery format."""

_BY_CONTENT: Final = {
    content: FACTS[4 * number : 4 * number + 4]
    for number, content in enumerate(_CONTENTS)
}

INITIAL: Final = facts_of(_WATCHING)
"""A session begins as the original's does: watching."""

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
    if moved and facts.hangs:
        facts = facts_of(_WATCHING, in_ad=facts.in_ad, in_break=facts.in_break)
    if _OF_AN_AD[event.number]:
        return _after_ad_event(facts, event, opens=event.levels is not None)
    levels = event.levels
    if levels is not None:
        return _after_levels(facts, event, levels, opening=opening)
    return _after_edge(facts, event)


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
    if facts.ad_on and not (in_ad or in_break) and content is not _ENDED:
        content = _WATCHING
    return facts_of(content, in_ad=in_ad, in_break=in_break)


# The tracker holds these back for up to 5 s: stamped when they are let go, just before
# the next event, they carry the entities of the moment that they tell of.
_HELD_BACK: Final = by_number(
    {EventName.SEEK_START, EventName.SEEK_END, EventName.VOLUME_CHANGE}
)


def _after_levels(
    facts: Facts, event: MediaEvent, levels: Levels, *, opening: bool
) -> Facts:
    covering = event.ad_break is None or event.ad_break.break_type in _COVERING
    in_ad = covering and event.ad is not None
    in_break = covering and event.ad_break is not None
    if _HELD_BACK[event.number] and (facts.ad_on or in_ad or in_break):
        return facts
    content = _content_level(facts, event.name, levels, ad_on=in_ad or in_break)
    if opening:
        # What carries no ad, such as the play before a pre-roll, came before it.
        in_ad, in_break = in_ad or facts.in_ad, in_break or facts.in_break
    if content is facts.content and in_ad is facts.in_ad and in_break is facts.in_break:
        return facts
    return facts_of(content, in_ad=in_ad, in_break=in_break)


def _content_level(
    facts: Facts, name: EventName, levels: Levels, *, ad_on: bool
) -> PlaybackStatus:
    if name is _END:
        return _ENDED
    # The player may still say `ended` on the play that begins it again.
    if levels.ended and name is not _PLAY:
        return _ENDED
    if ad_on:
        # Its `paused` is the ad's.
        return facts.content
    if levels.paused:
        return _PAUSED
    # It runs, by its levels; only the edges tell whether it hangs.
    running = facts.content if facts.content in _RUNNING else _WATCHING
    content = _EDGES[running].get(name, running)
    return content if content in _RUNNING else running


def _after_edge(facts: Facts, event: MediaEvent) -> Facts:
    if facts.ad_on:
        if event.name is _END:
            return facts_of(_ENDED)
        return facts
    content = facts.edges[event.number]
    return facts if content is facts.content else facts_of(content)
