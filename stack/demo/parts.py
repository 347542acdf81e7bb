"""What a demo is asked for, and the programs that it is made of."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bytewax.recovery import init_db_dir

from stack.demo import side_by_side
from stack.demo.supervisor import Child
from stack.services.health import http_answers
from stack.services.ports import HOST
from stack.services.running import Kind

__all__ = ["Application", "Demo", "application"]

_VIEWERS: Final = 2000
_VIEWERS_BESIDE_YOU: Final = 8
"""Few enough to find oneself among them, and those who left, without turning a page."""
_VIEWERS_AN_EVENT_A_SECOND: Final = 4


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What to show, and where; `seconds` is how long, until interrupted when `None`.

    With `web` there is a player to use, side by side with the dashboard. `viewers` is
    the crowd's size and may be 0; `None` is what suits the page. `rate` is the crowd's
    events a second; `None` is what suits its size.
    """

    kind: Kind = Kind.NATIVE
    web: bool = False
    viewers: int | None = None
    rate: int | None = None
    partitions: int = 4
    port: int = 5006
    player_port: int = 9090
    metrics_port: int = 3030
    kafka_port: int = 9092
    dynamodb_port: int = 8000
    seconds: float | None = None
    browser: bool = True
    data_dir: Path = Path(".run")

    @property
    def dashboard_url(self) -> str:
        """Return where the dashboard is."""
        return f"http://{HOST}:{self.port}/dashboard"

    @property
    def player_url(self) -> str:
        """Return where the player is, with `web`."""
        return f"http://{HOST}:{self.player_port}/"

    @property
    def url(self) -> str:
        """Return what to look at."""
        beside = f"http://{HOST}:{self.port}/{side_by_side.ROUTE}/"
        return beside if self.web else self.dashboard_url


Application = Callable[[Demo, Path], list[Child]]
"""From a demo on ports that are free, and the folder of its run: what to start, in
order; one that has a probe is ready before the next starts."""


def application(demo: Demo, folder: Path) -> list[Child]:
    """Return the flow, the pages and the crowd, in the order of their start."""
    # The crowd is last, so that the page is there before it takes its share of a small
    # machine, and is seen to fill.
    programs = [_flow(demo, folder), _dashboard(demo, folder)]
    return [*programs, *_player(demo), *_crowd(demo)]


def _flow(demo: Demo, folder: Path) -> Child:
    recovery = folder / "recovery"
    recovery.mkdir()
    init_db_dir(recovery, 1)
    command = _module("bytewax.run", "dataflows.live_viewers:get_flow()")
    # A snapshot every two seconds; none is kept for a backup that nobody makes.
    command += ["-r", str(recovery), "-s", "2", "-b", "0"]
    # Its metrics are on the dashboard's page of the pipeline.
    env = {
        "BYTEWAX_DATAFLOW_API_ENABLED": "1",
        "BYTEWAX_DATAFLOW_API_PORT": str(demo.metrics_port),
        "BYTEWAX_DATAFLOW_API_CACHE_PATH": str(folder),
    }
    return Child(name="flow", command=command, env=env)


def _dashboard(demo: Demo, folder: Path) -> Child:
    command = _module("panel", "serve", str(_dashboard_folder()), "--address", HOST)
    command += ["--port", str(demo.port)]
    for host in (HOST, "localhost"):
        command += ["--allow-websocket-origin", f"{host}:{demo.port}"]
    if demo.web:
        # The page on which one finds oneself.
        viewers_url = f"{demo.dashboard_url}?page=viewers"
        pages = side_by_side.write(folder, demo.player_url, viewers_url)
        command += ["--static-dirs", f"{side_by_side.ROUTE}={pages}"]
    ready = partial(http_answers, demo.port, "/dashboard")
    metrics_url = f"http://{HOST}:{demo.metrics_port}/metrics"
    env = {"DASHBOARD_FLOW_METRICS": metrics_url}
    return Child(name="dashboard", command=command, env=env, ready=ready)


def _dashboard_folder() -> Path:
    spec = importlib.util.find_spec("dashboard")
    if spec is None or not spec.submodule_search_locations:
        msg = "the package `dashboard` is not installed"
        raise ModuleNotFoundError(msg)
    return Path(spec.submodule_search_locations[0])


def _player(demo: Demo) -> Iterator[Child]:
    if demo.web:
        port = str(demo.player_port)
        yield Child(
            name="collector",
            command=_module("stack", "collector", "--page", "--port", port),
            ready=partial(http_answers, demo.player_port, "/health"),
        )


def _crowd(demo: Demo) -> Iterator[Child]:
    usual = _VIEWERS_BESIDE_YOU if demo.web else _VIEWERS
    if viewers := usual if demo.viewers is None else demo.viewers:
        rate = demo.rate or max(1, viewers // _VIEWERS_AN_EVENT_A_SECOND)
        size = ["--viewers", str(viewers), "--rate", str(rate)]
        command = _module("stack", "simulate", *size)
        yield Child(name="crowd", command=command, may_end=True)


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]
