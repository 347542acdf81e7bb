"""Start and feed the system: `python -m stack --help`."""

import contextlib
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dataflows.settings import Settings, SettingsError
from stack.collector.command import collector
from stack.demo.parts import Demo
from stack.demo.show import run_demo
from stack.demo.supervisor import one_signal_interrupts
from stack.doctor.command import doctor
from stack.errors import StackError
from stack.replay import replay
from stack.services.running import Kind, Services, run_folder, running_services
from stack.services.tables import client_of, ensure_tables, tables_of
from stack.services.topics import Found, Outcome, ensure_topics, topics_of
from stack.simulate import simulate

__all__ = ["app", "main"]

app = typer.Typer(
    help="Start and feed the system on this machine.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_WATCH_S = 0.5
_COLOURS = {Found.CREATED: "green", Found.EXISTS: "dim", Found.DIFFERS: "yellow"}

Light = Annotated[
    bool,
    typer.Option("--light/--native", help="stand-ins without a JVM, or the real ones"),
]
KafkaPort = Annotated[int, typer.Option(help="another is taken when this one is taken")]
DynamodbPort = Annotated[int, typer.Option(help="likewise")]
DataDir = Annotated[Path, typer.Option(help="each run makes a folder here")]
Partitions = Annotated[
    int, typer.Option(min=1, help="of the source topic and the profiles")
]


@app.command()
def services(
    *,
    light: Light = False,
    kafka_port: KafkaPort = 9092,
    dynamodb_port: DynamodbPort = 8000,
    data_dir: DataDir = Path(".run"),
    keep: Annotated[
        bool, typer.Option(help="leave Kafka's data when it stops")
    ] = False,
) -> None:
    """Run Kafka and DynamoDB until Ctrl-C."""
    console = Console()
    kind = Kind.LIGHT if light else Kind.NATIVE
    folder = run_folder(data_dir)
    run = running_services(
        kind,
        folder,
        kafka_port=kafka_port,
        dynamodb_port=dynamodb_port,
        keep=keep,
        console=console,
    )
    with contextlib.suppress(KeyboardInterrupt), run as running:
        _print_services(running, folder, console)
        while not threading.Event().wait(_WATCH_S):
            running.check()


def _print_services(running: Services, folder: Path, console: Console) -> None:
    console.print(f"Kafka     [bold]{running.bootstrap_servers}[/bold]")
    console.print(f"DynamoDB  [bold]{running.dynamodb_url}[/bold]")
    console.print(f"Logs      {folder}", soft_wrap=True)
    console.print("\nFor other terminals, until Ctrl-C here:\n")
    for name, value in running.env.items():
        # Not through markup or colour: these lines are for copying.
        console.out(f"export {name}={value}", highlight=False)


@app.command()
def topics(*, partitions: Partitions = 4) -> None:
    """Create the topics and tables that are missing, and report those that differ.

    Names and places come from the environment, as the flow reads it.
    """
    settings = Settings.from_env()
    outcomes = ensure_topics(
        settings.bootstrap_servers,
        topics_of(settings, partitions),
        settings.kafka_config(),
    )
    outcomes += ensure_tables(client_of(settings), tables_of(settings))
    _print_outcomes(outcomes, Console())


def _print_outcomes(outcomes: Iterable[Outcome], console: Console) -> None:
    table = Table("kind", "name", "", "detail")
    for outcome in outcomes:
        colour = _COLOURS[outcome.found]
        found = f"[{colour}]{outcome.found}[/{colour}]"
        table.add_row(outcome.kind, outcome.name, found, outcome.detail)
    console.print(table)


@app.command()
def demo(
    *,
    light: Light = False,
    web: Annotated[
        bool, typer.Option("--web", help="with a player to use, beside the dashboard")
    ] = False,
    viewers: Annotated[
        int | None,
        typer.Option(min=0, help="the crowd's size; 2000 else, with --web 8"),
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(min=1, help="its events a second; a quarter of its size else"),
    ] = None,
    partitions: Partitions = 4,
    port: Annotated[int, typer.Option(help="of the dashboard")] = 5006,
    player_port: Annotated[int, typer.Option(help="of the player")] = 9090,
    kafka_port: KafkaPort = 9092,
    dynamodb_port: DynamodbPort = 8000,
    seconds: Annotated[
        float | None, typer.Option(help="end after this; else on Ctrl-C")
    ] = None,
    browser: Annotated[bool, typer.Option(help="open the page")] = True,
    data_dir: DataDir = Path(".run"),
) -> None:
    """Show it all until Ctrl-C: services, flow, a crowd and the dashboard."""
    show = Demo(
        kind=Kind.LIGHT if light else Kind.NATIVE,
        web=web,
        viewers=viewers,
        rate=rate,
        partitions=partitions,
        port=port,
        player_port=player_port,
        kafka_port=kafka_port,
        dynamodb_port=dynamodb_port,
        seconds=seconds,
        browser=browser,
        data_dir=data_dir,
    )
    with contextlib.suppress(KeyboardInterrupt):
        run_demo(show, Console())


app.command()(simulate)
app.command()(replay)
app.command()(collector)
app.command()(doctor)


def main() -> None:
    """Run a command; say plainly what is wrong instead of showing a traceback."""
    try:
        with one_signal_interrupts():
            app()
    except (StackError, SettingsError) as ex:
        Console(stderr=True).print(f"[red]Error:[/red] {ex}", soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
