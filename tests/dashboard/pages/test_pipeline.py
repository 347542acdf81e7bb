"""The Pipeline page, without a browser."""

import numpy as np
import pytest

from dashboard.flow import FlowMetrics
from dashboard.letters import dead_letter
from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.pages.pipeline import PipelinePage
from dashboard.store import AudienceStore
from dataflows.playback.audience import Audience, EventTally, PartitionLag
from tests.dashboard.records import NOW, audience, stamp
from tests.dashboard.shown import figures


@pytest.fixture
def model() -> AudienceModel:
    """Return a model that knows nothing."""
    return AudienceModel()


@pytest.fixture
def page(model: AudienceModel) -> PipelinePage:
    """Return the page of a session."""
    return PipelinePage(store=AudienceStore(model, lambda: NOW))


def _record(at: int) -> Audience:
    """Return the record of a second before the moment of the tests."""
    count = 1_000 + at
    return audience(
        at,
        events=EventTally(
            received=100 * count,
            used=98 * count,
            late=count,
            dead_letters={"unparsable": count},
        ),
        lag=(PartitionLag(partition="0", messages=9, seconds=0.5),),
        watermark=stamp(at - 3),
        latency_p50_ms=20.0,
        latency_p99_ms=90.0,
    )


def test_nothing_is_known(page: PipelinePage) -> None:
    """Before the first record nothing is called true, and no figure is made up."""
    page.refresh()

    assert set(figures(page.facts)) == {"unknown"}
    assert "▲ Blind" in page.verdict.line.html


def test_figures_and_verdict(model: AudienceModel, page: PipelinePage) -> None:
    """The newest figures show, and the verdict follows from them."""
    model.feed = FeedStatus(FeedState.FOLLOWING)
    model.history.append(_record(at) for at in range(-40, 1))
    page.refresh()

    assert figures(page.facts) == [
        "100.0",
        "0.5 s",
        "90 ms",
        "3.0 s",
        "2.00 %",
        "unknown",
    ]
    assert "▲ Lossy" in page.verdict.line.html


def test_lines(model: AudienceModel, page: PipelinePage) -> None:
    """Outcomes are rates a second; lag and latency are those of the records."""
    model.history.append(_record(at) for at in range(-40, 1))
    page.refresh()

    assert list(page.outcomes.source.data["used"]) == [98] * 4
    assert list(page.outcomes.source.data["dead"]) == [1] * 4
    assert list(page.latencies.source.data["p99"]) == [90] * 5
    assert list(page.lags.source.data["lag"]) == [0.5] * 5


def test_latency_that_is_not_known_is_a_gap(
    model: AudienceModel, page: PipelinePage
) -> None:
    """Where no event came there was no latency, and not one of 0."""
    model.history.append([audience(-20), audience(-10), audience(0)])
    page.refresh()

    assert np.isnan(list(page.latencies.source.data["p50"])).all()


def test_snapshot_of_a_flow_that_is_asked(page: PipelinePage) -> None:
    """The slowest process' mean stands in the card."""
    text = (
        "# TYPE live_viewers_snapshot_seconds histogram\n"
        'live_viewers_snapshot_seconds_bucket{{le="0.003"}} {0}\n'
        'live_viewers_snapshot_seconds_bucket{{le="+Inf"}} {0}\n'
        "live_viewers_snapshot_seconds_count {0}\n"
        "live_viewers_snapshot_seconds_sum {1}\n"
    )
    answers = iter([text.format(100, 0.1), text.format(200, 0.3)])
    clock = iter([0.0, 5.0])
    flow = FlowMetrics(["http://a.test"], lambda _: next(answers), lambda: next(clock))
    page.store.model.flow = flow
    flow.ask()
    flow.ask()
    page.refresh()

    assert figures(page.facts)[-1] == "2.00 ms"
    assert "p99 ≤ 3.0 ms" in page.facts.markup.html


def test_snapshot_of_a_flow_that_was_not_asked(page: PipelinePage) -> None:
    """Before two answers its time is not known, though it is configured."""
    page.store.model.flow = FlowMetrics(["http://a.test"])
    page.refresh()

    assert figures(page.facts)[-1] == "unknown"
    assert "p99 unknown" in page.facts.markup.html


def test_letters_are_shown(model: AudienceModel, page: PipelinePage) -> None:
    """Samples of the dead letters stand at the end of the page."""
    model.letters.append([dead_letter(b"a letter", [("reason", b"unparsable")])])
    page.refresh()

    assert "a letter" in page.letters.samples.html
