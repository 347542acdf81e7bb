"""Viewers as CSV for spreadsheets (https://www.rfc-editor.org/rfc/rfc4180)."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from dataflows.playback.profile import ViewerProfile

__all__ = ["FIELDS", "csv_parts"]

FIELDS: Final = (
    "viewer_id",
    "label",
    "status",
    "status_since",
    "session_start",
    "collector_tstamp",
    "video_ts",
    "duration",
    "time_played",
    "time_paused",
    "time_spent_ads",
    "time_buffering",
    "content_watched",
    "ads",
    "ads_completed",
    "ad_breaks",
    "adsClicked",
    "adsSkipped",
    "adId",
    "stalls",
    "errors",
    "startup_time",
    "quality",
    "player_type",
    "livestream",
    "media_session_id",
)
"""The columns: fields of a profile under their stored names. What can't be known is an
empty cell. One more holds all dimensions, for their names are open."""

_AT_ONCE: Final = 500
"""Viewers of one part: some milliseconds of work."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula, in full width too."""


def csv_parts(profiles: Sequence[ViewerProfile]) -> Iterator[bytes]:
    """Return the file, header first, part by part.

    A stranger's text that a spreadsheet would work out as a formula has a quote before
    it, so that it is text there, too: https://owasp.org/www-community/attacks/CSV_Injection
    """
    # The mark tells Excel that it is UTF-8.
    yield b"\xef\xbb\xbf" + _lines([(*FIELDS, "dimensions")])
    for start in range(0, len(profiles), _AT_ONCE):
        yield _lines([_row(p) for p in profiles[start : start + _AT_ONCE]])


def _row(profile: ViewerProfile) -> list[Any]:
    fields: dict[str, Any] = msgspec.to_builtins(profile)
    dimensions = "; ".join(f"{k}={v}" for k, v in sorted(profile.dimensions.items()))
    return [_cell(fields[name]) for name in FIELDS] + [_cell(dimensions)]


def _cell(value: Any) -> Any:  # noqa: ANN401, whatever a profile's field holds
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
