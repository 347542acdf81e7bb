"""Whether the flow runs and keeps up, by what it says of itself once a second."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from dataflows.playback.audience import Audience, audience_from_json
from dataflows.playback.profile import ms_from_iso
from stack.doctor.context import RECENT_S, Context
from stack.doctor.finding import Finding, note, ok, problem, unchecked, warning
from stack.doctor.kafka import Record
from stack.doctor.wording import duration

__all__ = ["check_flow", "flow_findings", "heard", "recent"]

_OLD_S: Final = 10.0
"""There is one a second; a start or an epoch that is long in ending may hold it up."""
_LAG_S: Final = 5.0
_LAG_OVER_S: Final = 30.0
_BEHIND_S: Final = 60.0

_START: Final = (
    'start it: `python -m bytewax.run "dataflows.live_viewers:get_flow()" -r recovery '
    "-s 2 -b 0`; if it runs, its log tells what it waits for"
)
_FASTER: Final = (
    "look for throttles of DynamoDB in its log; else give it more processes "
    "(`python -m bytewax.run -i 0 -a ...`) and the source topic as many partitions"
)


def heard(records: Iterable[Record]) -> tuple[list[Audience], int]:
    """Return the audience records, by time, and how many could not be read."""
    audiences: list[Audience] = []
    unreadable = 0
    for record in records:
        try:
            audiences.append(audience_from_json(record.value or b""))
        except msgspec.DecodeError:
            unreadable += 1
    return sorted(audiences, key=lambda audience: audience.tstamp), unreadable


def recent(audiences: Sequence[Audience], now_ms: int) -> list[Audience]:
    """Return those of the last minutes."""
    since = now_ms - 1_000 * RECENT_S
    return [a for a in audiences if ms_from_iso(a.tstamp) >= since]


def check_flow(context: Context) -> list[Finding]:
    """Look how old the newest word of the flow is, and what it says."""
    topic = context.settings.audience_topic
    audiences, unreadable = heard(context.audience_records)
    findings = []
    if unreadable:
        found = f"{unreadable:,} of its newest records can't be read by this version"
        cure = "run the doctor out of the same checkout as the flow"
        findings.append(unchecked(topic, found, cure))
    if audiences or not unreadable:
        findings += flow_findings(audiences, context.clock())
    return findings


def flow_findings(audiences: Sequence[Audience], now_ms: int) -> list[Finding]:
    """Judge the audience's records of the last minutes."""
    if not audiences:
        return [problem("flow", "it has never said anything of itself", _START)]
    newest = audiences[-1]
    age_s = (now_ms - ms_from_iso(newest.tstamp)) / 1000
    found = f"its newest word is {duration(max(0.0, age_s))} old"
    if age_s > _OLD_S:
        return [problem("flow", f"{found}: it does not run, or is stuck", _START)]
    fresh = recent(audiences, now_ms)
    return [
        ok("flow", f"{found}; {_intake(fresh)}"),
        _lag_finding(fresh),
        *_watermark_findings(fresh),
    ]


def _intake(fresh: Sequence[Audience]) -> str:
    first, last = fresh[0], fresh[-1]
    span_s = (ms_from_iso(last.tstamp) - ms_from_iso(first.tstamp)) / 1000
    received = last.events.received - first.events.received
    if span_s <= 0 or received < 0:
        return "it has just begun"
    return f"{received / span_s:,.0f} messages a second over {duration(span_s)}"


def _lag_finding(fresh: Sequence[Audience]) -> Finding:
    last = fresh[-1]
    messages, seconds = _lag(last)
    found = f"{messages:,} messages, {duration(seconds)}"
    if seconds <= _LAG_S:
        return ok("lag", found)
    last_ms = ms_from_iso(last.tstamp)
    before = [a for a in fresh if last_ms - ms_from_iso(a.tstamp) >= _LAG_OVER_S * 1000]
    if not before:
        cure = "ask again in half a minute: it has just begun"
        return warning("lag", f"{found}: it may be catching up", cure)
    was = _lag(before[-1])[0]
    if messages < was:
        cure = "wait: it will be there by itself"
        return warning("lag", f"{found}, and falling: it was {was:,} messages", cure)
    return problem("lag", f"{found}, and not falling: it was {was:,} messages", _FASTER)


def _lag(audience: Audience) -> tuple[int, float]:
    """Return how many messages are to be read, and the age of the oldest partition."""
    messages = sum(lag.messages for lag in audience.lag)
    return messages, max((lag.seconds for lag in audience.lag), default=0.0)


def _watermark_findings(fresh: Sequence[Audience]) -> list[Finding]:
    first, last = fresh[0], fresh[-1]
    if last.watermark is None:
        found = "the flow has not used any event yet"
        return [note("watermark", found)]
    behind_s = (ms_from_iso(last.tstamp) - ms_from_iso(last.watermark)) / 1000
    found = f"the newest event that it used is {duration(max(0.0, behind_s))} old"
    used = last.events.used != first.events.used
    if behind_s <= _BEHIND_S or not used:
        return [ok("watermark", found)]
    cure = (
        "nothing to do while old data are replayed; else look where events wait: "
        "tracker, collector, enrich, Snowbridge"
    )
    return [warning("watermark", f"{found}, though events come", cure)]
