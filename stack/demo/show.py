"""The whole system on this machine: services, flow, a crowd and the dashboard."""

import dataclasses
import math
import os
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.panel import Panel

from dataflows.settings import Settings
from stack.demo.figures import AudienceFeed, Figures
from stack.demo.parts import Application, Demo, application
from stack.demo.supervisor import Supervisor
from stack.services.running import (
    Kind,
    Services,
    pick_port,
    run_folder,
    running_services,
)
from stack.services.tables import ensure_tables, local_client, tables_of
from stack.services.topics import ensure_topics, topics_of
from stack.vendoring import ensure_tracker_files

__all__ = ["run_demo"]

_ROOT: Final = Path(__file__).resolve().parents[2]
_POLL_S: Final = 0.25


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
    if demo.web:
        # First, so that without npm nothing else is fetched or started.
        ensure_tracker_files(console)
    figures = Figures(console)
    folder = run_folder(demo.data_dir)
    try:
        with ExitStack() as stack:
            services = stack.enter_context(_services(demo, folder, console))
            settings = Settings.from_env({**os.environ, **services.env})
            with console.status("Starting the flow and the pages"):
                _set_up(services, settings, demo.partitions)
                supervisor = stack.enter_context(Supervisor(folder))
                demo = _on_free_ports(demo, console)
                for child in application(demo, folder):
                    env = {**services.env, **child.env, "PYTHONPATH": _python_path()}
                    supervisor.start(dataclasses.replace(child, env=env))
                    supervisor.wait_ready(child.name)
            _announce(demo, console)
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


def _on_free_ports(demo: Demo, console: Console) -> Demo:
    port = pick_port("the dashboard", demo.port, console)
    metrics_port = pick_port("the flow's metrics", demo.metrics_port, console)
    demo = dataclasses.replace(demo, port=port, metrics_port=metrics_port)
    if demo.web:
        port = pick_port("the player", demo.player_port, console)
        demo = dataclasses.replace(demo, player_port=port)
    return demo


def _announce(demo: Demo, console: Console) -> None:
    lines = [f"[bold]{demo.url}[/bold]", ""]
    if demo.web:
        lines += [
            f"Player     {demo.player_url}",
            f"Dashboard  {demo.dashboard_url}",
            "",
        ]
    console.print(Panel.fit("\n".join([*lines, "Ctrl-C stops all of it."])))
    # Without a screen of its own a browser would take over this terminal.
    if demo.browser and console.is_terminal and _has_screen():
        webbrowser.open(demo.url)


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
