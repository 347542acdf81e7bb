"""Each command of the guide does what a reader would have it do."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer
from jsonschema import Draft202012Validator

from stack.__main__ import app
from stack.services.ports import free_ports
from stack.services.running import Kind, Services, run_folder, running_services
from tests.docs.commands import NEEDS, Block, blocks_of, script_of
from tests.docs.pages import DOCS, ROOT
from tests.docs.schemas import closed, schema
from tests.docs.topics import values_on

# `tests/dashboard/api` asks what docs/api.md shows; it is no story from top to end.
_PAGES: Final = sorted(set(DOCS.glob("*.md")) - {DOCS / "api.md"})
_BLOCKS: Final = [block for page in _PAGES for block in blocks_of(page)]
_MOST_UNRUN: Final = {"aws": 1, "cluster": 1, "docker": 2, "install": 2, "terminal": 2}
"""How many blocks may go without being run; one more must have a reason as good."""

_BASH: Final = "/bin/bash"
_PATIENCE_S: Final = 600
_TOPICS: Final = ("live-viewer-profiles", "live-audience", "live-audience-minutes")
_PORTS: Final = ("5006", "3030")
_COPIED: Final = ("dataflows", "sinks", "dashboard", "stack", "docs", "tests")
_UNCOPIED: Final = shutil.ignore_patterns("__pycache__", "artifacts", "node_modules")
_COMMAND: Final = re.compile(r"-m stack (\w+)((?: +(?:\\\n *)?[^\s#]+)*)")
_LONG_OPTION: Final = re.compile(r"--[a-z][a-z-]*")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Keep the stand-ins of Kafka and DynamoDB: the commands are what is tested."""
    folder = run_folder(tmp_path / "services")
    with running_services(Kind.LIGHT, folder, dynamodb_port=0) as running:
        yield running


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Copy what a reader has cloned, with everything installed."""
    for name in _COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=_UNCOPIED)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def _unlike_contracts(servers: str) -> list[str]:
    """Return what of the messages on the topics breaks its schema."""
    return [
        f"{topic}: {error.message}"
        for topic in _TOPICS
        for value in values_on(servers, topic)
        for error in Draft202012Validator(closed(schema(topic))).iter_errors(value)
    ]


@pytest.mark.integration
@pytest.mark.parametrize(
    "page", sorted({b.page for b in _BLOCKS if b.needs is None}), ids=lambda p: p.stem
)
def test_page_runs(page: Path, checkout: Path, services: Services) -> None:
    """From the top of a page to its end, every command succeeds."""
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    log = checkout / "page.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_BASH, "-c", script_of(blocks_of(page), ports)],
            cwd=checkout,
            env={**os.environ, **services.env},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        code = process.wait(_PATIENCE_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    assert code == 0, log.read_text()[-4_000:]
    assert _unlike_contracts(services.bootstrap_servers) == []


@pytest.mark.parametrize("need", NEEDS)
def test_few_blocks_go_unrun(need: str) -> None:
    """Only so many blocks are left out for each reason, and none is left over."""
    unrun = Counter(block.needs for block in _BLOCKS)

    assert unrun[need] == _MOST_UNRUN[need]


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.page.stem)
def test_options_exist(block: Block) -> None:
    """A command of the stack, run or not, has the options that a page gives it."""
    commands = typer.main.get_group(app).commands
    text = block.text.replace('make demo ARGS="', "-m stack demo ").replace(
        "make demo ARGS=", "-m stack demo "
    )
    for name, arguments in _COMMAND.findall(text):
        params = commands[name].params
        known = {option for p in params for option in (*p.opts, *p.secondary_opts)}

        assert set(_LONG_OPTION.findall(arguments)) <= known


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.page.stem)
def test_targets_exist(block: Block) -> None:
    """What a page has `make` do is a target."""
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert set(re.findall(r"^make ([a-z-]+)", block.text, re.MULTILINE)) <= set(targets)


@pytest.mark.parametrize(
    "how", ["needs=money", "behind", "needs=", "background needs=docker"]
)
def test_wrong_word_is_refused(how: str, tmp_path: Path) -> None:
    """A block that is not run must say so in words that are known."""
    page = tmp_path / "page.md"
    page.write_text(f"```sh {how}\ntrue\n```\n")

    with pytest.raises(ValueError, match="must say nothing, `background` or `needs=`"):
        list(blocks_of(page))


def test_script(tmp_path: Path) -> None:
    """A script runs what can be run, in its order, on other ports."""
    page = tmp_path / "page.md"
    page.write_text(
        "```sh\necho 5006\n```\n```sh needs=aws\nfalse\n```\n"
        "```sh background\nsleep 9\n```\n```sh\necho 15006\n```\n"
    )
    script = script_of(blocks_of(page), {"5006": 1})
    printed = subprocess.check_output([_BASH, "-c", script], text=True, timeout=60)

    assert printed.split() == ["1", "15006"]
