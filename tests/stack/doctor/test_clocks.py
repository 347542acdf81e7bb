"""Nothing comes from the future, so what seems to tells of a clock that is wrong."""

import time

import pytest

from dataflows.settings import Settings
from stack.doctor.clocks import check_table_clock, event_clock_findings
from stack.doctor.finding import Level
from stack.doctor.sample import Sample, sample_of
from stack.services.light import mock_dynamodb
from stack.services.ports import HOST, free_ports
from tests.dataflows.playback.decode.messages import event, flat_fields, message
from tests.stack.doctor.samples import NOW_MS, context, levels, record

TOLERANCE_S = 60.0


def sample(*ahead_s: float, stamped_s: float = 0.0, by_broker: bool = False) -> Sample:
    """Return events that are so far ahead of the clock."""
    return sample_of(
        [
            record(
                message(flat_fields(event(time=NOW_MS + round(ahead * 1000)))),
                stamped_ms=NOW_MS + round(stamped_s * 1000),
                stamped_by_broker=by_broker,
            )
            for ahead in ahead_s
        ],
        NOW_MS,
    )


def test_clocks_agree() -> None:
    """Events of the past, and of a moment ahead, are well."""
    findings = event_clock_findings(sample(-3600, 0, 1.5), TOLERANCE_S)

    assert levels(findings) == [Level.OK]


def test_no_events() -> None:
    """Without events there is nothing to say of clocks."""
    assert event_clock_findings(sample(), TOLERANCE_S) == []


def test_ahead_within_tolerance() -> None:
    """Ahead, but still borne: a warning that says how far."""
    (finding,) = event_clock_findings(sample(0, 59), TOLERANCE_S)

    assert finding.level is Level.WARNING
    assert "1 of 2 events are ahead of this clock by up to 59.0 s" in finding.found


def test_ahead_of_tolerance() -> None:
    """Further ahead they are lost: a problem that names the setting."""
    (finding,) = event_clock_findings(sample(0, 61, 61), TOLERANCE_S)

    assert finding.level is Level.PROBLEM
    assert "2 go to the dead letters as `future_timestamp`" in finding.found
    assert "`FUTURE_TOLERANCE_S` (it is 60)" in finding.cure


def test_one_of_many_ahead() -> None:
    """A single one that is lost among hundreds is a warning."""
    findings = event_clock_findings(sample(3600, *[0.0] * 200), TOLERANCE_S)

    assert levels(findings) == [Level.WARNING]


@pytest.mark.parametrize(
    ("by_broker", "whose"), [(True, "the broker"), (False, "the sender")]
)
def test_stamps_ahead(by_broker: bool, whose: str) -> None:  # noqa: FBT001, a table's column
    """A message stamped ahead tells of the clock of whoever stamped it."""
    (finding,) = event_clock_findings(
        sample(0, stamped_s=30, by_broker=by_broker), TOLERANCE_S
    )

    assert finding.level is Level.WARNING
    assert finding.found.startswith(whose)
    assert "30.0 s ahead" in finding.found


@pytest.mark.parametrize(
    ("shift_s", "expected"),
    [(0, "agrees"), (3600, "s ahead of"), (-3600, "s behind")],
)
def test_clock_of_dynamodb(
    shift_s: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This clock is held against the date on an answer, be it only a refusal."""
    (port,) = free_ports(1)
    monkeypatch.setattr("stack.doctor.clocks._SKEW_MOST_S", 30)  # a busy machine
    settings = Settings(aws_endpoint_url=f"http://{HOST}:{port}")
    with mock_dynamodb(port):
        looked = context(
            settings=settings, clock=lambda: round((time.time() + shift_s) * 1000)
        )
        (finding,) = check_table_clock(looked)
        looked.close()

    assert expected in finding.found
