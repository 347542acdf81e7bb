"""What one process of the flow tells Prometheus, read from the text that it answers.

docs/metrics.md says what each metric is. What a process does not tell is `None`.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

__all__ = ["Scrape", "SinkCounts", "scrape_from_text"]

_PREFIX: Final = "live_viewers_"


class SinkCounts(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Running counts of one table or topic that is written.

    `retries` are counted of tables only; `flush_s` is the time that the flow waited for
    its `flushes`.
    """

    batches: float | None = None
    retries: float | None = None
    throttles: float | None = None
    waits: float | None = None
    flushes: float | None = None
    flush_s: float | None = None


class Scrape(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One answer, as running counts since the process began.

    `snapshots_within` counts the snapshots that took no longer than so many seconds.
    """

    snapshots: float | None = None
    snapshot_s: float | None = None
    snapshots_within: dict[float, float] = {}
    snapshot_bytes: float | None = None
    state_bytes: float | None = None
    commits_failed: float | None = None
    sinks: dict[str, SinkCounts] = {}


def scrape_from_text(text: str) -> Scrape:
    """Return what an answer in Prometheus' text format tells of the flow.

    Raises:
        ValueError: it is not such a text, or nothing in it is the flow's.

    """
    # Bytewax tells much more of itself; reading it would be most of the work.
    ours = "\n".join(line for line in text.splitlines() if _PREFIX in line)
    families = {f.name: f for f in text_string_to_metric_families(f"{ours}\n")}
    if not any(name.startswith(_PREFIX) for name in families):
        msg = f"an answer must hold metrics named {_PREFIX}...; none is there"
        raise ValueError(msg)
    within = {
        float(sample.labels["le"]): sample.value
        for sample in _samples(families, "snapshot_seconds", "_bucket")
    }
    return Scrape(
        snapshots=_first(_samples(families, "snapshot_seconds", "_count")),
        snapshot_s=_first(_samples(families, "snapshot_seconds", "_sum")),
        snapshots_within=within,
        snapshot_bytes=_first(_samples(families, "snapshot_bytes", "_total")),
        state_bytes=_first(_samples(families, "state_bytes")),
        commits_failed=_failed(families),
        sinks=_sinks(families),
    )


_SINK_COUNTS: Final = {
    "batches": ("sink_batches", "_total"),
    "retries": ("sink_retries", "_total"),
    "throttles": ("sink_throttles", "_total"),
    "waits": ("sink_waits", "_total"),
    "flushes": ("sink_flush_seconds", "_count"),
    "flush_s": ("sink_flush_seconds", "_sum"),
}
_COUNTED_FROM_FIRST: Final = ("throttles", "waits")
"""They have no sample until there is one to count: where the metric is, that is 0."""


def _sinks(families: dict[str, Metric]) -> dict[str, SinkCounts]:
    counts: dict[str, dict[str, float]] = {}
    for field, (name, suffix) in _SINK_COUNTS.items():
        for sample in _samples(families, name, suffix):
            counts.setdefault(sample.labels["to"], {})[field] = sample.value
    zeros = {
        field: 0.0
        for field in _COUNTED_FROM_FIRST
        if f"{_PREFIX}{_SINK_COUNTS[field][0]}" in families
    }
    return {to: SinkCounts(**zeros | known) for to, known in sorted(counts.items())}


def _failed(families: dict[str, Metric]) -> float | None:
    name = "offset_commits"
    if f"{_PREFIX}{name}" not in families:
        return None
    samples = _samples(families, name, "_total")
    return sum(s.value for s in samples if s.labels["result"] == "failed")


def _samples(
    families: dict[str, Metric], name: str, suffix: str = ""
) -> Iterable[Sample]:
    family = families.get(f"{_PREFIX}{name}")
    full = f"{_PREFIX}{name}{suffix}"
    return () if family is None else (s for s in family.samples if s.name == full)


def _first(samples: Iterable[Sample]) -> float | None:
    return next((sample.value for sample in samples), None)
