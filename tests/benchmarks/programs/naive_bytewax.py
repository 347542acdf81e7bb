"""The job as Bytewax's guide would have one write it: a key a viewer, its own windows.

BOOTSTRAP=... IN_TOPIC=... python -m bytewax.run \
    tests.benchmarks.programs.naive_bytewax:get_flow()

Far less than the flow does: a count and the last position a session, told at its end.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import bytewax.operators as op
import bytewax.operators.windowing as win
from bytewax.connectors.kafka import KafkaError, KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.operators.windowing import EventClock, SessionWindower
from bytewax.testing import TestingSink

from tests.benchmarks.programs.meter import Meter

_GAP = timedelta(seconds=90)
_LATENESS = timedelta(seconds=30)
_Bytes = bytes | None
_Message = KafkaSourceMessage[_Bytes, _Bytes] | KafkaError[_Bytes, _Bytes]


@dataclass
class _Session:
    events: int = 0
    video_ts: float = 0.0


_meter = Meter()


def _decode(message: _Message) -> tuple[str, dict[str, Any]]:
    if isinstance(message, KafkaError) or message.value is None:
        raise TypeError(message)
    event = json.loads(message.value)
    return event["viewer_id"], event


def _time_of(event: dict[str, Any]) -> datetime:
    # Asked once an event, by its window. Not counted where it is read, for the engine
    # reads far ahead, nor where it is folded, for it waits there to be put in order.
    _meter.done += 1
    return datetime.fromisoformat(event["collector_tstamp"])


def _add(session: _Session, event: dict[str, Any]) -> _Session:
    return _Session(session.events + 1, event["video_ts"])


def _merge(earlier: _Session, later: _Session) -> _Session:
    return _Session(earlier.events + later.events, later.video_ts)


def get_flow() -> Dataflow:
    """Return the flow over the topic that the environment names."""
    _meter.start()
    flow = Dataflow("naive")
    source = KafkaSource([os.environ["BOOTSTRAP"]], [os.environ["IN_TOPIC"]])
    messages = op.input("messages", flow, source)
    events = op.map("decode", messages, _decode)
    clock = EventClock(_time_of, wait_for_system_duration=_LATENESS)
    sessions = win.fold_window(
        "sessions", events, clock, SessionWindower(gap=_GAP), _Session, _add, _merge
    )
    op.output("closed", sessions.down, TestingSink([]))
    return flow
