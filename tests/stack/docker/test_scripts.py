"""The shell scripts pass their linter, and run with stand-ins for their programs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.stack.docker.files import STACK

BIN: Final = Path(sys.executable).parent
SCRIPTS: Final = sorted(STACK.glob("*.sh"))
FLOW: Final = "dataflows.live_viewers:get_flow()"
# Writes down how it was called; fails where it is told to.
STAND_IN: Final = """#!/bin/sh
echo "${0##*/} $*" >> "$CALLS"
case "$*" in $FAILS) exit 1 ;; esac
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder with stand-ins for `docker` and `python`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("docker", "python"):
        (folder / name).write_text(STAND_IN)
        (folder / name).chmod(0o755)
    return folder


def run(
    script: str, programs: Path, *arguments: str, fails: str = "never", store: str = ""
) -> tuple[int, list[str]]:
    """Run a script with the stand-ins; return its exit code and their calls."""
    calls = programs / "calls"
    calls.touch()
    env = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "CALLS": str(calls),
        "FAILS": fails,
        "RECOVERY_DIR": store,
    }
    shell = "bash" if script == "smoke.sh" else "sh"
    done = subprocess.run(
        [shell, str(STACK / script), *arguments],
        env=env,
        capture_output=True,
        check=False,
    )
    return done.returncode, calls.read_text().splitlines()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck(script: Path) -> None:
    """The linter finds nothing."""
    command = [str(BIN / "shellcheck"), str(script)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_smoke(programs: Path) -> None:
    """The stack is started, the viewer played, and the stack taken down."""
    code, calls = run("smoke.sh", programs)
    verbs = [call.split("compose.yaml ")[-1].split(" --")[0] for call in calls]

    assert code == 0
    assert verbs[1:] == ["config", "up", "run", "--profile smoke down"]
    assert "--wait" in calls[2]
    assert "--volumes" in calls[-1]


def test_smoke_keeps(programs: Path) -> None:
    """With --keep nothing is taken down."""
    code, calls = run("smoke.sh", programs, "--keep")

    assert code == 0
    assert not [call for call in calls if " down " in call]


@pytest.mark.parametrize("fails", ["* up *", "* run *"])
def test_smoke_fails(programs: Path, fails: str) -> None:
    """When a part fails the logs are shown, and the stack is taken down."""
    code, calls = run("smoke.sh", programs, fails=fails)

    assert code == 1
    assert [call for call in calls if " logs " in call]
    assert " down " in calls[-1]


def test_smoke_without_docker(programs: Path) -> None:
    """Without Compose nothing is tried."""
    code, calls = run("smoke.sh", programs, fails="compose version")

    assert (code, calls) == (2, ["docker compose version"])


def test_smoke_usage(programs: Path) -> None:
    """What it does not know it refuses."""
    assert run("smoke.sh", programs, "--help") == (2, [])


def test_dataflow_begins(programs: Path, tmp_path: Path) -> None:
    """In an empty folder the store is made before the flow starts with it."""
    code, calls = run("dataflow.sh", programs, store=str(tmp_path))

    assert code == 0
    assert calls == [
        f"python -m bytewax.recovery {tmp_path} 1",
        f"python -m bytewax.run {FLOW} -r {tmp_path} -s 2 -b 0",
    ]


def test_dataflow_goes_on(programs: Path, tmp_path: Path) -> None:
    """A store that is there is used as it is."""
    (tmp_path / "part-0.sqlite3").touch()

    code, calls = run("dataflow.sh", programs, store=str(tmp_path))

    assert (code, len(calls)) == (0, 1)


def test_dataflow_needs_its_store(programs: Path, tmp_path: Path) -> None:
    """Where the store can't be made the flow does not start without it."""
    code, calls = run("dataflow.sh", programs, fails="*recovery*", store=str(tmp_path))

    assert (code, len(calls)) == (1, 1)
