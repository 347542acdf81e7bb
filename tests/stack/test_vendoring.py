"""The tracker's files are fetched once, whole or not at all, or the cure is told."""

import io
import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from stack.errors import ChildFailedError, UnsupportedError
from stack.vendoring import TRACKER, ensure_tracker_files

# Does what `npm ci` does, as far as it matters, and counts how often.
_NPM = """#!/bin/sh
set -eu
test -f package.json -a -f package-lock.json
echo "$@" >> "$CALLS"
for package in browser-tracker browser-plugin-media; do
    dist="node_modules/@snowplow/$package/dist"
    mkdir -p "$dist"
    echo "$package" > "$dist/index.umd.min.js"
done
"""
_FAILING_NPM = """#!/bin/sh
mkdir node_modules
echo "npm error network is unreachable" >&2
exit 1
"""


@pytest.fixture
def console() -> Console:
    """Return a console that shows nobody anything."""
    return Console(file=io.StringIO())


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache, which the module takes for the user's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "live-viewer-profiles"


def install_npm(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program called npm first on the path; return where it counts its calls."""
    npm = folder / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(script)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}{os.environ['PATH']}")
    calls = folder / "calls"
    monkeypatch.setenv("CALLS", str(calls))
    return calls


def test_files_are_fetched_once(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """The first use asks npm for what the lock pins, and the second finds it."""
    calls = install_npm(_NPM, tmp_path, monkeypatch)

    first = ensure_tracker_files(console)
    again = ensure_tracker_files(console)

    assert first == again
    assert calls.read_text() == "ci --ignore-scripts --no-audit --no-fund\n"
    assert {file.name: file.read_text() for file in first.iterdir()} == {
        "browser-tracker.js": "browser-tracker\n",
        "browser-plugin-media.js": "browser-plugin-media\n",
    }
    assert list(cache.iterdir()) == [first]


@pytest.mark.usefixtures("cache")
def test_no_npm_names_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """Without npm the error says what it is for and what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UnsupportedError, match=r"`npm` must be .*; install Node.js"):
        ensure_tracker_files(console)


def test_filled_cache_needs_no_npm(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """Once fetched, the files are there for a machine that has no npm."""
    install_npm(_NPM, tmp_path, monkeypatch)
    filled = ensure_tracker_files(console)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert ensure_tracker_files(console) == filled
    assert filled.parent == cache


def test_failing_npm_leaves_nothing(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """What npm said is in the error, and half of a fetch is not left behind."""
    install_npm(_FAILING_NPM, tmp_path, monkeypatch)

    with pytest.raises(ChildFailedError, match="network is unreachable"):
        ensure_tracker_files(console)
    assert list(cache.iterdir()) == []


def test_faster_process_wins(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, console: Console
) -> None:
    """Two that fetch at once end with one folder, and neither fails."""
    calls = install_npm(_NPM, tmp_path, monkeypatch)
    folder = ensure_tracker_files(console)
    # The same again, in the midst of which the other one's folder appears.
    folder.rename(tmp_path / "other")
    other = f'{_NPM}mv "{tmp_path}/other" "{folder}"\n'
    (tmp_path / "bin" / "npm").write_text(other)

    assert ensure_tracker_files(console) == folder
    assert len(calls.read_text().splitlines()) == 2
    assert list(cache.iterdir()) == [folder]


def test_lock_pins_and_names_no_host() -> None:
    """Each package has a version and a digest, and comes from the user's registry."""
    lock = json.loads((TRACKER / "package-lock.json").read_text())
    packages = {path: about for path, about in lock["packages"].items() if path}

    assert {
        path for path, about in packages.items() if "integrity" not in about
    } == set()
    assert {path for path, about in packages.items() if "resolved" in about} == set()
    assert packages["node_modules/@snowplow/browser-tracker"]["version"] == "4.10.1"
