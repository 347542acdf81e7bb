"""Whether events arrive, and whether the flow can use them."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from stack.doctor.context import RECENT_S, Context
from stack.doctor.finding import Finding, note, ok, warning
from stack.doctor.reasons import MANY, cure_of
from stack.doctor.sample import Sample
from stack.doctor.wording import counted, duration

__all__ = ["arrival_findings", "check_arrival", "check_decoding", "decoding_findings"]

_MOST_NAMES: Final = 4
_SOURCE: Final = (
    "look whether Snowbridge runs and names this topic and these brokers; to try "
    "without it: `python -m stack simulate`"
)


def check_arrival(context: Context) -> list[Finding]:
    """Look when the newest message came, and how many come."""
    return arrival_findings(context.settings.source_topic, context.sample)


def arrival_findings(topic: str, sample: Sample) -> list[Finding]:
    """Judge how fresh the source topic is."""
    if not sample.records:
        return [warning("arrival", f"`{topic}` holds no messages", _SOURCE)]
    if sample.newest_ms is None:
        return [note("arrival", "messages have no stamps: nothing tells their age")]
    age_s = max(0.0, (sample.read_at_ms - sample.newest_ms) / 1000)
    found = f"the newest message of `{topic}` came {duration(age_s)} ago"
    if age_s > RECENT_S:
        return [warning("arrival", found, _SOURCE)]
    return [ok("arrival", f"{found}, {_rate(sample):,.0f} a second in the sample")]


def _rate(sample: Sample) -> float:
    """Return messages a second: the sum of what each partition's newest tell."""
    stamps: dict[int, list[int]] = {}
    for record in sample.records:
        if record.stamped_ms is not None:
            stamps.setdefault(record.partition, []).append(record.stamped_ms)
    spans = [(len(s) - 1, (max(s) - min(s)) / 1000) for s in stamps.values()]
    return sum(count / span for count, span in spans if span)


def check_decoding(context: Context) -> list[Finding]:
    """Put the newest messages through the flow's own decoder."""
    return decoding_findings(context.sample)


def decoding_findings(sample: Sample) -> list[Finding]:
    """Judge what the messages are: media events, others, and dead letters."""
    total = len(sample.records)
    if not total:
        return []
    media = len(sample.media)
    found = f"{media:,} of the newest {total:,} messages are media events"
    if not media:
        cure = "let Snowbridge keep the events of com.snowplowanalytics.snowplow.media"
        return [warning("decoding", found, cure), *_others(sample)]
    shapes = counted(sample.shapes, _MOST_NAMES)
    return [ok("decoding", f"{found}: {shapes}"), *_others(sample)]


def _others(sample: Sample) -> Iterable[Finding]:
    total = len(sample.records)
    if skipped := sample.skipped.total():
        names = counted(sample.skipped, _MOST_NAMES)
        found = f"{skipped:,} of {total:,} say nothing of playback and are skipped"
        cure = "nothing to do; a filter in Snowbridge would save their way"
        yield note("other events", f"{found}: {names}", cure)
    reasons = Counter(refused.rejected.reason for refused in sample.refused)
    for reason, count in reasons.most_common():
        first = next(r for r in sample.refused if r.rejected.reason is reason)
        found = (
            f"{count:,} of {total:,} can't be used and go to the dead letters; one at "
            f"partition {first.record.partition}, offset {first.record.offset}: "
            f"{first.rejected.detail}"
        )
        judge = warning if count > MANY * total else note
        yield judge(f"`{reason}`", found, cure_of(reason))
