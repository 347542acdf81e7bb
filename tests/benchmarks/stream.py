"""The input: viewers who play, pause, sit through an ad and end, and then come anew.

Every session is the same 27 events, six of them changes of status. A viewer who ended
comes back under another id, so sessions open and close as long as the stream runs. The
messages are written by the simulator's own code, once an event of the script; after
that only names and times are put into them, which fills a topic a hundred times faster.
"""

from random import Random
from typing import Final

from dataflows.playback.events import (
    Ad,
    AdBreak,
    EventName,
    MediaEvent,
    MediaPlayer,
    MediaSession,
)
from dataflows.playback.profile import iso_from_ms
from stack.collector.enriched import tsv_tstamp
from stack.collector.shapes import Shape, message
from stack.crowd.catalogue import TITLES
from stack.crowd.visit import new_visit, row_of

__all__ = ["CHANGES", "SCRIPT", "SECONDS_BETWEEN_EVENTS", "Crowd"]

_PING: Final = (EventName.PING,)
_BREAK: Final = (EventName.AD_BREAK_START, *_PING, EventName.AD_BREAK_END)
SCRIPT: Final = (
    *(EventName.PLAY, *_PING * 6),
    *(EventName.PAUSE, *_PING),
    *(EventName.PLAY, *_PING * 5),
    *_BREAK,
    *(*_PING * 8, EventName.END),
)
"""The events of a session."""

CHANGES: Final = sum(name is not EventName.PING for name in SCRIPT)
"""How many of them change the status."""

SECONDS_BETWEEN_EVENTS: Final = 5.0
"""Event time between two events of a viewer, on average."""

_SEED: Final = 20_261_123
_TITLE: Final = TITLES[2]
_PREFIXES: Final = 4_096
# What stands in a written message where names and times are to come.
_AT_MS: Final = 1_000_000_000_123
_VIEWER: Final = "@viewer@"
_EVENT: Final = "@event@"


class Crowd:
    """So many viewers at chance points of the script; one message at a time."""

    def __init__(self, shape: Shape, viewers: int, name: str = "viewer") -> None:
        self._templates = [_template(shape, step) for step in range(len(SCRIPT))]
        self._stamp = tsv_tstamp if shape is Shape.TSV else iso_from_ms
        self._name = name.encode()
        self._viewers = viewers
        rng = Random(_SEED)
        self._random = rng.random
        self._step = bytearray(rng.randrange(len(SCRIPT)) for _ in range(viewers))
        self._life = [0] * viewers
        # The ids of a real tracker differ from their first character on.
        self._prefixes = [_id_prefix(rng) for _ in range(_PREFIXES)]
        self._stamped = (0, b"")

    def message(self, at_ms: int, serial: int, viewer: int | None = None) -> bytes:
        """Return the next event of a viewer, of any unless told.

        Args:
            at_ms: event time.
            serial: no two events of a stream may have the same; the last twelve hex
                digits of the event's id.
            viewer: number of the viewer.

        """
        if viewer is None:
            viewer = int(self._random() * self._viewers)
        step, viewer_id = self._step[viewer], self.viewer_id(viewer)
        if step == _LAST:
            self._step[viewer] = 0
            self._life[viewer] += 1
        else:
            self._step[viewer] = step + 1
        if self._stamped[0] != at_ms:
            self._stamped = (at_ms, self._stamp(at_ms).encode())
        return self._templates[step] % {
            b"tstamp": self._stamped[1],
            b"event": b"%b%012x" % (self._prefixes[serial % _PREFIXES], serial),
            b"viewer": viewer_id,
        }

    def viewer_id(self, viewer: int) -> bytes:
        """Return the id under which a viewer's next event goes."""
        return b"%b-%06d-%d" % (self._name, viewer, self._life[viewer])


_LAST: Final = len(SCRIPT) - 1


def _id_prefix(rng: Random) -> bytes:
    bits = rng.getrandbits(80)
    digits = f"{bits:020x}"
    text = f"{digits[:8]}-{digits[8:12]}-4{digits[12:15]}-8{digits[15:18]}-"
    return text.encode()


def _template(shape: Shape, step: int) -> bytes:
    """Return a message of the script as a format of `tstamp`, `event` and `viewer`."""
    visit = new_visit(Random(_SEED), _VIEWER, _TITLE, known=True)
    visit.on_the_way_ms = 0
    text = message(row_of(_event(step), visit), shape).replace(b"%", b"%%")
    for stamp in (iso_from_ms(_AT_MS), tsv_tstamp(_AT_MS)):
        text = text.replace(stamp.encode(), b"%(tstamp)b")
    text = text.replace(_VIEWER.encode(), b"%(viewer)b")
    return text.replace(_EVENT.encode(), b"%(event)b")


def _event(step: int) -> MediaEvent:
    done = SCRIPT[: step + 1]
    name = SCRIPT[step]
    levels = [n for n in done if n in {EventName.PLAY, EventName.PAUSE, EventName.END}]
    level = levels[-1]
    in_ad = EventName.AD_BREAK_START in done and EventName.AD_BREAK_END not in done[:-1]
    seconds = step * SECONDS_BETWEEN_EVENTS
    return MediaEvent(
        viewer_id=_VIEWER,
        event_id=_EVENT,
        name=name,
        time=_AT_MS,
        player=MediaPlayer(
            current_time=seconds,
            duration=_TITLE.duration,
            paused=level is not EventName.PLAY,
            ended=level is EventName.END,
            livestream=False,
            muted=False,
            label=_TITLE.label,
            media_type="video",
            player_type="org.whatwg-media_element",
            playback_rate=1.0,
            volume=100,
        ),
        session=MediaSession(
            media_session_id=_VIEWER,
            started_at=iso_from_ms(_AT_MS),
            ping_interval=SECONDS_BETWEEN_EVENTS,
            time_played=seconds or None,
            content_watched=seconds or None,
        ),
        ad=Ad("ad-1", "A car", duration=30.0, skippable=True) if in_ad else None,
        ad_break=AdBreak("break-1", 90.0, break_type="linear") if in_ad else None,
    )
