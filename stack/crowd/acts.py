"""What a viewer may do, or suffer, while content plays: each act is a small script."""

from collections.abc import Callable
from typing import Final

from dataflows.playback.events import EventData, EventName, MediaEvent
from stack.crowd.catalogue import ERRORS, QUALITIES
from stack.crowd.habits import Habits
from stack.crowd.page import Events, GoneError, Page

__all__ = ["Act", "pause", "repertoire"]

Act = Callable[[Page], Events]

_LEAVE_IN_PAUSE: Final = 0.1
_FATAL: Final = 0.5
_JUMPS_S: Final = (-60.0, -30.0, -10.0, 10.0, 30.0, 60.0, 300.0)


def repertoire(habits: Habits) -> dict[Act, float]:
    """Return the acts, each with how often a minute it comes."""
    return {
        pause: habits.pauses_a_minute,
        _seek: habits.seeks_a_minute,
        _stall: habits.stalls_a_minute,
        _change: habits.changes_a_minute,
        _leave: habits.leaves_a_minute,
        _fail: habits.errors_a_minute,
    }


def pause(page: Page) -> Events:
    """Pause for a while; some never come back."""
    page.player.paused = True
    yield page.say(EventName.PAUSE)
    yield from page.wait(_about(page, page.habits.pause_mean_s))
    if page.chance(_LEAVE_IN_PAUSE):
        raise GoneError
    yield page.resume()


def _about(page: Page, mean_s: float) -> float:
    return page.rng.expovariate(1 / mean_s) if mean_s else 0.0


def _seek(page: Page) -> Events:
    player = page.player
    if player.title.duration is None:
        return
    yield page.say(EventName.SEEK_START)
    yield from page.wait(page.rng.uniform(0.2, 1.2))
    target = player.position + page.rng.choice(_JUMPS_S)
    player.position = round(min(max(0.0, target), player.title.duration - 1), 3)
    yield page.say(EventName.SEEK_END)
    yield from page.progress()


def _stall(page: Page) -> Events:
    yield page.say(EventName.BUFFER_START)
    page.player.stalled = True
    yield from page.wait(_about(page, page.habits.stall_mean_s))
    page.player.stalled = False
    yield page.say(EventName.BUFFER_END)


def _leave(page: Page) -> Events:
    yield from page.wait(page.rng.uniform(0, 1))
    raise GoneError


def _fail(page: Page) -> Events:
    """Report an error, which may be the end of it."""
    code, description = page.rng.choice(ERRORS)
    data = EventData(error_code=code, error_name=code, error_description=description)
    yield page.player.event(EventName.ERROR, data)
    if page.chance(_FATAL):
        raise GoneError


def _change(page: Page) -> Events:
    changes = (_quality, _volume, _fullscreen, _rate, _picture_in_picture)
    (change,) = page.rng.choices(changes, (5, 3, 3, 1, 1))
    yield change(page)


def _quality(page: Page) -> MediaEvent:
    player, previous = page.player, page.player.quality
    player.quality, bitrate = page.rng.choice(QUALITIES)
    data = EventData(
        previous_quality=previous,
        new_quality=player.quality,
        bitrate=bitrate,
        frames_per_second=25,
        automatic=True,
    )
    return player.event(EventName.QUALITY_CHANGE, data)


def _volume(page: Page) -> MediaEvent:
    player, previous = page.player, page.player.volume
    player.volume = page.rng.randint(0, 100)
    data = EventData(previous_volume=previous, new_volume=player.volume)
    return player.event(EventName.VOLUME_CHANGE, data)


def _rate(page: Page) -> MediaEvent:
    player, previous = page.player, page.player.rate
    player.rate = page.rng.choice((1.0, 1.25, 1.5, 2.0))
    data = EventData(previous_rate=previous, new_rate=player.rate)
    return player.event(EventName.PLAYBACK_RATE_CHANGE, data)


def _fullscreen(page: Page) -> MediaEvent:
    player = page.player
    player.fullscreen = not player.fullscreen
    data = EventData(fullscreen=player.fullscreen)
    return player.event(EventName.FULLSCREEN_CHANGE, data)


def _picture_in_picture(page: Page) -> MediaEvent:
    player = page.player
    player.picture_in_picture = not player.picture_in_picture
    data = EventData(picture_in_picture=player.picture_in_picture)
    return player.event(EventName.PICTURE_IN_PICTURE_CHANGE, data)
