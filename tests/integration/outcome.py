"""What a flow has written, once a crowd has come and gone: to be told from another."""

import json
from dataclasses import dataclass
from typing import Any

import msgspec

from dataflows.playback.audience import (
    Audience,
    EventTally,
    QualityTally,
    audience_from_json,
)
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until

__all__ = ["Outcome", "await_the_end", "await_word", "outcome_of"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that readers of the topics and tables may go by."""

    told: dict[str, dict[str, Any]]
    """The newest profile of each viewer on the compacted topic."""
    profiles: dict[str, dict[str, Any]]
    """The profiles table."""
    history: dict[tuple[str, str], dict[str, Any]]
    """The history table."""
    letters: set[tuple[str, ...]]
    """Partition, offset, reason and value of the dead letters."""
    audience: Audience
    """The counts of the newest audience record, without its time."""


def await_word(system: System) -> None:
    """Wait until a flow that has just been started says something."""
    topic = system.settings.audience_topic
    before = system.written(topic)
    until(lambda: system.written(topic) > before, PATIENCE_S)


def await_the_end(system: System, messages: int) -> None:
    """Wait until so many messages have an outcome, nobody is left, all is durable.

    The last sessions are closed by the clock, each at the end of its gap: when is up to
    the machine, and what it leaves behind is not.
    """
    until(lambda: _all_gone(system, messages), PATIENCE_S)
    # Departures of this epoch are saved when it is their shard's turn, told in the next
    # but one, and what is written in one is durable when the next but one begins.
    last = system.epoch() + system.settings.snapshot_epochs + 6
    until(lambda: system.epoch() >= last, PATIENCE_S)


def outcome_of(system: System) -> Outcome:
    """Return what a system's topics and tables hold."""
    settings = system.settings
    return Outcome(
        told=_told(system),
        profiles={i["viewer_id"]: i for i in system.items(settings.profiles_table)},
        history={
            (i["viewer_id"], i["collector_tstamp"]): i
            for i in system.items(settings.history_table)
        },
        letters=_letters(system),
        audience=_timeless(_newest_audience(system)),
    )


def _all_gone(system: System, messages: int) -> bool:
    record = _newest_audience(system)
    return (
        record is not None
        and record.events.received == _accounted(record.events) == messages
        and sum(record.viewers.values()) == 0
    )


def _newest_audience(system: System) -> Audience | None:
    """Return the newest audience record."""
    messages = system.messages(system.settings.audience_topic)
    return audience_from_json(messages[-1].value or b"") if messages else None


def _accounted(tally: EventTally) -> int:
    """Return how many messages have an outcome."""
    outcomes = tally.used + tally.skipped + tally.late + tally.duplicate
    return outcomes + sum(tally.dead_letters.values())


def _told(system: System) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for message in system.messages(system.settings.profiles_topic):
        if message.value is not None:
            profile = json.loads(message.value)
            known = told.get(profile["viewer_id"])
            if known is None or known["version"] <= profile["version"]:
                told[profile["viewer_id"]] = profile
    return told


def _letters(system: System) -> set[tuple[str, ...]]:
    names = ("partition", "offset", "reason")
    return {
        (*(m.headers[name] for name in names), repr(m.value))
        for m in system.messages(system.settings.dead_letters_topic)
    }


def _timeless(record: Audience | None) -> Audience:
    assert record is not None
    quality = {
        # Shards are added up in the order of their first word, and floats with them.
        name: round(value, 3)
        for name, value in msgspec.structs.asdict(record.quality).items()
    }
    return msgspec.structs.replace(
        record,
        tstamp="",
        lag=(),
        quality=QualityTally(**quality),
        latency_p50_ms=None,
        latency_p99_ms=None,
    )
