"""A break of ads as a page shows it: in order, skipped, clicked, or left."""

from typing import Final

from dataflows.playback.events import Ad, AdBreak, EventData, EventName, MediaEvent
from stack.crowd.catalogue import CREATIVES, Creative
from stack.crowd.page import Events, GoneError, Page

__all__ = ["ad_break"]

_SKIPPABLE_AFTER_S: Final = 5.0
_QUARTILES: Final = (25, 50, 75)
_MOST_ADS: Final = 4
_LEAVE: Final = "leave"


def ad_break(page: Page, name: str) -> Events:
    """Show a break; content goes on with the play event at its end.

    The entities of the break and of the ad ride on every event from the first that has
    them to the one that closes them, as the tracker sends them.
    """
    player = page.player
    creatives = page.rng.sample(CREATIVES, k=_pod_size(page))
    player.ad_break = AdBreak(
        break_id=f"{name}-{int(player.position)}",
        start_time=player.position,
        name=name,
        break_type="linear",
        pod_size=len(creatives),
    )
    player.totals.ad_breaks += 1
    yield page.say(EventName.AD_BREAK_START)
    if page.stale_ads and not player.paused:
        player.paused = True
        yield page.say(EventName.PAUSE)
    elif not page.stale_ads:
        player.paused = False
    for position, creative in enumerate(creatives, start=1):
        yield from page.moment()
        yield from _show(page, creative, position)
    yield page.say(EventName.AD_BREAK_END)
    player.ad_break = None
    yield from page.moment()
    yield page.resume()


def _pod_size(page: Page) -> int:
    """Return how many ads: one or more, and as many on average as the habit says."""
    mean = page.habits.ads_a_break
    spread = page.rng.uniform(-0.5, 0.5) + page.rng.choice((-0.5, 0.0, 0.5))
    return min(_MOST_ADS, max(1, round(mean + spread)))


def _show(page: Page, creative: Creative, position: int) -> Events:
    player = page.player
    player.ad = Ad(
        ad_id=creative.ad_id,
        name=creative.name,
        creative_id=f"{creative.ad_id}-a",
        pod_position=position,
        duration=creative.duration,
        skippable=creative.skippable,
    )
    player.totals.ads += 1
    yield page.say(EventName.AD_START)
    shown = 0.0
    for share, cue in sorted(_cues(page, creative)):
        yield from _spend(page, (share - shown) * creative.duration)
        shown = share
        if cue == _LEAVE:
            raise GoneError
        yield _report(page, cue, share)
        if cue == EventName.AD_CLICK:
            yield from _look_at_it(page, share)
        if cue == EventName.AD_SKIP:
            break
    player.ad = None


def _cues(page: Page, creative: Creative) -> list[tuple[float, str]]:
    """Return what will happen, each at its share of the ad."""
    habits, rng = page.habits, page.rng
    cues = [(percent / 100, str(EventName.AD_QUARTILE)) for percent in _QUARTILES]
    cues.append((1.0, EventName.AD_COMPLETE))
    if creative.skippable and page.chance(habits.skip):
        earliest = _SKIPPABLE_AFTER_S / creative.duration
        cues.append((rng.uniform(earliest, 0.99), EventName.AD_SKIP))
    if page.chance(habits.click):
        cues.append((rng.uniform(0.05, 0.95), EventName.AD_CLICK))
    if page.chance(habits.leave_in_ad):
        cues.append((rng.uniform(0.0, 0.95), _LEAVE))
    return cues


def _spend(page: Page, seconds: float) -> Events:
    before = page.player.now
    yield from page.wait(seconds)
    page.player.totals.time_spent_ads += page.player.now - before


def _report(page: Page, cue: str, share: float) -> MediaEvent:
    totals = page.player.totals
    if cue == EventName.AD_COMPLETE:
        return page.say(EventName.AD_COMPLETE)
    totals.ads_skipped += cue == EventName.AD_SKIP
    totals.ads_clicked += cue == EventName.AD_CLICK
    data = EventData(percent_progress=int(100 * share + 1e-6))
    return page.player.event(EventName(cue), data)


def _look_at_it(page: Page, share: float) -> Events:
    """Hold the ad while the viewer looks at what the click opened."""
    data = EventData(percent_progress=int(100 * share + 1e-6))
    yield page.player.event(EventName.AD_PAUSE, data)
    yield from page.wait(page.rng.uniform(1, 8))
    yield page.player.event(EventName.AD_RESUME, data)
