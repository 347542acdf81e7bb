"""One simulated viewer: from opening the page to being gone, as a script in time.

The state is where the script stands, so an ad can't be skipped that was not started,
nor a stall end that did not begin.
"""

from typing import Final

from dataflows.playback.events import EventName
from stack.crowd.acts import pause, repertoire
from stack.crowd.adverts import ad_break
from stack.crowd.page import Events, GoneError, Page, PageView
from stack.crowd.player import new_uuid

__all__ = ["life"]

_NEVER_S: Final = 1e9
# Of those found in the middle: who is just about to pause, and to sit through a break.
_JOIN_PAUSED: Final = 0.15
_JOIN_IN_AD: Final = 0.15
_JOIN_WITHIN_S: Final = 30.0
_LONGEST_BEFORE_S: Final = 3600.0


def life(page: Page, *, midway: bool = False) -> Events:
    """Yield all that a viewer's page sends, in order of time.

    With `midway` the viewer is found in the middle of a playback that began before the
    simulation did, and what was sent before is not sent again.
    """
    try:
        yield from _join(page) if midway else _open(page)
        yield from _watch(page)
        while page.chance(page.habits.rewatch):
            page.player.position = 0.0
            yield page.resume()
            yield from _watch(page)
    except GoneError:
        return


def _open(page: Page) -> Events:
    player = page.player
    yield PageView(player.viewer_id, new_uuid(page.rng), player.now)
    yield from page.moment()
    yield page.say(EventName.READY)
    yield from page.wait(page.rng.uniform(0.1, 1.5))
    if page.habits.ads_a_break and page.chance(page.habits.pre_roll):
        yield from ad_break(page, "pre-roll")
    else:
        yield page.resume()


def _join(page: Page) -> Events:
    player, draw = page.player, page.rng.random()
    longest = min(player.title.duration or _LONGEST_BEFORE_S, _LONGEST_BEFORE_S)
    player.paused = False
    player.back_date(round(page.rng.uniform(0, longest * 0.95) * 1000))
    page.rephase()
    yield from page.wait(page.rng.uniform(0, _JOIN_WITHIN_S))
    if draw < _JOIN_PAUSED:
        yield from pause(page)
    elif page.habits.ads_a_break and draw < _JOIN_PAUSED + _JOIN_IN_AD:
        yield from ad_break(page, "mid-roll")


def _watch(page: Page) -> Events:
    """Watch until the content ends, with all that happens on the way."""
    acts = repertoire(page.habits)
    acts_a_second = sum(acts.values()) / 60
    content_to_break = _break_after(page)
    while (end := page.player.remaining_s) > 0:
        until_act = page.rng.expovariate(acts_a_second) if acts_a_second else _NEVER_S
        until_break = content_to_break / page.player.rate
        seconds = min(until_act, until_break, end)
        content_to_break -= seconds * page.player.rate
        yield from page.play(seconds)
        if seconds == until_break:
            content_to_break = _break_after(page)
            yield from ad_break(page, "mid-roll")
        elif seconds == until_act:
            (act,) = page.rng.choices(list(acts), list(acts.values()))
            yield from act(page)
        else:
            break
    yield from _end(page)


def _break_after(page: Page) -> float:
    every = page.habits.mid_roll_every_s
    if not every or not page.habits.ads_a_break:
        return _NEVER_S
    return every * page.rng.uniform(0.5, 1.5)


def _end(page: Page) -> Events:
    page.player.ended = page.player.paused = True
    yield page.say(EventName.END)
    # The timer lives until the page ends the tracking: a ping may follow the end.
    yield from page.wait(page.rng.uniform(0, 3))
