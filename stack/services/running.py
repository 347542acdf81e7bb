"""Kafka and DynamoDB for the time of a `with`: the real ones, or light stand-ins."""

import dataclasses
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from rich.console import Console

from stack.demo.supervisor import Supervisor
from stack.services.health import dynamodb_answers, kafka_answers
from stack.services.ports import HOST, choose_port, free_ports
from stack.services.tables import REGION

__all__ = ["Kind", "Services", "pick_port", "run_folder", "running_services"]


class Kind(StrEnum):
    """Which services to run."""

    NATIVE = "native"
    """Apache Kafka and DynamoDB Local."""
    LIGHT = "light"
    """librdkafka's mock cluster and moto's server: no JVM, no compaction."""


def _nothing_to_check() -> None:
    """Stand in for a check of what runs in this very process."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """Where the services are, and what a program needs in its environment to use them.

    `check` raises `ChildFailedError` once one of them has ended by itself.
    """

    bootstrap_servers: str
    dynamodb_url: str
    check: Callable[[], None] = _nothing_to_check

    @property
    def env(self) -> Mapping[str, str]:
        """Return the variables that `dataflows.settings` and boto3 read."""
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "AWS_ENDPOINT_URL": self.dynamodb_url,
            # boto3 asks this one first; a value of the user's own would win.
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            # DynamoDB Local wants letters and digits, and no more.
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }


def run_folder(data_dir: Path) -> Path:
    """Make a new folder named after this moment, and return its full path."""
    data_dir.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ-")
    return Path(tempfile.mkdtemp(prefix=stamp, dir=data_dir)).resolve()


def pick_port(what: str, wanted: int, console: Console) -> int:
    """Return the wanted port, or say that it is taken and return another; 0 is any."""
    port = choose_port(wanted)
    if wanted not in {0, port}:
        console.print(f"Port {wanted} is taken; {what} is on {port} instead.")
    return port


@contextmanager
def running_services(
    kind: Kind,
    folder: Path,
    *,
    kafka_port: int = 9092,
    dynamodb_port: int = 8000,
    keep: bool = False,
    console: Console | None = None,
) -> Iterator[Services]:
    """Run Kafka and DynamoDB; both answer when this yields.

    Args:
        kind: the real ones or the stand-ins.
        folder: for logs and Kafka's data.
        kafka_port: where Kafka should listen; another when that is taken, 0 for any.
            The stand-in always chooses itself.
        dynamodb_port: where DynamoDB should listen; another when that is taken, 0 for
            any.
        keep: whether Kafka's data stays when it stops.
        console: where progress is shown, stderr unless told.

    Raises:
        StackError: a service can't be fetched, does not start, or is not ready in time.

    """
    console = console or Console(stderr=True)
    dynamodb_port = pick_port("DynamoDB", dynamodb_port, console)
    with ExitStack() as stack:
        if kind is Kind.LIGHT:
            yield _start_light(stack, dynamodb_port)
            return
        kafka_port = pick_port("Kafka", kafka_port, console)
        if not keep:
            stack.callback(shutil.rmtree, folder / "kafka", ignore_errors=True)
        supervisor = stack.enter_context(Supervisor(folder))
        yield _start_native(supervisor, kafka_port, dynamodb_port, console)


def _start_light(stack: ExitStack, dynamodb_port: int) -> Services:
    # Only the stand-ins need it, and moto takes a second to import.
    from stack.services import light  # noqa: PLC0415

    return Services(
        bootstrap_servers=stack.enter_context(light.mock_kafka()),
        dynamodb_url=stack.enter_context(light.mock_dynamodb(dynamodb_port)),
    )


def _start_native(
    supervisor: Supervisor, kafka_port: int, dynamodb_port: int, console: Console
) -> Services:
    # Only the real ones need them; a machine that runs just the flow has neither.
    from stack.services import jars, native  # noqa: PLC0415

    pinned = {service: jars.read_lock(service) for service in ("kafka", "dynamodb")}
    paths = jars.fetch([jar for some in pinned.values() for jar in some], console)
    kafka_jars = paths[: len(pinned["kafka"])]
    dynamodb = native.dynamodb_server(dynamodb_port, paths[len(kafka_jars) :])
    answers = partial(dynamodb_answers, dynamodb_port)
    supervisor.start(dataclasses.replace(dynamodb, ready=answers))

    folder = supervisor.folder / "kafka"
    (controller_port,) = free_ports(1)
    native.write_kafka_files(folder, kafka_port, controller_port)
    supervisor.run(native.kafka_formatter(folder, kafka_jars))
    kafka = native.kafka_server(folder, kafka_jars)
    answers = partial(kafka_answers, kafka_port)
    supervisor.start(dataclasses.replace(kafka, ready=answers))
    supervisor.wait_ready()
    return Services(
        bootstrap_servers=f"{HOST}:{kafka_port}",
        dynamodb_url=f"http://{HOST}:{dynamodb_port}",
        check=supervisor.check,
    )
