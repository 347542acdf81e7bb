"""The whole system on this machine: services, flow, a crowd and the dashboard."""

import dataclasses
import importlib.util
import math
import os
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bytewax.recovery import init_db_dir
from rich.console import Console
from rich.panel import Panel

from dataflows.settings import Settings
from stack.demo.figures import AudienceFeed, Figures
from stack.demo.supervisor import Child, Supervisor
from stack.services.health import http_answers
from stack.services.ports import HOST
from stack.services.running import (
    Kind,
    Services,
    pick_port,
    run_folder,
    running_services,
)
from stack.services.tables import ensure_tables, local_client, tables_of
from stack.services.topics import ensure_topics, topics_of

__all__ = ["Application", "Demo", "application", "run_demo"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_POLL_S: Final = 0.25


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What to show, and where; `seconds` is how long, until interrupted when `None`."""

    kind: Kind = Kind.NATIVE
    viewers: int = 2000
    rate: int = 500
    partitions: int = 4
    port: int = 5006
    kafka_port: int = 9092
    dynamodb_port: int = 8000
    seconds: float | None = None
    browser: bool = True
    data_dir: Path = Path(".run")


Application = Callable[[Demo, Path, int], list[Child]]
"""From a demo, the folder of its run and the dashboard's port: what to start, in order;
one that has a probe is ready before the next starts."""


def application(demo: Demo, folder: Path, port: int) -> list[Child]:
    """Return the flow, the dashboard and the crowd, in the order of their start."""
    recovery = folder / "recovery"
    recovery.mkdir()
    init_db_dir(recovery, 1)
    flow = ["bytewax.run", "dataflows.live_viewers:get_flow()"]
    # A snapshot every two seconds; none is kept for a backup that nobody makes.
    flow += ["-r", str(recovery), "-s", "2", "-b", "0"]
    crowd = ["stack", "simulate"]
    crowd += ["--viewers", str(demo.viewers), "--rate", str(demo.rate)]
    pages = ["panel", "serve", str(_dashboard_folder()), "--address", HOST]
    pages += ["--port", str(port)]
    for host in (HOST, "localhost"):
        pages += ["--allow-websocket-origin", f"{host}:{port}"]
    return [
        Child(name="flow", command=[sys.executable, "-m", *flow]),
        Child(
            name="dashboard",
            command=[sys.executable, "-m", *pages],
            ready=partial(http_answers, port, "/dashboard"),
        ),
        # Last, so that the page is there before the crowd takes its share of a small
        # machine, and is seen to fill.
        Child(name="crowd", command=[sys.executable, "-m", *crowd], may_end=True),
    ]


def _dashboard_folder() -> Path:
    spec = importlib.util.find_spec("dashboard")
    if spec is None or not spec.submodule_search_locations:
        msg = "the package `dashboard` is not installed"
        raise ModuleNotFoundError(msg)
    return Path(spec.submodule_search_locations[0])


def run_demo(
    demo: Demo, console: Console, application: Application = application
) -> None:
    """Run the demo until it is interrupted or its time is over; leave no process.

    Args:
        demo: what to show, and where.
        console: where the URL and the figures go.
        application: what to start on top of the services.

    Raises:
        StackError: a part does not start, or ends by itself.
        KeyboardInterrupt: after all has been stopped.

    """
    figures = Figures(console)
    folder = run_folder(demo.data_dir)
    try:
        with ExitStack() as stack:
            services = stack.enter_context(_services(demo, folder, console))
            settings = Settings.from_env({**os.environ, **services.env})
            with console.status("Starting the flow, the crowd and the dashboard"):
                _set_up(services, settings, demo.partitions)
                supervisor = stack.enter_context(Supervisor(folder))
                port = pick_port("the dashboard", demo.port, console)
                for child in application(demo, folder, port):
                    env = {**services.env, **child.env, "PYTHONPATH": _python_path()}
                    supervisor.start(dataclasses.replace(child, env=env))
                    supervisor.wait_ready(child.name)
            _announce(demo, port, console)
            feed = AudienceFeed(services.bootstrap_servers, settings.audience_topic)
            stack.enter_context(feed)
            stack.enter_context(figures)
            for _ in _while_running(demo.seconds, services.check, supervisor.check):
                figures.add(feed.poll(_POLL_S))
    finally:
        console.print(f"{figures} Logs: {folder}", soft_wrap=True)


def _services(
    demo: Demo, folder: Path, console: Console
) -> AbstractContextManager[Services]:
    names = {Kind.NATIVE: "Kafka and DynamoDB Local", Kind.LIGHT: "stand-ins"}
    console.print(f"Starting {names[demo.kind]}")
    return running_services(
        demo.kind,
        folder,
        kafka_port=demo.kafka_port,
        dynamodb_port=demo.dynamodb_port,
        console=console,
    )


def _set_up(services: Services, settings: Settings, partitions: int) -> None:
    ensure_topics(services.bootstrap_servers, topics_of(settings, partitions))
    client = local_client(services.dynamodb_url)
    try:
        ensure_tables(client, tables_of(settings))
    finally:
        client.close()


def _python_path() -> str:
    # The children find our packages wherever the demo was called from.
    others = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(_ROOT), *([others] if others else [])])


def _announce(demo: Demo, port: int, console: Console) -> None:
    url = f"http://{HOST}:{port}/dashboard"
    console.print(Panel.fit(f"[bold]{url}[/bold]\n\nCtrl-C stops all of it."))
    # Without a screen of its own a browser would take over this terminal.
    if demo.browser and console.is_terminal and _has_screen():
        webbrowser.open(url)


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _while_running(
    seconds: float | None, *checks: Callable[[], None]
) -> Iterator[None]:
    until = math.inf if seconds is None else time.monotonic() + seconds
    while time.monotonic() < until:
        for check in checks:
            check()
        yield
