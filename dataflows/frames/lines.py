"""Files with a JSON object a line, which may be packed (`.xz`): recordings.

A recording of a topic holds a `Record` a line, as `read_topic` returns them; one of a
table holds the items.
"""

import lzma
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

__all__ = ["Record", "read_records", "read_structs", "write_records", "write_structs"]

_T = TypeVar("_T", bound=msgspec.Struct)


class Record(NamedTuple):
    """A message of a topic.

    `stamped_ms` is when Kafka was given it, in milliseconds since 1970. A record of a
    compacted topic that has no value is the deletion of its key.
    """

    stamped_ms: int
    key: bytes | None
    value: bytes | None
    partition: int = 0
    offset: int = 0


class _Line(msgspec.Struct, omit_defaults=True):
    """A record as text; `packed` where its value is none, and so is in base64."""

    at: int
    key: str | None = None
    value: str | None = None
    packed: bool = False
    partition: int = 0
    offset: int = 0


def read_records(path: Path | str) -> list[Record]:
    """Return the records of a topic that was recorded.

    Raises:
        ValueError: a line is no record; the message says which.

    """
    return [_record(line) for line in read_structs(path, _Line)]


def write_records(path: Path | str, records: Iterable[Record]) -> None:
    """Record a topic; the same records make the same file."""
    write_structs(path, (_line(record) for record in records))


def read_structs(path: Path | str, kind: type[_T]) -> list[_T]:
    """Return the structs of one `kind` that a file holds.

    Raises:
        ValueError: a line is no such struct; the message says which.

    """
    decoder = msgspec.json.Decoder(kind)
    return [_decoded(decoder, line, where) for where, line in _lines(Path(path))]


def write_structs(path: Path | str, structs: Iterable[msgspec.Struct]) -> None:
    """Write structs, one a line; the same ones make the same file."""
    path, lines = Path(path), msgspec.json.Encoder().encode_lines(list(structs))
    path.write_bytes(lzma.compress(lines) if path.suffix == ".xz" else lines)


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the lines that hold something, and where each of them stands."""
    with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield f"line {number} of `{path}`", line


def _decoded(decoder: msgspec.json.Decoder[_T], line: bytes, where: str) -> _T:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as ex:
        msg = f"{where} must be a {decoder.type.__name__.lstrip('_')}; got {ex}"
        raise ValueError(msg) from ex


def _record(line: _Line) -> Record:
    value = None if line.value is None else line.value.encode()
    if value is not None and line.packed:
        value = b64decode(value)
    key = None if line.key is None else line.key.encode()
    return Record(line.at, key, value, line.partition, line.offset)


def _line(record: Record) -> _Line:
    key = None if record.key is None else record.key.decode()
    text, packed = None, False
    if record.value is not None:
        try:
            text = record.value.decode()
        except UnicodeDecodeError:
            text, packed = b64encode(record.value).decode(), True
    return _Line(record.stamped_ms, key, text, packed, record.partition, record.offset)
