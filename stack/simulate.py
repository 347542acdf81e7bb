"""`python -m stack simulate`: a crowd of viewers, sent to the source topic.

Time is simulated; at speed 1 it runs with the clock. The seed decides all the rest, so
the same options with a `--start` send the same bytes.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from dataflows.settings import Settings
from stack.collector.shapes import Shape
from stack.crowd.crowd import ping_interval_for
from stack.crowd.dispatch import Mischief, Tally
from stack.crowd.habits import Habits
from stack.sending.outbox import DeliveryError, Key, Outbox, connect
from stack.sending.pace import parse_speed
from stack.sending.plan import Plan, run_crowd

__all__ = ["MIXED", "simulate"]

MIXED: Final = "mixed"
"""Instead of a shape: each message has one by chance."""

_HABITS: Final = Habits()
_MISCHIEF: Final = Mischief()


def _in_panel(panel: str, least: float | None = None) -> Callable[..., Any]:
    def option(help_: str, *, min: float | None = least) -> Any:  # noqa: A002, ANN401, as `typer.Option`
        return typer.Option(help=help_, rich_help_panel=panel, min=min)

    return option


_crowd = _in_panel("Crowd")
_habit = _in_panel("Habits", least=0)
_wrong = _in_panel("What goes wrong", least=0)
_time = _in_panel("Time")
_kafka = _in_panel("Kafka")


def _shapes(value: str) -> tuple[Shape, ...]:
    if value == MIXED:
        return tuple(Shape)
    try:
        return (Shape(value),)
    except ValueError:
        msg = f"must be {MIXED} or one of {', '.join(Shape)}; got {value!r} instead"
        raise typer.BadParameter(msg) from None


def _start_ms(start: datetime | None, seconds: float | None, speed: float) -> int:
    """Return where simulated time begins, such that no event is ahead of the clock.

    Faster than the clock, the crowd lives in the past and arrives in the present.
    """
    if start is not None:
        return round(start.replace(tzinfo=start.tzinfo or UTC).timestamp() * 1000)
    if speed <= 1:
        return round(time.time() * 1000)
    if seconds is None:
        msg = "above 1 it needs `--seconds` or `--start`, or it runs ahead of the clock"
        raise typer.BadParameter(msg, param_hint="--speed")
    return round((time.time() - seconds * (1 - 1 / speed)) * 1000)


def _pinging(habits: Habits, viewers: int, rate: float, console: Console) -> Habits:
    interval = ping_interval_for(habits, viewers, rate)
    console.print(f"{viewers:,} viewers, a ping every {interval:g} s each")
    return replace(habits, ping_interval_s=interval)


def _finish(
    outbox: Outbox, tally: Tally, report: Path | None, console: Console
) -> None:
    counts = tally.report()
    try:
        outbox.close()
    except DeliveryError as ex:
        console.print(f"[red]{ex}[/red]")
        raise typer.Exit(1) from ex
    finally:
        Console().print_json(data=counts)
        if report is not None:
            report.write_text(json.dumps(counts, indent=2) + "\n")


# Longer than the house style has it: every option is a parameter, and typer reads the
# command line off the signature.
def simulate(
    *,
    viewers: Annotated[int, _crowd("Viewers at once.", min=1)] = 2000,
    rate: Annotated[
        float | None, _crowd("Events/s to aim at, by the ping interval.", min=0)
    ] = None,
    ping_interval: Annotated[
        float, _crowd("Seconds between pings, where no rate is asked.", min=0.001)
    ] = 30.0,
    shape: Annotated[
        str, _crowd("flat, flat-superset, tsv, enriched-json or mixed.")
    ] = Shape.FLAT_SUPERSET.value,
    seed: Annotated[int, _crowd("Decides all that is left to chance.")] = 0,
    pre_roll: Annotated[
        float, _habit("Chance of a break of ads at the start.")
    ] = _HABITS.pre_roll,
    mid_roll_every_s: Annotated[
        float, _habit("Seconds of content between breaks; 0 is never.")
    ] = _HABITS.mid_roll_every_s,
    ads_a_break: Annotated[
        float, _habit("Mean number of ads in a break; 0 is no ads.")
    ] = _HABITS.ads_a_break,
    skip: Annotated[
        float, _habit("Chance that a skippable ad is skipped.")
    ] = _HABITS.skip,
    click: Annotated[float, _habit("Chance that an ad is clicked.")] = _HABITS.click,
    leave_in_ad: Annotated[
        float, _habit("Chance that an ad is left.")
    ] = _HABITS.leave_in_ad,
    pauses_a_minute: Annotated[
        float, _habit("How often viewers pause.")
    ] = _HABITS.pauses_a_minute,
    pause_mean_s: Annotated[
        float, _habit("Mean length of a pause.")
    ] = _HABITS.pause_mean_s,
    seeks_a_minute: Annotated[
        float, _habit("How often viewers seek.")
    ] = _HABITS.seeks_a_minute,
    stalls_a_minute: Annotated[
        float, _habit("How often players stall.")
    ] = _HABITS.stalls_a_minute,
    stall_mean_s: Annotated[
        float, _habit("Mean length of a stall.")
    ] = _HABITS.stall_mean_s,
    leaves_a_minute: Annotated[
        float, _habit("How often viewers close the tab.")
    ] = _HABITS.leaves_a_minute,
    errors_a_minute: Annotated[
        float, _habit("How often players fail.")
    ] = _HABITS.errors_a_minute,
    disorder: Annotated[
        float, _wrong("Share of events held up on the way.")
    ] = _MISCHIEF.disorder,
    max_delay_s: Annotated[
        float, _wrong("How long these are held up at most.")
    ] = _MISCHIEF.max_delay_s,
    duplicates: Annotated[
        float, _wrong("Share of events sent twice.")
    ] = _MISCHIEF.duplicates,
    late: Annotated[
        float, _wrong("Share of events beyond the lateness bound.")
    ] = _MISCHIEF.late,
    bad: Annotated[float, _wrong("Odd messages beside each event.")] = _MISCHIEF.bad,
    seconds: Annotated[
        float | None, _time("Stop after this much simulated time.", min=0)
    ] = None,
    events: Annotated[
        int | None, _time("Stop after this many messages.", min=1)
    ] = None,
    speed: Annotated[str, _time("1 is the clock; max is as fast as can be.")] = "1.0",
    start: Annotated[
        datetime | None, _time("Where simulated time begins (UTC).")
    ] = None,
    bootstrap_servers: Annotated[
        str | None, _kafka("Kafka brokers; KAFKA_BOOTSTRAP_SERVERS else.")
    ] = None,
    topic: Annotated[str | None, _kafka("Topic to send to; SOURCE_TOPIC else.")] = None,
    key: Annotated[
        Key, _kafka("Key of the messages; random is Snowbridge's way.")
    ] = Key.RANDOM,
    report: Annotated[
        Path | None, _kafka("Write the counts here, too, as JSON.")
    ] = None,
) -> None:
    """Send the events of a simulated crowd, until its bounds or Ctrl-C."""
    console = Console(stderr=True)
    settings = Settings.from_env()
    factor = parse_speed(speed)
    try:
        habits = Habits(
            ping_interval_s=ping_interval,
            pre_roll=pre_roll,
            mid_roll_every_s=mid_roll_every_s,
            ads_a_break=ads_a_break,
            skip=skip,
            click=click,
            leave_in_ad=leave_in_ad,
            pauses_a_minute=pauses_a_minute,
            pause_mean_s=pause_mean_s,
            seeks_a_minute=seeks_a_minute,
            stalls_a_minute=stalls_a_minute,
            stall_mean_s=stall_mean_s,
            leaves_a_minute=leaves_a_minute,
            errors_a_minute=errors_a_minute,
        )
        mischief = Mischief(
            disorder=disorder,
            max_delay_s=max_delay_s,
            duplicates=duplicates,
            late=late,
            lateness_s=settings.lateness.total_seconds(),
            bad=bad,
        )
    except ValueError as ex:
        raise typer.BadParameter(str(ex)) from ex
    plan = Plan(
        habits=habits if rate is None else _pinging(habits, viewers, rate, console),
        mischief=mischief,
        shapes=_shapes(shape),
        viewers=viewers,
        seed=seed,
        start_ms=_start_ms(start, seconds, factor),
        seconds=math.inf if seconds is None else seconds,
        events=events,
    )
    producer = connect(
        bootstrap_servers or settings.bootstrap_servers, settings.kafka_config()
    )
    outbox = Outbox(producer, topic or settings.source_topic, key)
    tally = run_crowd(plan, factor, outbox, console)
    _finish(outbox, tally, report, console)
