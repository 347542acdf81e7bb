"""The tracker's two files, as npm has them: fetched once, kept in the user's cache.

`tracker/package-lock.json` pins the packages, and npm checks what it downloads against
the SHA-512 in it. A page needs one file of each, and pins these two by itself
(`integrity` in `tracker/index.html`), so that a browser runs no others.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console

from stack.errors import ChildFailedError, UnsupportedError

__all__ = ["TRACKER", "ensure_tracker_files"]

TRACKER: Final = Path(__file__).with_name("tracker")
"""The page: for the root of a web server, with the vendored files at `/vendor/`."""

_MANIFESTS: Final = ("package.json", "package-lock.json")
_FILES: Final = {
    f"{package}.js": f"node_modules/@snowplow/{package}/dist/index.umd.min.js"
    for package in ("browser-tracker", "browser-plugin-media")
}
_NPM_CI: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")
_TIMEOUT_S: Final = 300


def ensure_tracker_files(console: Console) -> Path:
    """Return the folder that holds the tracker's files, after fetching them if need be.

    Raises:
        UnsupportedError: they are to be fetched, and there is no npm.
        ChildFailedError: npm can't fetch them.

    """
    lock = (TRACKER / "package-lock.json").read_bytes()
    # Other versions are another folder, so nothing here is ever out of date.
    folder = _cache() / f"tracker-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            _fetch(Path(scratch), folder, console)
    return folder


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "live-viewer-profiles"


def _fetch(scratch: Path, folder: Path, console: Console) -> None:
    """Let npm install into a scratch folder, and move the two files to their place."""
    for name in _MANIFESTS:
        shutil.copy(TRACKER / name, scratch)
    console.print("Fetching the Snowplow tracker with npm, once")
    _run_npm(scratch)
    picked = scratch / "picked"
    picked.mkdir()
    for name, source in _FILES.items():
        shutil.copy(scratch / source, picked / name)
    try:
        # All or nothing: an interrupt leaves no half of it.
        picked.rename(folder)
    except OSError:
        # Another process was faster, with the same.
        if not folder.is_dir():
            raise


def _run_npm(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        msg = (
            "`npm` must be on the path, to fetch the Snowplow tracker once; "
            "install Node.js 18 or later, or run this where the cache "
            f"`{_cache()}` has been filled"
        )
        raise UnsupportedError(msg)
    try:
        done = subprocess.run(
            [npm, *_NPM_CI],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as ex:
        msg = f"`npm ci` must end within {_TIMEOUT_S} s; look at the network"
        raise ChildFailedError(msg) from ex
    if done.returncode:
        said = done.stderr.strip()[-800:]
        msg = f"`npm ci` can't fetch the tracker; look at the network. It said:\n{said}"
        raise ChildFailedError(msg)
