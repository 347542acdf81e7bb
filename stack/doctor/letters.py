"""What the flow could not use in the last minutes, by reason, with an example each."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from dataflows.playback.audience import Audience, EventTally
from dataflows.playback.errors import DeadLetterReason
from stack.doctor.context import RECENT_S, Context
from stack.doctor.finding import Finding, note, ok, warning
from stack.doctor.flow import heard, recent
from stack.doctor.kafka import Record
from stack.doctor.reasons import MANY, cure_of
from stack.doctor.wording import counted, duration

__all__ = ["check_letters", "letter_findings"]

_NEWEST: Final = 500


def check_letters(context: Context) -> list[Finding]:
    """Count the dead letters of the last minutes as the flow does, and show some."""
    now_ms = context.clock()
    audiences, _ = heard(context.audience_records)
    letters = context.kafka.newest(context.settings.dead_letters_topic, _NEWEST)
    since_ms = now_ms - 1_000 * RECENT_S
    letters = [letter for letter in letters if (letter.stamped_ms or 0) >= since_ms]
    return letter_findings(recent(audiences, now_ms), letters)


def letter_findings(
    audiences: Sequence[Audience], letters: Sequence[Record]
) -> list[Finding]:
    """Judge the counts of audience records, the oldest first, and recent letters."""
    span = duration(RECENT_S)
    if not audiences:
        found = f"{len(letters):,} came in the last {span}; no flow runs to count them"
        return [note("dead letters", found)]
    received, counts = _grown(audiences)
    if not counts:
        return [ok("dead letters", f"none in the last {span}")]
    many = {reason for reason, count in counts.items() if count > MANY * received}
    findings = [
        warning(
            f"dead letters: {reason}",
            f"{count:,} of {received:,} messages in the last {span}"
            f"{_example({reason}, letters)}",
            cure_of(reason),
        )
        for reason, count in counts.most_common()
        if reason in many
    ]
    few = Counter({r: count for r, count in counts.items() if r not in many})
    if few:
        found = (
            f"{few.total():,} of {received:,} messages in the last {span}: "
            f"{counted(few, len(few))}{_example(few, letters)}"
        )
        cure = "nothing to do: so few are the usual noise of the web"
        findings.append(note("dead letters", found, cure))
    return findings


def _grown(audiences: Sequence[Audience]) -> tuple[int, Counter[str]]:
    """Return messages, and those not used by reason, since the first record."""
    first, last = audiences[0].events, audiences[-1].events
    if last.received < first.received:  # the flow began anew in between
        return last.received, _unused(last)
    return last.received - first.received, _unused(last) - _unused(first)


def _unused(events: EventTally) -> Counter[str]:
    return Counter(events.dead_letters | {DeadLetterReason.LATE.value: events.late})


def _example(reasons: Collection[str], letters: Sequence[Record]) -> str:
    """Return the newest letter that gives one of the reasons, in words."""
    for letter in reversed(letters):
        told = letter.headers
        if told.get("reason") in reasons:
            return (
                f"; the newest is from partition {told.get('partition')}, offset "
                f"{told.get('offset')}: {told.get('detail')}"
            )
    return ""
