"""What the flow's processes tell, as rows."""

import math
from typing import Any

import pytest

from dashboard.flow import FlowMetrics, FlowProcess, FlowState
from dashboard.scrape import Scrape, SinkCounts
from dashboard.views.flow_tables import FlowTables, snapshot_ms, snapshot_p99_ms
from tests.dashboard.shown import cells

_URL = "http://a.test/metrics"
_BEFORE = Scrape(
    snapshots=100,
    snapshot_s=1.0,
    snapshots_within={0.001: 100, 0.01: 100, math.inf: 100},
    snapshot_bytes=1_000,
    state_bytes=500,
    commits_failed=0,
    sinks={"a table": SinkCounts(batches=10, retries=1, throttles=0, waits=0)},
)
_NOW = Scrape(
    snapshots=300,
    snapshot_s=1.4,
    snapshots_within={0.001: 290, 0.01: 298, math.inf: 300},
    snapshot_bytes=21_000,
    state_bytes=700,
    commits_failed=2,
    sinks={
        "a table": SinkCounts(
            batches=40, retries=4, throttles=2, waits=1, flushes=10, flush_s=0.5
        ),
        "a topic": SinkCounts(batches=5, throttles=0),
    },
)


def _process(**fields: Any) -> FlowProcess:
    known: dict[str, Any] = {
        "url": _URL,
        "state": FlowState.ANSWERS,
        "newest": _NOW,
        "before": _BEFORE,
        "apart_s": 10.0,
    }
    return FlowProcess(**known | fields)


class _Flow(FlowMetrics):
    def __init__(self, *processes: FlowProcess) -> None:
        super().__init__([process.url for process in processes])
        self._processes = processes


def test_snapshots() -> None:
    """Mean and bound are of the snapshots between the two answers."""
    assert snapshot_ms(_process()) == pytest.approx(2.0)
    assert snapshot_p99_ms(_process()) == 10


@pytest.mark.parametrize("fields", [{"before": None}, {"newest": _BEFORE}])
def test_snapshots_that_are_not_known(fields: dict[str, Any]) -> None:
    """Without a snapshot in between, nobody knows how long one takes."""
    assert snapshot_ms(_process(**fields)) is None
    assert snapshot_p99_ms(_process(**fields)) is None


def test_process_row() -> None:
    """A process that answers tells of its snapshots."""
    view = FlowTables()
    view.draw(_Flow(_process()))

    assert cells(view.processes) == [
        [_URL, "● answers", "2.00 ms", "≤ 10.0 ms", "2.0 kB", "700 bytes", "2"]
    ]


def test_process_that_does_not_answer() -> None:
    """It is named with the reason, and no figure of it is made up."""
    view = FlowTables()
    lost = _process(
        state=FlowState.UNREACHABLE, detail="<refused>", newest=None, before=None
    )
    view.draw(_Flow(lost))

    assert cells(view.processes) == [
        [_URL, "✕ unreachable: &lt;refused&gt;", *["unknown"] * 5]
    ]
    assert cells(view.sinks) == []


def test_nothing_configured() -> None:
    """Without addresses to ask, the table says how to set them."""
    view = FlowTables()
    view.draw(FlowMetrics())

    assert "Not configured: set `DASHBOARD_FLOW_METRICS`" in view.processes.markup.html


def test_sink_rows() -> None:
    """Rates and growth are of the time between; what is not counted is no 0.

    Who had written nothing before began at none.
    """
    view = FlowTables()
    view.draw(_Flow(_process()))

    assert cells(view.sinks) == [
        ["a table", _URL, "3.0", "3", "2", "1", "unknown"],
        ["a topic", _URL, "0.5", "not counted", "0", "unknown", "unknown"],
    ]


def test_retries_of_a_topic_are_not_counted() -> None:
    """A producer retries by itself, and tells nobody."""
    view = FlowTables()
    view.draw(_Flow(_process(before=_NOW)))

    assert cells(view.sinks)[1][3] == "not counted"
