"""How old changes of status are when they can be read: on the topic, in DynamoDB.

On the topic every change is timed, by a consumer, as it comes. In DynamoDB one change
after the other is sampled: seen on the source topic, its item is asked for until it is
there, or for five seconds. So such an age is too large by the pause between two
questions at most, and the middle one of these pauses is told as the resolution.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec
from confluent_kafka import Consumer

from tests.benchmarks.dynamodb import Client
from tests.benchmarks.stamps import age_ms, sent_us

__all__ = ["Ages", "read_table", "read_topic"]

_FRESH_MS: Final = 20.0
_SURE: Final = frozenset({"pause_event", "ad_break_start_event", "end_event"})
_LONGEST_MS: Final = 5_000.0
_PAUSE_S: Final = 0.002


class _Written(msgspec.Struct):
    """What a profile, or a message of the flat shape, tells of the event behind it."""

    viewer_id: str
    event_id: str
    event_name: str
    session_end: str | None = None

    @property
    def has_changed(self) -> bool:
        """Return whether a profile tells that an event, not silence, changed it."""
        return self.event_name != "ping_event" and self.session_end is None

    @property
    def will_change(self) -> bool:
        """Return whether a message changes the status, whatever that was before.

        The first event of a viewer may be any, so the flow may think that one plays who
        is paused or in an ad: then a play, or the end of an ad, changes nothing.
        """
        return self.event_name in _SURE


_decode: Final = msgspec.json.Decoder(_Written).decode


@dataclass
class Ages:
    """The ages of what was sent within a span of time.

    `is_past` is set once something is seen that was sent later: all of it was seen.
    """

    since_us: int | None = None
    until_us: int | None = None
    is_past: threading.Event = field(default_factory=threading.Event)
    milliseconds: list[float] = field(default_factory=list)
    pauses_ms: list[float] = field(default_factory=list)

    def add(self, sent: int, pause_ms: float | None = None) -> None:
        """Add what was sent then and is seen now; not there so long before."""
        if self.since_us is None or sent < self.since_us:
            return
        if self.until_us is not None and sent >= self.until_us:
            self.is_past.set()
            return
        self.milliseconds.append(age_ms(sent))
        if pause_ms is not None:
            self.pauses_ms.append(pause_ms)

    def figures(self) -> dict[str, float]:
        """Return the figures of latency; without ages if nothing was seen at all."""
        ages = sorted(self.milliseconds)
        figures = {"samples": len(ages), "kept_up": float(self.is_past.is_set())}
        if ages:
            figures |= {
                "p50_ms": ages[len(ages) // 2],
                "p99_ms": ages[len(ages) * 99 // 100],
                "max_ms": ages[-1],
            }
        if pauses := sorted(self.pauses_ms):
            figures["resolution_ms"] = pauses[len(pauses) // 2]
        return figures


def read_topic(profiles: Consumer, ages: Ages, stopping: threading.Event) -> None:
    """Time every change that comes."""
    while not stopping.is_set():
        message = profiles.poll(0.1)
        if message is not None and message.error() is None and message.value():
            profile = _decode(message.value() or b"")
            if profile.has_changed:
                ages.add(sent_us(profile.event_id))


def read_table(
    events: Consumer, url: str, table: str, ages: Ages, stopping: threading.Event
) -> None:
    """Take a change that was just sent, time it, and take the next."""
    with Client(url) as client:
        for event in _fresh_changes(events, stopping):
            _await_item(client, table, event, ages, stopping)


def _fresh_changes(events: Consumer, stopping: threading.Event) -> Iterator[_Written]:
    """Yield changes that were just sent, of those that come when one is asked for."""
    while not stopping.is_set():
        message = events.poll(0.1)
        if message is not None and message.error() is None:
            event = _decode(message.value() or b"")
            if event.will_change and age_ms(sent_us(event.event_id)) < _FRESH_MS:
                yield event


def _await_item(
    client: Client, table: str, event: _Written, ages: Ages, stopping: threading.Event
) -> None:
    sent = sent_us(event.event_id)
    absent_ms = 0.0
    while not stopping.is_set():
        asked_ms = age_ms(sent)
        stored = client.text(table, event.viewer_id, "event_id")
        is_there = stored is not None and sent_us(stored) >= sent
        if is_there or asked_ms > _LONGEST_MS:
            ages.add(sent, age_ms(sent) - absent_ms)
            return
        absent_ms = asked_ms
        time.sleep(_PAUSE_S)
