"""What the flow's processes tell of their snapshots and sinks, as rows."""

from collections.abc import Sequence
from typing import Final

import panel as pn

from dashboard.definitions import DEFINITIONS
from dashboard.flow import FlowMetrics, FlowProcess, FlowState
from dashboard.rates import share
from dashboard.scrape import Scrape, SinkCounts
from dashboard.views.rows import Rows
from dashboard.wording import bytes_text, count_text, known, number_text, shown_text

__all__ = ["FlowTables", "snapshot_ms", "snapshot_p99_ms"]

_NOT_CONFIGURED: Final = (
    "Not configured: set `DASHBOARD_FLOW_METRICS` to the metrics addresses of the "
    "flow's processes, such as http://127.0.0.1:3030/metrics"
)
_GLYPHS: Final = {
    FlowState.ANSWERS: "●",
    FlowState.UNASKED: "○",
    FlowState.UNREACHABLE: "✕",
    FlowState.UNREADABLE: "✕",
}
_NOT_COUNTED: Final = "not counted"
_LATELY: Final = " In the last five minutes."


class FlowTables(pn.viewable.Viewer):
    """A table of the processes, and one of what they write."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        snapshot = DEFINITIONS["snapshot"].text
        self.processes = Rows(
            "Processes of the flow",
            {
                "Process": "Where it tells its metrics.",
                "State": "Whether it answers; asked every five seconds.",
                "Snapshot": f"{snapshot} The mean of a shard.{_LATELY}",
                "Snapshot p99": f"99 in 100 shards took no longer.{_LATELY}",
                "Stored a second": f"Bytes of snapshots a second.{_LATELY}",
                "State size": "All shards' newest snapshots together.",
                "Commits failed": "Offsets that lag tools were not told, since it ran.",
            },
            words=["Process", "State"],
            empty=_NOT_CONFIGURED,
        )
        self.sinks = Rows(
            "What the flow writes",
            {
                "To": "The table or topic.",
                "Process": "Where it tells its metrics.",
                "Batches a second": f"Requests, or batches to a producer.{_LATELY}",
                "Retries": DEFINITIONS["sink_retries"].text + " Of tables." + _LATELY,
                "Throttles": DEFINITIONS["sink_throttles"].text + _LATELY,
                "Waits": DEFINITIONS["sink_waits"].text + _LATELY,
                "Flush": f"Waiting for writes at an epoch's end, the mean.{_LATELY}",
            },
            words=["To", "Process"],
            empty="No process of the flow has told of its sinks.",
        )
        self._layout = pn.Column(
            self.processes, self.sinks, sizing_mode="stretch_width", margin=0
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return both tables."""
        return self._layout

    def draw(self, flow: FlowMetrics) -> None:
        """Show the processes as last found."""
        self.processes.draw([_process(process) for process in flow.processes])
        self.sinks.draw([row for p in flow.processes for row in _sinks(p)])


def snapshot_ms(process: FlowProcess) -> float | None:
    """Return the mean time of a shard's snapshot lately; `None` where not known."""
    now, before = process.newest, process.before
    if now is None or before is None:
        return None
    seconds = share(_less(now.snapshot_s, before.snapshot_s), _taken(now, before))
    return None if seconds is None else 1_000 * seconds


def snapshot_p99_ms(process: FlowProcess) -> float | None:
    """Return the bound that 99 in 100 snapshots kept to; infinite above all bounds."""
    now, before = process.newest, process.before
    if now is None or before is None or not (taken := _taken(now, before)):
        return None
    for bound_s, count in sorted(now.snapshots_within.items()):
        if count - before.snapshots_within.get(bound_s, 0) >= 0.99 * taken:
            return 1_000 * bound_s
    return None


def _taken(now: Scrape, before: Scrape) -> float | None:
    return _less(now.snapshots, before.snapshots)


def _less(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def _process(process: FlowProcess) -> Sequence[str]:
    now, before = process.newest or Scrape(), process.before or Scrape()
    state = f"{_GLYPHS[process.state]} {process.state}"
    if process.detail:
        state = f"{state}: {shown_text(process.detail)}"
    p99_ms = snapshot_p99_ms(process)
    stored = _less(now.snapshot_bytes, before.snapshot_bytes)
    return (
        process.url,
        state,
        known(number_text(snapshot_ms(process), "ms", 2)),
        known(None if p99_ms is None else f"≤ {p99_ms:,.1f} ms"),
        known(bytes_text(share(stored, process.apart_s))),
        known(bytes_text(now.state_bytes)),
        known(count_text(now.commits_failed)),
    )


def _sinks(process: FlowProcess) -> Sequence[Sequence[str]]:
    if process.newest is None:
        return []
    told = process.before.sinks if process.before else {}
    # A sink that had written nothing by then was not among them.
    first = _NOTHING_YET if process.before else None
    return [
        (shown_text(to), process.url, *_sink(now, told.get(to, first), process.apart_s))
        for to, now in process.newest.sinks.items()
    ]


_NOTHING_YET: Final = SinkCounts(
    batches=0, retries=0, throttles=0, waits=0, flushes=0, flush_s=0
)


def _sink(now: SinkCounts, before: SinkCounts | None, apart_s: float) -> Sequence[str]:
    if before is None:
        return [known(None)] * 5
    retries = _less(now.retries, before.retries)
    flush_s = share(
        _less(now.flush_s, before.flush_s), _less(now.flushes, before.flushes)
    )
    return [
        known(number_text(share(_less(now.batches, before.batches), apart_s))),
        _NOT_COUNTED if now.retries is None else known(count_text(retries)),
        known(count_text(_less(now.throttles, before.throttles))),
        known(count_text(_less(now.waits, before.waits))),
        known(number_text(None if flush_s is None else 1_000 * flush_s, "ms")),
    ]
