"""The line tells the newest record, and the sum at the end tells the run."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from confluent_kafka import Producer
from rich.console import Console

from dataflows.playback.audience import Audience, EventTally, PartitionLag
from dataflows.playback.profile import PlaybackStatus
from stack.demo.figures import AudienceFeed, Figures, figures_line, viewers_now
from stack.services.light import mock_kafka
from tests.stack.polling import until

NOW = datetime(2026, 11, 23, 12, 0, 2, 500_000, tzinfo=UTC)
VIEWERS = {
    PlaybackStatus.WATCHING_VIDEO: 1200,
    PlaybackStatus.PAUSED_VIDEO: 30,
    PlaybackStatus.COMPLETED_VIDEO: 5,
}
BEFORE = Audience(tstamp="2026-11-23T12:00:00.000Z", viewers={}, titles={})
AUDIENCE = Audience(
    tstamp="2026-11-23T12:00:02.000Z",
    viewers=VIEWERS,
    titles={},
    events=EventTally(received=1000, used=900, late=1, dead_letters={"unparsable": 2}),
    lag=(
        PartitionLag(partition="0", messages=3, seconds=0.4),
        PartitionLag(partition="1", messages=4, seconds=1.2),
    ),
)


@pytest.fixture(scope="module")
def servers() -> Iterator[str]:
    """Keep a mock cluster for the module."""
    with mock_kafka() as servers:
        yield servers


def test_line_tells_the_newest_record() -> None:
    """Viewers by status, events a second, the largest lag, and the record's age."""
    line = figures_line(BEFORE, AUDIENCE, NOW).plain

    assert line == (
        "1,200 watching  30 paused  0 in ad  0 buffering  5 completed  "
        "│ 500 events/s │ 7 messages (1.2 s) behind │ 0.5 s old"
    )


@pytest.mark.parametrize("before", [None, AUDIENCE])
def test_no_rate_without_a_span(before: Audience | None) -> None:
    """With no earlier record there is no rate yet."""
    assert "│ 0 events/s │" in figures_line(before, AUDIENCE, NOW).plain


def _shown_rates(received: list[int], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("stack.demo.figures._PRINT_EVERY_S", -1)
    out = io.StringIO()
    figures = Figures(Console(file=out))
    for second, count in enumerate(received):
        stamp = f"2026-11-23T12:00:{second:02}.000Z"
        tally = EventTally(received=count)
        figures.add(Audience(tstamp=stamp, viewers={}, titles={}, events=tally))
    return re.findall(r"([\d,-]+) events/s", out.getvalue())


def test_rate_is_of_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the flow counts in steps, the rate is not zero and then double."""
    received = [0, 0, 1000, 1000, 2000, 2000, 3000]

    assert _shown_rates(received, monkeypatch)[-2:] == ["400", "600"]


def test_rate_after_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count that falls begins the rate anew; it is never negative."""
    received = [5000, 6000, 100, 300]

    assert _shown_rates(received, monkeypatch) == ["0", "1,000", "0", "200"]


def test_completed_viewers_are_not_there() -> None:
    """Who has watched to the end is no longer counted as a viewer now."""
    assert viewers_now(AUDIENCE) == 1230


def test_sum_tells_the_run() -> None:
    """At the end stands what came in, what became of it, and the peak."""
    figures = Figures(Console(file=io.StringIO()))
    with figures:
        figures.add(AUDIENCE)
        figures.add(None)

    assert str(figures).endswith(
        "1,000 events in, 900 used, 0 skipped, 0 duplicates, 3 to the dead letters; "
        "at most 1,230 viewers at once."
    )


def test_sum_of_nothing_says_so() -> None:
    """A run that showed no figure says so."""
    assert str(Figures(Console(file=io.StringIO()))).endswith("no figures came.")


def test_terminal_keeps_one_line() -> None:
    """On a terminal the line shows the newest record and is gone at the end."""
    out = io.StringIO()
    with Figures(Console(file=out, force_terminal=True, width=150)) as figures:
        figures.add(AUDIENCE)

    assert "1,200" in out.getvalue()


def test_feed_gives_the_newest(servers: str) -> None:
    """Of what came since the last call, the feed gives the newest record."""
    producer = Producer({"bootstrap.servers": servers})
    producer.produce("audience", msgspec.json.encode(BEFORE), partition=0)
    producer.flush(10)
    with AudienceFeed(servers, "audience") as feed:
        assert feed.poll(0.5) is None
        producer.produce("audience", msgspec.json.encode(BEFORE), partition=0)
        producer.produce("audience", msgspec.json.encode(AUDIENCE), partition=0)
        producer.flush(10)
        until(lambda: feed.poll(0.5) == AUDIENCE)
