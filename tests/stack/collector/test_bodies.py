"""Bodies of every kind, size and encoding: each is answered 200."""

from typing import Any

import msgspec
import pytest

from stack.collector.handlers import MOST_BODY_BYTES
from tests.stack.collector.posting import TP2
from tests.stack.collector.serving import (
    Client,
    StandInProducer,
    bad_rows_of,
    body_of,
    events_of,
)

VIEW = {"e": "pv"}


def test_bad_event_spares_its_batch(client: Client, producer: StandInProducer) -> None:
    """One bad event is a bad row with its reason; the answer is 200 all the same."""
    bad = {"e": "ue", "ue_pr": "{"}
    answer = client.post(VIEW, bad, VIEW)

    assert answer.status == 200
    assert len(events_of(producer)) == 2
    (row,) = bad_rows_of(producer)
    assert row["reason"] == "bad_self_describing"
    assert msgspec.json.decode(row["payload"]) == bad


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"\xff\x00", "application/octet-stream"),
        (b"a=1&b=%zz", "application/x-www-form-urlencoded"),
        (b"--", "multipart/form-data; boundary=x"),
        (b"--", "multipart/form-data"),
        (b"{", "\xe4"),
    ],
)
def test_bad_body(
    body: bytes, content_type: str, client: Client, producer: StandInProducer
) -> None:
    """No body and no content type is refused; what it holds is a bad row."""
    answer = client.ask("POST", TP2, body, {"Content-Type": content_type})

    assert answer.status == 200
    (row,) = bad_rows_of(producer)
    assert (row["reason"], row["content_type"]) == ("bad_body", content_type)


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        (MOST_BODY_BYTES, None),
        (MOST_BODY_BYTES + 1, "too_large"),
        (5_000_000, "too_large"),
    ],
)
def test_large_body(
    size: int, reason: str | None, client: Client, producer: StandInProducer
) -> None:
    """A body of up to 1 MiB is read; one byte more makes it a bad row, answered 200."""
    body = body_of(VIEW)
    answer = client.ask("POST", TP2, body + b" " * (size - len(body)))

    assert answer.status == 200
    assert len(events_of(producer)) == (reason is None)
    assert [row["reason"] for row in bad_rows_of(producer)] == [reason] * (
        reason is not None
    )


def test_large_body_in_chunks(client: Client, producer: StandInProducer) -> None:
    """A body whose size is not told beforehand is measured as it comes."""
    # http.client sends what is no bytes in chunks.
    chunks: Any = iter([b" " * 400_000] * 3)
    answer = client.ask("POST", TP2, chunks)

    assert answer.status == 200
    (row,) = bad_rows_of(producer)
    assert (row["reason"], row["payload_bytes"]) == ("too_large", 1_200_000)
