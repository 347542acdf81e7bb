"""That a rate is the rate."""

from pathlib import Path

import pytest

from tests.benchmarks.progress import (
    Sample,
    best_rate,
    in_log,
    in_turn,
    span,
    together,
)


def test_span_is_within_the_samples() -> None:
    """A steady run told once a second begins and ends between two of its samples."""
    samples = [Sample(10, 0), Sample(11, 500), Sample(12, 1_500), Sample(13, 2_500)]
    samples += [Sample(14, 2_750), Sample(15, 2_750)]

    first, last = span(samples)

    assert [first.at_s, last.at_s] == pytest.approx([10.5, 13.25])


def test_span_of_one_sample() -> None:
    """What was done before it was first told was done in the second before."""
    assert span([Sample(10, 0), Sample(11, 500)]) == (Sample(10, 0), Sample(11, 500))


def test_best_rate_is_of_five_seconds() -> None:
    """The fastest five seconds count, and a burst within them is no more than that."""
    done = [0, 100, 200, 300, 400, 500, 1_500, 1_600, 1_700, 1_800, 1_900]
    samples = [Sample(at, total) for at, total in enumerate(done)]

    assert best_rate(samples) == 280


def test_best_rate_of_a_short_run() -> None:
    """A run of less than five seconds is rated as a whole."""
    assert best_rate([Sample(10, 0), Sample(11, 500), Sample(12, 1_000)]) == 500


def test_log_is_read_line_by_line(tmp_path: Path) -> None:
    """A line that is still being written is read once it is whole."""
    log = tmp_path / "log"
    log.write_text("warming up\nprocessed=5 ts=1.5\nprocessed=7 t")
    told = in_log(log)

    assert told() == [Sample(1.5, 5)]

    log.write_text("warming up\nprocessed=5 ts=1.5\nprocessed=7 ts=2.5\n")

    assert told() == [Sample(2.5, 7)]


def test_programs_that_run_together_have_done_what_all_have() -> None:
    """At each sample of one, the others have done what they told last."""
    told = together(
        [
            lambda: [Sample(1, 100), Sample(3, 200)],
            lambda: [Sample(2, 50), Sample(4, 60)],
        ]
    )

    assert told() == [Sample(1, 100), Sample(2, 150), Sample(3, 250), Sample(4, 260)]
    assert told()[0] == Sample(1, 160)


def test_one_of_several_processes_tells_for_all() -> None:
    """The progress of a cluster is what any of its processes tells."""
    told = in_turn([list, lambda: [Sample(1, 100)]])

    assert told() == [Sample(1, 100)]
