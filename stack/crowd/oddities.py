"""Messages that no tracker should send and every pipeline sees, one kind at a time.

Each kind says what must become of it: it is understood all the same (`None`), or it
ends in the dead letters with that reason.
"""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final, NamedTuple

from dataflows.playback.errors import DeadLetterReason
from stack.collector.enriched import Row
from stack.collector.shapes import Shape, message
from stack.crowd.player import new_uuid

__all__ = ["ODDITIES", "OVERSIZED_BYTES", "Oddity", "odd_message"]

OVERSIZED_BYTES: Final = 10_000_000
_PADDING: Final = "x" * OVERSIZED_BYTES

Fields = dict[str, Any]
Distortion = Callable[[Fields], Fields | bytes]


class Oddity(NamedTuple):
    """A kind of odd message: what makes it, what must become of it, how often it is."""

    distort: Distortion
    outcome: DeadLetterReason | None
    weight: float = 1.0


def odd_message(kind: str, row: Row, rng: Random) -> bytes:
    """Return a message of this kind, as if it were one more event beside `row`."""
    own = row | {"event_id": new_uuid(rng)}
    fields = json.loads(message(own, Shape.FLAT_SUPERSET))
    odd = ODDITIES[kind].distort(fields)
    return odd if isinstance(odd, bytes) else json.dumps(odd).encode()


def _with(**changed: str | float | list[int]) -> Distortion:
    return lambda fields: fields | changed


def _without(*names: str) -> Distortion:
    return lambda fields: {k: v for k, v in fields.items() if k not in names}


def _at(tstamp: str | int) -> Distortion:
    return _with(collector_tstamp=tstamp, derived_tstamp=tstamp)


def _position(seconds: float) -> Distortion:
    """Put the player somewhere absurd, in both places that tell where it is."""
    return lambda fields: (
        fields
        | {
            "video_ts": seconds,
            "player": fields["player"] | {"currentTime": seconds},
        }
    )


def _stamps(rewrite: Callable[[str], str]) -> Distortion:
    return lambda fields: (
        fields
        | {
            name: rewrite(fields[name])
            for name in ("collector_tstamp", "derived_tstamp")
        }
    )


def _digits(count: int) -> Distortion:
    """Write the fraction of a second with so many digits; nought is no fraction."""

    def rewrite(tstamp: str) -> str:
        second, _, fraction = tstamp.rstrip("Z").partition(".")
        return f"{second}.{fraction:0<9}"[: 20 + count].rstrip(".") + "Z"

    return _stamps(rewrite)


def _numeric_ad_id(fields: Fields) -> Fields:
    """Number the ad, as the original's data model would have it; 0 is no ad."""
    return fields | {"adId": 288 if "ad" in fields else 0}


def _cut(fields: Fields) -> bytes:
    return json.dumps(fields).encode()[:-40]


def _columns(count: int) -> Distortion:
    return lambda fields: "\t".join([fields["event_id"]] * count).encode()


def _oversized(fields: Fields) -> bytes:
    return json.dumps(fields | {"padding": _PADDING}).encode()


_Reason = DeadLetterReason
_UNREADABLE: Final = bytes(range(128, 256))
_NAN, _INFINITY = float("nan"), float("inf")

ODDITIES: Final[dict[str, Oddity]] = {
    "unreadable": Oddity(lambda _: _UNREADABLE, _Reason.UNPARSABLE),
    "cut_short": Oddity(_cut, _Reason.UNPARSABLE),
    "too_few_columns": Oddity(_columns(130), _Reason.WRONG_COLUMN_COUNT),
    "too_many_columns": Oddity(_columns(132), _Reason.WRONG_COLUMN_COUNT),
    "oversized": Oddity(_oversized, _Reason.OVERSIZED, 0.05),
    "no_viewer_id": Oddity(_with(viewer_id=""), _Reason.MISSING_VIEWER_ID),
    "no_event_id": Oddity(_without("event_id"), _Reason.MISSING_EVENT_ID),
    "no_event_name": Oddity(_without("event_name"), _Reason.MISSING_EVENT_NAME),
    "no_tstamp": Oddity(
        _without("collector_tstamp", "derived_tstamp"), _Reason.MISSING_TIMESTAMP
    ),
    "unknown_event_name": Oddity(
        _with(event_name="rewind_event"), _Reason.UNKNOWN_EVENT_NAME
    ),
    "no_time": Oddity(_at("yesterday"), _Reason.BAD_TIMESTAMP),
    "before_2000": Oddity(_at("1999-12-31T23:59:59.999Z"), _Reason.BAD_TIMESTAMP),
    "far_past": Oddity(_at("2001-02-03T04:05:06.789Z"), _Reason.LATE),
    "far_future": Oddity(_at("2999-01-01T00:00:00Z"), _Reason.FUTURE_TIMESTAMP),
    "list_for_number": Oddity(_with(video_ts=[1, 2]), _Reason.BAD_VALUE),
    "nan_position": Oddity(_position(_NAN), None),
    "infinite_position": Oddity(_position(_INFINITY), None),
    "negative_position": Oddity(_position(-1.0), None),
    "epoch_position": Oddity(_position(1_795_410_489.0), None),
    "huge_position": Oddity(_position(1e308), None),
    "numeric_ad_id": Oddity(_numeric_ad_id, None),
    "empty_texts": Oddity(_with(adId="", adsClicked="", adsSkipped=""), None),
    "tstamp_without_zone": Oddity(_stamps(lambda text: text.rstrip("Z")), None),
    "no_fraction": Oddity(_digits(0), None),
    "one_digit_fraction": Oddity(_digits(1), None),
    "six_digit_fraction": Oddity(_digits(6), None),
    "nine_digit_fraction": Oddity(_digits(9), None),
}
"""Every kind, by name."""
