"""That results say what was measured, and what was not."""

from pathlib import Path

import pytest

from tests.benchmarks.errors import reason
from tests.benchmarks.report import markdown
from tests.benchmarks.results import (
    Measurement,
    Results,
    merged,
    once,
    read,
    with_falls,
    write,
)


def _flat(viewers: str, eps: float) -> Measurement:
    return once("flat", {"viewers": viewers}, {"best_5s_eps": eps, "whole_eps": eps})


def test_fall_is_from_the_fewest_viewers() -> None:
    """Rates are compared with the median at the fewest viewers, in whatever order."""
    other = once("core", {}, {"ratio": 1.0})
    found = [_flat("100,000", 80), _flat("1,000", 90), other, _flat("1,000", 110)]

    told = with_falls(merged(found), "flat")

    assert [one.what.get("viewers") for one in told] == [None, "1,000", "100,000"]
    assert "best_fall_percent" not in told[1].figures
    assert told[2].figures["best_fall_percent"] == [pytest.approx(20)]
    assert told[2].figures["whole_fall_percent"] == [pytest.approx(20)]


def test_merging_again_changes_nothing() -> None:
    """What is merged after each case holds each repeat once."""
    found = [_flat("1,000", 90), _flat("1,000", 110)]
    merged(found)

    assert merged(found)[0].figures["whole_eps"] == [90, 110]


_PYTHON = """`quix` ended with 0; its log ends:
Traceback (most recent call last):
ModuleNotFoundError: No module named 'quixstreams'
a worker died"""
_JAVA = """`flink` ended with 1; its log ends:
Exception in thread "main" java.net.BindException: in use
\tat Main"""


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("`flow` did not begin", "`flow` did not begin"),
        (
            _PYTHON,
            "`quix` ended with 0: ModuleNotFoundError: No module named 'quixstreams'",
        ),
        (_JAVA, "`flink` ended with 1: java.net.BindException: in use"),
    ],
    ids=["no log", "Python", "Java"],
)
def test_reason_is_the_last_error(told: str, why: str) -> None:
    """A failure is told in a line, with the last error of the log behind it."""
    assert reason(told) == why


def test_page_tells_what_failed(tmp_path: Path) -> None:
    """What could not be measured is in the file and on the page, with the reason."""
    path = tmp_path / "results.json"
    write(path, Results({}, {}, [_flat("1,000", 90)], {"quix": "it ended"}))

    page = markdown(read(path))

    assert "Not measured: quix: it ended" in page
    assert "| 1,000 | 90 | 90 |" in page
