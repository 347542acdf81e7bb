"""What happens when the time of day is set."""

import logging
import signal
import time
from threading import Event
from typing import Any

import pytest

from dataflows import clock_guard
from dataflows.clock_guard import watch
from tests.stack.polling import until


class Machine:
    """Its steady clock goes on by each sleep, its wall clock by steps besides."""

    def __init__(self, *steps: float) -> None:
        self._steps = iter(steps)
        self._steady = 1_000.0
        self._offset = 1.7e9
        self.interrupts = 0

    def wall(self) -> float:
        return self._steady + self._offset

    def steady(self) -> float:
        return self._steady

    def sleep(self, seconds: float) -> None:
        self._steady += seconds
        self._offset += next(self._steps)

    def interrupt(self) -> None:
        self.interrupts += 1

    def watch(self) -> None:
        """Watch until all steps are done, or the watch is over."""
        watch(self.wall, self.steady, self.sleep, self.interrupt)


def test_clock_that_is_set_back(caplog: pytest.LogCaptureFixture) -> None:
    """The process is interrupted, and its log says by how much, and what to do."""
    machine = Machine(0, 0, -30, -30)
    machine.watch()

    assert machine.interrupts == 1
    (record,) = caplog.records
    assert record.levelno == logging.CRITICAL
    assert "30.0 s" in record.message
    assert "start the flow" in record.message


def test_clock_that_is_set_otherwise() -> None:
    """Ahead, or back by no more than a flow can wait, nothing happens."""
    machine = Machine(0, 3_600, -2, 0, -1.5, -1.5)

    with pytest.raises(StopIteration):
        machine.watch()
    assert machine.interrupts == 0


def test_guard_that_is_held_up_between_two_clocks() -> None:
    """Whoever reads one clock long after the other sees no step."""
    machine = Machine(0, 0, 0)
    reads = iter([0.0, 0.0, 60.0, *[0.0] * 9])

    with pytest.raises(StopIteration):
        watch(
            machine.wall,
            lambda: machine.steady() + next(reads),
            machine.sleep,
            machine.interrupt,
        )
    assert machine.interrupts == 0


def test_guard_interrupts_its_own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does to the process, when need be, is what Ctrl-C does."""
    received: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: received.append(number))
    monkeypatch.setattr(clock_guard, "watch", lambda *how: how[-1]())
    try:
        clock_guard.guard_clock().join()
        until(lambda: bool(received))
    finally:
        signal.signal(signal.SIGINT, before)

    assert received == [signal.SIGINT]


def test_guard_watches_beside_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the real clocks, holds nobody up, and ends with the process."""
    over, watched = Event(), []

    def stand_in(*how: Any) -> None:
        over.wait()
        watched.append(how[:3])

    monkeypatch.setattr(clock_guard, "watch", stand_in)
    thread = clock_guard.guard_clock()
    assert thread.is_alive()
    assert thread.daemon

    over.set()
    thread.join()
    assert watched == [(time.time, time.monotonic, time.sleep)]
