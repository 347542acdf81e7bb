"""Is what I see true? What is looked at to say so, and what speaks against it.

One table of checks. Each says what it looks at, and answers a doubt with its reason,
nothing where all is well, or that it can't be known. The verdict is their sum.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, NamedTuple

from dashboard.flow import FlowProcess, FlowState
from dashboard.model import FeedState, FeedStatus
from dashboard.rates import Growth
from dataflows.playback.audience import Audience, EventTally
from dataflows.playback.profile import ms_from_iso

__all__ = [
    "CHECKS",
    "Answer",
    "Check",
    "Evidence",
    "State",
    "Verdict",
    "accounted",
    "judge",
]

STALE_S: Final = 5.0
AHEAD_S: Final = 2.0
LAG_S: Final = 10.0
WATERMARK_S: Final = 300.0
LATENCY_MS: Final = 1_000.0
UNUSED: Final = 0.01
OPEN_S: Final = 10.0
"""Messages read but not accounted for may be as many as came in this time."""


@unique
class State(StrEnum):
    """What a check says."""

    WELL = "well"
    DOUBT = "doubt"
    UNKNOWN = "unknown"


class Evidence(NamedTuple):
    """What the checks look at; `recent` is what was counted in the last minutes."""

    now: datetime
    feed: FeedStatus
    newest: Audience | None = None
    recent: Growth | None = None
    processes: Sequence[FlowProcess] = ()


class Answer(NamedTuple):
    """What a check says, and why, in words."""

    state: State
    text: str


class Check(NamedTuple):
    """One check: what the verdict is when it fails, and its rule."""

    word: str
    rule: str
    ask: Callable[[Evidence], Answer]


class Verdict(NamedTuple):
    """The answers to all checks, in the order of `CHECKS`."""

    answers: tuple[Answer, ...]

    @property
    def doubts(self) -> list[tuple[Check, Answer]]:
        """Return the checks that failed, the gravest first."""
        pairs = zip(CHECKS, self.answers, strict=True)
        return [(check, answer) for check, answer in pairs if answer[0] is State.DOUBT]

    @property
    def unknowns(self) -> int:
        """Return how many checks could not be made."""
        return sum(answer.state is State.UNKNOWN for answer in self.answers)


def judge(evidence: Evidence) -> Verdict:
    """Return what the checks say of the evidence."""
    return Verdict(tuple(check.ask(evidence) for check in CHECKS))


def _well(text: str) -> Answer:
    return Answer(State.WELL, text)


def _doubt(text: str) -> Answer:
    return Answer(State.DOUBT, text)


def _unknown(text: str) -> Answer:
    return Answer(State.UNKNOWN, text)


_NO_RECORD: Final = _unknown("no audience record yet")
_TOO_FEW: Final = _unknown("too few audience records yet")


def _is_fed(evidence: Evidence) -> Answer:
    feed = evidence.feed
    if feed.state is FeedState.FOLLOWING:
        return _well("the dashboard reads its topics as they grow")
    return _doubt(f"the dashboard's feed is {feed.state}: {feed.detail}".rstrip(": "))


def _age_s(evidence: Evidence, tstamp: str) -> float:
    return evidence.now.timestamp() - ms_from_iso(tstamp) / 1000


def _is_fresh(evidence: Evidence) -> Answer:
    if evidence.newest is None:
        return _doubt("no audience record yet: does the flow run?")
    age_s = _age_s(evidence, evidence.newest.tstamp)
    if age_s < -AHEAD_S:
        return _doubt(f"the newest record is {-age_s:,.1f} s ahead of this clock")
    told = f"the newest audience record is {max(0.0, age_s):,.1f} s old"
    return _doubt(told) if age_s > STALE_S else _well(told)


def _keeps_up(evidence: Evidence) -> Answer:
    if evidence.newest is None:
        return _NO_RECORD
    if not evidence.newest.lag:
        return _unknown("no partition told its lag yet")
    worst = max(evidence.newest.lag, key=lambda lag: lag.seconds)
    told = (
        f"partition {worst.partition} is {worst.seconds:,.1f} s and "
        f"{worst.messages:,} messages behind"
    )
    return _doubt(told) if worst.seconds > LAG_S else _well(f"at most: {told}")


def _is_accounted_for(evidence: Evidence) -> Answer:
    if evidence.newest is None or evidence.recent is None:
        return _TOO_FEW
    tally, recent = evidence.newest.events, evidence.recent
    rate = recent.events.received / recent.seconds if recent.seconds else 0.0
    missing = tally.received - accounted(tally)
    told = f"{missing:,} messages are read but not accounted for"
    return _doubt(told) if abs(missing) > max(100, OPEN_S * rate) else _well(told)


def accounted(tally: EventTally) -> int:
    """Return of how many messages it is known what became of them."""
    refused = sum(tally.dead_letters.values())
    return tally.used + tally.skipped + tally.late + tally.duplicate + refused


def _is_used(evidence: Evidence) -> Answer:
    if evidence.recent is None:
        return _TOO_FEW
    events = evidence.recent.events
    if not events.received:
        return _unknown("no message came in the last minutes")
    unused = events.late + sum(events.dead_letters.values())
    told = (
        f"{unused:,} of {events.received:,} messages in the last minutes were late or "
        f"could not be used ({100 * unused / events.received:.2f} %)"
    )
    return _doubt(told) if unused > UNUSED * events.received else _well(told)


def _is_readable(evidence: Evidence) -> Answer:
    unread = evidence.feed.undecodable
    told = f"{unread:,} records of the topics could not be read"
    return _doubt(told) if unread else _well("every record of the topics could be read")


def _time_goes_on(evidence: Evidence) -> Answer:
    if evidence.newest is None or evidence.newest.watermark is None:
        return _unknown("no event has come yet")
    age_s = _age_s(evidence, evidence.newest.watermark)
    told = f"the newest event time is {max(0.0, age_s):,.0f} s old"
    comes = evidence.recent is not None and evidence.recent.events.received
    return _doubt(told) if age_s > WATERMARK_S and comes else _well(told)


def _is_quick(evidence: Evidence) -> Answer:
    p99 = evidence.newest.latency_p99_ms if evidence.newest else None
    if p99 is None:
        return _unknown("no event changed a profile lately")
    told = f"99 in 100 events show in their profile within {p99:,.0f} ms"
    return _doubt(told) if p99 > LATENCY_MS else _well(told)


def _answers(evidence: Evidence) -> Answer:
    if not evidence.processes:
        return _unknown("`DASHBOARD_FLOW_METRICS` names no process of the flow to ask")
    for process in evidence.processes:
        if process.state in {FlowState.UNREACHABLE, FlowState.UNREADABLE}:
            return _doubt(f"{process.url} is {process.state}: {process.detail}")
    if any(process.state is FlowState.UNASKED for process in evidence.processes):
        return _unknown("not all processes have been asked yet")
    return _well(f"all of {len(evidence.processes):,} asked answer")


def _is_not_throttled(evidence: Evidence) -> Answer:
    pairs = [
        (now, process.before.sinks[to])
        for process in evidence.processes
        if process.newest is not None and process.before is not None
        for to, now in process.newest.sinks.items()
        if to in process.before.sinks and now.throttles is not None
    ]
    if not pairs:
        return _unknown("no process of the flow tells of its sinks")
    grown = sum((now.throttles or 0) - (old.throttles or 0) for now, old in pairs)
    told = f"{grown:,.0f} answers in the last minutes said that the flow is too fast"
    return _doubt(told) if grown else _well(told)


CHECKS: Final = (
    Check("Blind", "the dashboard follows its topics", _is_fed),
    Check("Stale", f"a record came in the last {STALE_S:.0f} s", _is_fresh),
    Check("Behind", f"no partition is more than {LAG_S:.0f} s behind", _keeps_up),
    Check(
        "Incomplete",
        f"all but {OPEN_S:.0f} s of what was read is accounted for",
        _is_accounted_for,
    ),
    Check("Lossy", f"at most {100 * UNUSED:.0f} % is late or a dead letter", _is_used),
    Check("Misread", "every record of the topics can be read", _is_readable),
    Check("Standing", f"event time is at most {WATERMARK_S:.0f} s old", _time_goes_on),
    Check("Slow", f"99 in 100 events show within {LATENCY_MS:,.0f} ms", _is_quick),
    Check("Silent", "every process of the flow answers", _answers),
    Check("Throttled", "no table or topic slows the flow down", _is_not_throttled),
)
"""All checks, the gravest first: the first that fails names the verdict."""
