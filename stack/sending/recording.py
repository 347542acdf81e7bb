"""What a recording holds, line by line: events in any shape, or tracker requests."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from stack.collector.enriched import (
    COLUMNS,
    TSTAMP_COLUMNS,
    Row,
    iso_tstamp,
    tsv_tstamp,
    viewer_of,
)
from stack.collector.shapes import Shape, message
from stack.collector.tracking import recorded_request
from stack.collector.translation import translate

__all__ = ["Recorded", "recorded"]

_EVENT_TIME: Final = ("derived_tstamp", "collector_tstamp")


class Recorded(NamedTuple):
    """A message of a recording, and when it is due by the recording's own clock.

    `due_ms` is `None` where the line does not tell; `value` is empty for an event that
    can't be translated.
    """

    due_ms: int | None
    viewer_id: str | None
    value: bytes
    bad: str = ""


class _Line(msgspec.Struct):
    """What tells a recorded request; `run` is the part of a capture it belongs to."""

    method: str
    path: str
    run: str | None = None


_line_decoder = msgspec.json.Decoder(_Line)


def recorded(
    file: Path, shape: Shape, run: str | None = None, shift_ms: int = 0
) -> Iterator[Recorded]:
    """Yield the messages of a recording, its stamps moved by `shift_ms`.

    Events are kept as they are, requests become events of `shape`.

    Args:
        file: one event or request a line; may end in `.gz`.
        shape: of the events that requests hold.
        run: of a capture, only the lines of this run.
        shift_ms: what is added to every stamp; 0 leaves the bytes untouched.

    """
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        for line in lines:
            if stripped := line.rstrip(b"\r\n"):
                yield from _of_line(stripped, shape, run, shift_ms)


def _of_line(
    line: bytes, shape: Shape, run: str | None, shift_ms: int
) -> Iterator[Recorded]:
    try:
        request = _line_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        if run is None:
            yield _event(line, shift_ms)
        return
    if run is None or request.run == run:
        yield from _of_request(line, shape, shift_ms)


def _of_request(line: bytes, shape: Shape, shift_ms: int) -> Iterator[Recorded]:
    request = recorded_request(line)
    due_ms = request.arrival_ms + shift_ms
    translation = translate(request)
    for row in translation.rows:
        moved = _moved_row(row, shift_ms)
        yield Recorded(due_ms, viewer_of(row), message(moved, shape))
    for bad_row in translation.bad_rows:
        yield Recorded(due_ms, None, b"", f"{bad_row.reason}: {bad_row.detail}")


def _moved_row(row: Row, shift_ms: int) -> Row:
    stamps = {name: row[name] + shift_ms for name in TSTAMP_COLUMNS & row.keys()}
    return row | stamps


def _event(line: bytes, shift_ms: int) -> Recorded:
    """Read as much of an event as sending needs; a bad one is sent all the same."""
    try:
        if line[:1] == b"{":
            return _json_event(line, shift_ms)
        if line.count(b"\t") == len(COLUMNS) - 1:
            return _tsv_event(line, shift_ms)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return Recorded(None, None, line)


def _json_event(line: bytes, shift_ms: int) -> Recorded:
    fields = msgspec.json.decode(line, type=dict[str, Any])
    stamps = _moved_stamps(fields, shift_ms)
    if shift_ms:
        moved = {name: iso_tstamp(ms) for name, ms in stamps.items()}
        line = msgspec.json.encode(fields | moved)
    viewer_id = fields.get("viewer_id") or viewer_of(fields)
    return Recorded(
        _due(stamps), viewer_id if isinstance(viewer_id, str) else None, line
    )


def _tsv_event(line: bytes, shift_ms: int) -> Recorded:
    cells = line.decode().split("\t")
    fields = dict(zip(COLUMNS, cells, strict=True))
    stamps = _moved_stamps(fields, shift_ms)
    if shift_ms:
        moved = {name: tsv_tstamp(ms) for name, ms in stamps.items()}
        line = "\t".join((fields | moved).values()).encode()
    return Recorded(_due(stamps), viewer_of(fields), line)


def _moved_stamps(fields: dict[str, Any], shift_ms: int) -> dict[str, int]:
    """Return the moved stamps of an event, but for what can't be read as one."""
    stamps = {}
    for name in TSTAMP_COLUMNS & fields.keys():
        try:
            moment = datetime.fromisoformat(fields[name])
        except (TypeError, ValueError):
            continue
        aware = moment.replace(tzinfo=moment.tzinfo or UTC)
        stamps[name] = round(aware.timestamp() * 1000) + shift_ms
    return stamps


def _due(stamps: dict[str, int]) -> int | None:
    return next((stamps[name] for name in _EVENT_TIME if name in stamps), None)
