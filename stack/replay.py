"""`python -m stack replay FILE`: recorded events or tracker requests, sent again."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dataflows.settings import Settings
from stack.collector.shapes import Shape
from stack.sending.meter import Meter
from stack.sending.outbox import DeliveryError, Key, Outbox, connect
from stack.sending.pace import Pace, interruptible, parse_speed
from stack.sending.recording import Recorded, recorded

__all__ = ["Replayed", "Span", "replay", "send_recording", "shift_to_now", "span_of"]


@dataclass(frozen=True)
class Span:
    """How many messages a recording holds, and from when to when (milliseconds)."""

    messages: int = 0
    first_ms: int | None = None
    last_ms: int | None = None


@dataclass
class Replayed:
    """What became of a recording."""

    sent: int = 0
    bad: list[str] = field(default_factory=list)
    """Why events could not be translated, one text each."""


def span_of(messages: Iterable[Recorded]) -> Span:
    """Return the span of a recording."""
    count, first_ms, last_ms = 0, None, None
    for message in messages:
        count += 1
        if message.due_ms is not None:
            first_ms = min(message.due_ms, first_ms or message.due_ms)
            last_ms = max(message.due_ms, last_ms or message.due_ms)
    return Span(count, first_ms, last_ms)


def shift_to_now(span: Span, speed: float, now_ms: float) -> int:
    """Return what to add to all stamps so that none is ahead of the clock when sent.

    At the clock's own speed or slower the recording begins now. Faster, it ends when
    its last message is sent, for a day's events in a minute can't all be of the future.
    """
    if span.first_ms is None or span.last_ms is None:
        return 0
    if speed <= 1:
        return round(now_ms - span.first_ms)
    takes_ms = (span.last_ms - span.first_ms) / speed
    return round(now_ms + takes_ms - span.last_ms)


def send_recording(
    messages: Iterable[Recorded],
    pace: Pace,
    outbox: Outbox,
    meter: Meter,
    replayed: Replayed,
) -> None:
    """Send the messages of a recording, each when it is due, in their order.

    `replayed` is told of each, so that it is right after an interruption, too.
    """
    for number, message in enumerate(messages, start=1):
        if message.due_ms is not None:
            pace.wait(message.due_ms, outbox.poll)
        if message.bad:
            replayed.bad.append(message.bad)
        else:
            outbox.send(message.value, message.viewer_id)
            replayed.sent += 1
        outbox.poll()
        meter.show(replayed.sent, number)


def replay(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="May end in .gz.")
    ],
    *,
    shape: Annotated[
        Shape, typer.Option(help="Of events out of recorded requests.")
    ] = Shape.TSV,
    run: Annotated[
        str | None, typer.Option(help="Of a capture, this run alone.")
    ] = None,
    speed: Annotated[
        str, typer.Option(help="1 is as it was; max is as fast as can be.")
    ] = "1.0",
    now: Annotated[
        bool,
        typer.Option("--shift-to-now/--keep-times", help="Move all stamps to now."),
    ] = True,
    key: Annotated[Key, typer.Option(help="Random is Snowbridge's way.")] = Key.RANDOM,
    topic: Annotated[
        str | None, typer.Option(help="Topic to send to; SOURCE_TOPIC else.")
    ] = None,
    bootstrap_servers: Annotated[
        str | None, typer.Option(help="Kafka brokers; KAFKA_BOOTSTRAP_SERVERS else.")
    ] = None,
) -> None:
    """Send what a file holds: events in any shape, or tracker requests, one a line."""
    console = Console(stderr=True)
    settings = Settings.from_env()
    factor = parse_speed(speed)
    span = span_of(recorded(file, shape, run))
    shift_ms = shift_to_now(span, factor, time.time() * 1000) if now else 0
    producer = connect(
        bootstrap_servers or settings.bootstrap_servers, settings.kafka_config()
    )
    outbox = Outbox(producer, topic or settings.source_topic, key)
    messages = recorded(file, shape, run, shift_ms)
    replayed = Replayed()
    with interruptible(), Meter(console, file.name, span.messages) as meter:
        pace = Pace(factor, (span.first_ms or 0) + shift_ms)
        send_recording(messages, pace, outbox, meter, replayed)
    _finish(outbox, replayed, console)


def _finish(outbox: Outbox, replayed: Replayed, console: Console) -> None:
    for why in replayed.bad:
        console.print(f"[yellow]not translated:[/yellow] {why}")
    try:
        outbox.close()
    except DeliveryError as ex:
        console.print(f"[red]{ex}[/red]")
        raise typer.Exit(1) from ex
    finally:
        console.print(
            f"{outbox.acknowledged:,} messages acknowledged, {outbox.failed:,} failed, "
            f"{len(replayed.bad):,} events not translated"
        )
