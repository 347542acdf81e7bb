"""Children start, are watched, and are all gone at the end, whatever happens."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stack.demo.supervisor import Child, Supervisor, last_lines, one_signal_interrupts
from stack.errors import ChildFailedError
from tests.stack.polling import is_alive, until

WAITS = "import signal; signal.pause()"
DEAF = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
while True:
    signal.pause()
"""
PARENT = """
import pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
child.wait()
"""
SUPERVISES = """
import pathlib, signal, sys
from stack.demo.supervisor import Child, Supervisor
folder = pathlib.Path(sys.argv[1])
code = "import os, pathlib, signal, sys;"
code += "pathlib.Path(sys.argv[1]).write_text(str(os.getpid())); signal.pause()"
pid = folder / "pid"
child = [sys.executable, "-c", code, str(pid)]
with Supervisor(folder) as supervisor:
    ready = lambda: pid.exists() and bool(pid.read_text())
    supervisor.start(Child(name="child", command=child, ready=ready))
    supervisor.wait_ready()
    (folder / "ready").touch()
    signal.pause()
"""


def python(name: str, code: str, *arguments: Path, may_end: bool = False) -> Child:
    """Return a child that runs a few lines of Python."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return Child(name=name, command=command, may_end=may_end)


def pid_in(path: Path) -> int:
    """Wait for a process number in a file."""
    until(lambda: path.exists() and path.read_text().isdigit())
    return int(path.read_text())


def test_waits_until_ready(tmp_path: Path) -> None:
    """A child is ready when its probe says so, and not before."""
    mark = tmp_path / "mark"
    code = f"import pathlib, sys; pathlib.Path(sys.argv[1]).touch(); {WAITS}"
    command = [sys.executable, "-c", code, str(mark)]
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Child(name="slow", command=command, ready=mark.exists))
        supervisor.wait_ready()

        assert mark.exists()


def test_child_that_is_never_ready_is_named(tmp_path: Path) -> None:
    """A child whose probe does not come true in time is named, with its deadline."""
    command = [sys.executable, "-c", WAITS]
    child = Child(name="shy", command=command, ready=lambda: False, ready_within_s=0.01)
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(child)
        with pytest.raises(ChildFailedError, match=r"`shy` was not ready in 0\.01 s"):
            supervisor.wait_ready()


def test_crash_tells_code_and_log(tmp_path: Path) -> None:
    """A child that ends is named with its code, its log's path and last lines."""
    code = "import sys; print('no space left'); sys.exit(3)"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(python("broken", code))
        until(lambda: supervisor.has_ended("broken"))
        with pytest.raises(ChildFailedError) as caught:
            supervisor.check()

    log = tmp_path / "broken.log"
    assert str(caught.value) == (
        f"`broken` ended with code 3; its log is {log}, which ends:\nno space left"
    )


def test_crash_by_signal_tells_which(tmp_path: Path) -> None:
    """A child that was killed is said to have been, by the signal's name."""
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(python("killed", code))
        until(lambda: supervisor.has_ended("killed"))
        with pytest.raises(ChildFailedError, match="ended by signal SIGKILL"):
            supervisor.check()


def test_crash_while_waiting_for_another(tmp_path: Path) -> None:
    """Waiting for one child ends at once when another fails."""
    command = [sys.executable, "-c", WAITS]
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Child(name="shy", command=command, ready=lambda: False))
        supervisor.start(python("broken", "raise SystemExit(1)"))
        with pytest.raises(ChildFailedError, match="`broken` ended with code 1"):
            supervisor.wait_ready("shy")


def test_missing_program_is_a_failure(tmp_path: Path) -> None:
    """A program that does not exist fails like one that ends."""
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(Child(name="typo", command=["no-such-program"]))
        until(lambda: supervisor.has_ended("typo"))
        with pytest.raises(ChildFailedError, match="no-such-program"):
            supervisor.check()


def test_child_that_may_end_is_done(tmp_path: Path) -> None:
    """A child that may end and does so with code 0 has not failed."""
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(python("finite", "", may_end=True))
        until(lambda: supervisor.has_ended("finite"))

        supervisor.check()


def test_run_waits_for_the_end(tmp_path: Path) -> None:
    """A child that is run has done its work when `run` returns, and is forgotten."""
    mark = tmp_path / "mark"
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()"
    with Supervisor(tmp_path) as supervisor:
        supervisor.run(python("once", code, mark))
        supervisor.check()

    assert mark.exists()


def test_run_fails_with_the_child(tmp_path: Path) -> None:
    """A child that is run and ends with another code than 0 is a failure."""
    child = python("once", "raise SystemExit(2)")
    failed = pytest.raises(ChildFailedError, match="`once` ended with code 2")
    with Supervisor(tmp_path) as supervisor, failed:
        supervisor.run(child)


def test_run_has_a_deadline(tmp_path: Path) -> None:
    """A child that is run and does not end in time is a failure."""
    command = [sys.executable, "-c", WAITS]
    child = Child(name="once", command=command, ready_within_s=0.01)
    failed = pytest.raises(ChildFailedError, match=r"`once` did not end in 0\.01 s")
    with Supervisor(tmp_path) as supervisor, failed:
        supervisor.run(child)


def test_child_hears_its_environment(tmp_path: Path) -> None:
    """A child has the supervisor's environment and its own on top."""
    code = "import os; print(os.environ['COLOUR'], 'PATH' in os.environ)"
    command = [sys.executable, "-c", code]
    child = Child(name="env", command=command, env={"COLOUR": "blue"})
    with Supervisor(tmp_path) as supervisor:
        supervisor.run(child)

    assert last_lines(tmp_path / "env.log") == "blue True"


def test_stops_in_reverse_order(tmp_path: Path) -> None:
    """The child started last is stopped first."""
    order = tmp_path / "order"
    code = """
import pathlib, signal, sys
def stop(*_):
    with open(sys.argv[1], "a") as order: print(sys.argv[2], file=order)
    raise SystemExit
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[3]).touch()
signal.pause()
"""
    with Supervisor(tmp_path) as supervisor:
        for name in ("first", "second"):
            mark = tmp_path / name
            supervisor.start(python(name, code, order, Path(name), mark))
            until(mark.exists)

    assert order.read_text().split() == ["second", "first"]


def test_deaf_child_is_killed(tmp_path: Path) -> None:
    """A child that ignores SIGTERM is killed after the grace."""
    mark = tmp_path / "mark"
    with Supervisor(tmp_path, grace_s=0.05) as supervisor:
        supervisor.start(python("deaf", DEAF, mark))
        until(mark.exists)
        supervisor.stop()
        with pytest.raises(KeyError):
            supervisor.has_ended("deaf")


def test_what_a_child_started_goes_too(tmp_path: Path) -> None:
    """A grandchild left in the child's group does not outlive it."""
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(python("parent", PARENT, tmp_path / "pid"))
        grandchild = pid_in(tmp_path / "pid")

    until(lambda: not is_alive(grandchild))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has this signal")
def test_killed_supervisor_leaves_nobody(tmp_path: Path) -> None:
    """Even a SIGKILL of the supervisor leaves no child behind."""
    with subprocess.Popen([sys.executable, "-c", SUPERVISES, str(tmp_path)]) as parent:
        try:
            until((tmp_path / "ready").exists)
            child = pid_in(tmp_path / "pid")
            assert is_alive(child)
        finally:
            parent.kill()

    until(lambda: not is_alive(child))


def test_signal_interrupts_once() -> None:
    """The first SIGTERM interrupts; one during the way out does nothing."""
    with one_signal_interrupts():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)


def test_last_lines_are_few(tmp_path: Path) -> None:
    """Of a long log only the end is shown."""
    log = tmp_path / "long.log"
    log.write_text("\n".join(str(n) for n in range(100_000)))

    lines = last_lines(log).splitlines()

    assert lines[-1] == "99999"
    assert len(lines) == 15


def test_empty_log_says_so(tmp_path: Path) -> None:
    """An empty log is not shown as nothing."""
    log = tmp_path / "empty.log"
    log.touch()

    assert last_lines(log) == "(empty)"
