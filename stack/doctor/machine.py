"""This machine: what is installed on it, and which of its ports are free."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import confluent_kafka

from stack.demo.parts import Demo
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem
from stack.services.ports import is_free

__all__ = ["check_ports", "check_versions"]

_PACKAGES: Final = ("bytewax", "confluent-kafka", "boto3", "panel")
_INSTALL: Final = "install what `requirements.lock` pins: `make setup`"


def check_versions(_: Context) -> list[Finding]:
    """Tell the versions of what the flow is made of, for a report of a fault."""
    found = [f"Python {platform.python_version()}"]
    for package in _PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            return [problem(package, "it is not installed", _INSTALL)]
    found.append(f"librdkafka {confluent_kafka.libversion()[0]}")
    return [ok("versions", ", ".join(found))]


def check_ports(_: Context) -> list[Finding]:
    """Tell whether the ports that the demo wants first are free."""
    wanted = {
        "Kafka": Demo.kafka_port,
        "DynamoDB": Demo.dynamodb_port,
        "the dashboard": Demo.port,
        "the player": Demo.player_port,
    }
    free = {what: port for what, port in wanted.items() if is_free(port)}
    taken = [f"{wanted[what]} ({what})" for what in wanted if what not in free]
    if not taken:
        ports = ", ".join(str(port) for port in free.values())
        return [ok("ports", f"{ports} are free for `python -m stack demo`")]
    found = f"taken: {', '.join(taken)}"
    return [note("ports", found, "nothing to do: a demo takes others by itself")]
