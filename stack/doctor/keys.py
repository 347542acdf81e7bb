"""Whether the source topic is keyed by viewer, and how its load is spread."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, warning
from stack.doctor.sample import Media

__all__ = ["check_keys", "key_findings"]

_SUBJECT: Final = "keys"
_KEY_BY_VIEWER: Final = (
    "set Snowbridge's partition key to the viewer: `spEnrichedSetPk` with "
    '`atomic_field = "user_id"`, or, where not every viewer has one, a script as '
    "`stack/snowplow/snowbridge/media.js`"
)
_COST: Final = (
    "profiles come out right all the same, for the flow keys by viewer itself; it "
    "costs corrections, which are seen for a moment, and a slower catch-up"
)
_SAME_PARTITIONER: Final = (
    "if partitions were added it passes by itself; else let all senders partition "
    "alike (librdkafka: `partitioner=murmur2_random`, as Java does)"
)
_FEW_VIEWERS: Final = 10
_TOO_BUSY: Final = 0.2
"""One viewer's share of the events, from which it is hardly one person."""


@dataclass
class _Spread:
    """Where the events of one viewer were found."""

    events: int = 0
    partitions: set[int] = field(default_factory=set)
    keys: set[bytes | None] = field(default_factory=set)


def check_keys(context: Context) -> list[Finding]:
    """Look whether each viewer's events keep to one partition."""
    topic = context.settings.source_topic
    return key_findings(context.sample.media, len(context.kafka.partitions(topic)))


def key_findings(media: Sequence[Media], partitions: int) -> list[Finding]:
    """Judge the keys of media events on a topic of so many partitions."""
    viewers: dict[str, _Spread] = {}
    for message in media:
        spread = viewers.setdefault(message.event.viewer_id, _Spread())
        spread.events += 1
        spread.partitions.add(message.record.partition)
        spread.keys.add(message.record.key)
    if not viewers:
        return []
    return [_spread_finding(viewers, partitions), *_busy_findings(viewers)]


def _spread_finding(viewers: dict[str, _Spread], partitions: int) -> Finding:
    several = [spread for spread in viewers.values() if spread.events > 1]
    if not several:
        found = "no viewer has two events in the sample, so nothing tells"
        return note(_SUBJECT, found, "ask again with a larger `--newest`")
    many_keys = [s for s in several if len(s.keys) > 1 or s.keys == {None}]
    if partitions == 1:
        found = "one partition: keys do no harm, but only one process can read it"
        return note(_SUBJECT, found, _KEY_BY_VIEWER if many_keys else "")
    apart = [spread for spread in several if len(spread.partitions) > 1]
    if not apart:
        found = (
            f"each of {len(several):,} viewers keeps to one of {partitions} partitions"
        )
        return ok(_SUBJECT, found)
    found = (
        f"{len(apart):,} of {len(several):,} viewers with several events are on more "
        f"than one of {partitions} partitions: {_COST}"
    )
    cure = _KEY_BY_VIEWER if many_keys else _SAME_PARTITIONER
    return warning(_SUBJECT, found, cure)


def _busy_findings(viewers: dict[str, _Spread]) -> list[Finding]:
    counts = Counter({viewer: spread.events for viewer, spread in viewers.items()})
    if len(viewers) < _FEW_VIEWERS:
        return []
    viewer, events = counts.most_common(1)[0]
    if events < _TOO_BUSY * counts.total():
        return []
    found = (
        f"`{viewer}` has {events:,} of {counts.total():,} events: many people under "
        "one id, whose profile is of nobody"
    )
    cure = (
        "give each its own: user_id, else domain_userid, else network_userid, as "
        "`stack/snowplow/snowbridge/media.js` does"
    )
    return [warning("viewers", found, cure)]
