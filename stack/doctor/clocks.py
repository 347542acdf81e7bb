"""Whether the clocks agree: this machine's, AWS's, and those that stamp the events."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from botocore.exceptions import ClientError

from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem, warning
from stack.doctor.sample import Sample
from stack.services.tables import tables_of

__all__ = ["check_event_clocks", "check_table_clock", "event_clock_findings"]

_SKEW_MOST_S: Final = 2.0
"""A date on an answer is of whole seconds; and answers take time."""
_MANY: Final = 0.01
_NTP: Final = "let NTP (chrony, systemd-timesyncd) keep the clock"


def check_event_clocks(context: Context) -> list[Finding]:
    """Compare this clock with the stamps of the newest messages and events."""
    tolerance = context.settings.future_tolerance.total_seconds()
    return event_clock_findings(context.sample, tolerance)


def event_clock_findings(sample: Sample, tolerance_s: float) -> list[Finding]:
    """Judge the stamps: nothing can come from the future, so a clock is wrong.

    That a clock is behind can't be told from that a message is old.
    """
    findings = []
    if sample.newest_ms is not None:
        ahead_s = (sample.newest_ms - sample.read_at_ms) / 1000
        if ahead_s > _SKEW_MOST_S:
            by_broker = any(record.stamped_by_broker for record in sample.records)
            whose = "the broker" if by_broker else "the sender, Snowbridge perhaps,"
            found = f"{whose} stamps messages {ahead_s:,.1f} s ahead of this clock"
            findings.append(warning("clock", found, f"{_NTP}, here and there"))
    times = [media.event.time for media in sample.media]
    findings += _event_times(
        [(t - sample.read_at_ms) / 1000 for t in times], tolerance_s
    )
    if findings or not sample.records:
        return findings
    return [ok("clock", "nothing is stamped ahead of this machine's")]


def _event_times(ahead_s: Sequence[float], tolerance_s: float) -> list[Finding]:
    ahead = [by for by in ahead_s if by > _SKEW_MOST_S]
    if not ahead:
        return []
    refused = sum(by > tolerance_s for by in ahead)
    found = f"{len(ahead)} of {len(ahead_s)} events are ahead of this clock by up to "
    found += f"{max(ahead):,.1f} s"
    cure = f"{_NTP}, here and on the collector"
    if not refused:
        return [warning("event times", f"{found}, which is still borne", cure)]
    found += f"; {refused} go to the dead letters as `future_timestamp`"
    cure += f", or raise `FUTURE_TOLERANCE_S` (it is {tolerance_s:g})"
    few = refused < _MANY * len(ahead_s)
    return [(warning if few else problem)("event times", found, cure)]


def check_table_clock(context: Context) -> list[Finding]:
    """Compare this clock with the date on an answer of DynamoDB, whatever it says."""
    tables = tables_of(context.settings)
    if not tables:
        return []
    try:
        before = context.clock()
        answer: Any = context.dynamodb.describe_table(TableName=tables[0].name)
    except ClientError as ex:
        answer = ex.response
    now = (before + context.clock()) / 2000
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if date is None:
        return [note("clock", "DynamoDB's answers have no date to compare with")]
    return [_skew(now, parsedate_to_datetime(date))]


def _skew(now_s: float, theirs: datetime) -> Finding:
    ahead = now_s - theirs.timestamp()
    if -_SKEW_MOST_S <= ahead <= _SKEW_MOST_S + 1:
        return ok("clock", "this machine's agrees with DynamoDB's to the second")
    side = "ahead of" if ahead > 0 else "behind"
    found = f"this machine's is {abs(ahead):,.0f} s {side} DynamoDB's"
    return warning("clock", found, f"{_NTP}; AWS refuses 5 minutes and more")
