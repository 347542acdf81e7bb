"""The audience in one line: the newest record of `live-audience`, and what changed."""

import time
from collections import deque
from datetime import UTC, datetime
from typing import Final, Self

from confluent_kafka import OFFSET_END, Consumer, TopicPartition
from rich.console import Console
from rich.live import Live
from rich.text import Text

from dashboard.theme import LOOKS
from dataflows.playback.audience import Audience, audience_from_json
from dataflows.playback.profile import STATUS_RULES, PlaybackStatus

__all__ = ["AudienceFeed", "Figures", "figures_line", "viewers_now"]

_TIMEOUT_S: Final = 10.0
_AT_ONCE: Final = 1000
_PRINT_EVERY_S: Final = 5.0
_RATE_OVER_S: Final = 5.0
"""The flow counts in steps of a second or two; a rate over less would jump."""


class AudienceFeed:
    """Follow the audience topic from its end; a context manager that closes itself."""

    def __init__(self, bootstrap_servers: str, topic: str) -> None:
        # The group is named but never joined: partitions are assigned, not shared out.
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap_servers,
                "group.id": "stack-figures",
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )
        partitions = self._consumer.list_topics(topic, timeout=_TIMEOUT_S).topics[topic]
        self._consumer.assign(
            [TopicPartition(topic, p, OFFSET_END) for p in partitions.partitions]
        )

    def __enter__(self) -> Self:
        """Return the feed itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close the connection."""
        self._consumer.close()

    def poll(self, timeout_s: float) -> Audience | None:
        """Return the newest record that came within `timeout_s`, if one did."""
        messages = self._consumer.consume(_AT_ONCE, timeout=timeout_s)
        values = [message.value() for message in messages if not message.error()]
        records = [value for value in values if value]
        return audience_from_json(records[-1]) if records else None


def viewers_now(audience: Audience) -> int:
    """Return how many viewers there are, those who have completed not counted."""
    viewers = audience.viewers.items()
    return sum(n for status, n in viewers if STATUS_RULES[status].present)


def figures_line(before: Audience | None, audience: Audience, now: datetime) -> Text:
    """Return viewers by status, events a second since `before`, lag and age."""
    line = Text()
    for status, look in LOOKS.items():
        if status is not PlaybackStatus.LEFT:
            viewers = audience.viewers.get(status, 0)
            line.append(f"{viewers:,} ", f"bold {look.colour}")
            line.append(f"{look.word.lower()}  ")
    line.append(f"│ {_events_a_second(before, audience):,.0f} events/s ", "bold")
    behind = sum(lag.messages for lag in audience.lag)
    seconds = max((lag.seconds for lag in audience.lag), default=0.0)
    line.append(f"│ {behind:,} messages ({seconds:.1f} s) behind ")
    age = (now - datetime.fromisoformat(audience.tstamp)).total_seconds()
    return line.append(f"│ {max(age, 0.0):.1f} s old", "dim")


def _events_a_second(before: Audience | None, audience: Audience) -> float:
    span_s = 0.0 if before is None else _seconds_between(before, audience)
    if before is None or not span_s:
        return 0.0
    return (audience.events.received - before.events.received) / span_s


def _seconds_between(before: Audience, audience: Audience) -> float:
    stamps = (datetime.fromisoformat(a.tstamp) for a in (audience, before))
    return (next(stamps) - next(stamps)).total_seconds()


class Figures:
    """The line on a console, and the sum of it at the end; a context manager.

    On a terminal the line stays and changes; in a file it comes every few seconds.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live("No figures yet", console=console, transient=True)
        self._since = self._printed = time.monotonic()
        self._recent: deque[Audience] = deque()
        self._peak = 0

    def __enter__(self) -> Self:
        """Show the line."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Take the line away."""
        self._live.stop()

    def add(self, audience: Audience | None) -> None:
        """Show the newest record, when there is one."""
        if audience is None:
            return
        line = figures_line(self._before(audience), audience, datetime.now(UTC))
        self._peak = max(self._peak, viewers_now(audience))
        if self._console.is_terminal:
            self._live.update(line)
        elif time.monotonic() - self._printed > _PRINT_EVERY_S:
            self._printed = time.monotonic()
            self._console.print(line, soft_wrap=True)

    def _before(self, audience: Audience) -> Audience:
        """Return the record to count from: the last one that is long enough ago."""
        recent = self._recent
        if recent and audience.events.received < recent[-1].events.received:
            recent.clear()  # the flow began again at an earlier count
        recent.append(audience)
        while len(recent) > 1 and _seconds_between(recent[1], audience) >= _RATE_OVER_S:
            recent.popleft()
        return recent[0]

    def __str__(self) -> str:
        """Return the sum in a sentence."""
        ran = f"Ran {time.monotonic() - self._since:.0f} s"
        if not self._recent:
            return f"{ran}; no figures came."
        events = self._recent[-1].events
        dead = events.late + sum(events.dead_letters.values())
        return (
            f"{ran}: {events.received:,} events in, {events.used:,} used, "
            f"{events.skipped:,} skipped, {events.duplicate:,} duplicates, {dead:,} to "
            f"the dead letters; at most {self._peak:,} viewers at once."
        )
