"""What the stand-ins can't show: the real services, set up as the flow needs them."""

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from dataflows.settings import Settings
from sinks.kafka import KafkaRecord, KafkaSink
from stack.sending.outbox import Key, Outbox, connect
from stack.services.health import dynamodb_answers, kafka_answers
from stack.services.running import Services
from stack.services.tables import TTL_ATTRIBUTE, Table, ensure_tables, local_client
from stack.services.topics import (
    LARGEST_BYTES,
    Found,
    Topic,
    ensure_topics,
    topics_of,
)
from tests.stack.polling import is_alive, until

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120.0


def named_anew(topics: list[Topic]) -> list[Topic]:
    """Return the topics under names that no other test uses."""
    return [dataclasses.replace(t, name=f"{t.name}-{uuid4().hex}") for t in topics]


def test_topics_are_created_once(services: Services) -> None:
    """Real Kafka takes every setting, and tells the same ones afterwards."""
    topics = named_anew(topics_of(Settings(), 4))

    first = ensure_topics(services.bootstrap_servers, topics)
    again = ensure_topics(services.bootstrap_servers, topics)

    assert {outcome.found for outcome in first} == {Found.CREATED}
    assert {outcome.found for outcome in again} == {Found.EXISTS}


def test_difference_is_told_and_left(services: Services) -> None:
    """A topic with other settings is told to differ, also the second time."""
    (topic,) = named_anew([Topic(name="t", partitions=1, config={"retention.ms": "5"})])
    ensure_topics(services.bootstrap_servers, [topic])
    other = dataclasses.replace(topic, partitions=2, config={"retention.ms": "6"})

    for _ in range(2):
        (outcome,) = ensure_topics(services.bootstrap_servers, [other])
        assert outcome.found is Found.DIFFERS
        assert "1 partitions, not 2, retention.ms is 5, not 6" in outcome.detail


def test_largest_message_fits_as_a_dead_letter(services: Services) -> None:
    """What the source topic just takes, the sink gets into the dead letters, whole."""
    source, *_, topic = named_anew(topics_of(Settings(), 1))
    ensure_topics(services.bootstrap_servers, [source, topic])
    letter = Random(0).randbytes(LARGEST_BYTES - 150)

    outbox = Outbox(connect(services.bootstrap_servers), source.name, Key.RANDOM)
    outbox.send(letter, None)
    outbox.close()
    to = KafkaSink(services.bootstrap_servers, topic.name)
    part = to.build_part("out", "0", None)
    part.write_batch([KafkaRecord(b"k" * 36, letter, (("detail", b"x" * 60_000),))])
    part.snapshot()
    part.close()

    servers = {"bootstrap.servers": services.bootstrap_servers}
    consumer = Consumer({**servers, "group.id": "test"})
    consumer.assign([TopicPartition(topic.name, 0, OFFSET_BEGINNING)])
    message = consumer.poll(30)
    consumer.close()

    assert message is not None
    assert message.value() == letter


def test_tables_are_created_once(services: Services) -> None:
    """DynamoDB Local makes a table with its expiry, and tells the same afterwards."""
    client = local_client(services.dynamodb_url)
    table = Table(name=f"t-{uuid4().hex}", keys=("viewer_id", "collector_tstamp"))

    (first,) = ensure_tables(client, [table])
    (again,) = ensure_tables(client, [table])

    ttl = client.describe_time_to_live(TableName=table.name)
    client.close()
    assert (first.found, again.found) == (Found.CREATED, Found.EXISTS)
    assert ttl["TimeToLiveDescription"]["AttributeName"] == TTL_ATTRIBUTE


@contextmanager
def stack_services(
    folder: Path, env: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run the command until it has said where all is; yields it and what it said."""
    command = [sys.executable, "-m", "stack", "services", "--data-dir", str(folder)]
    command += ["--kafka-port", "0", "--dynamodb-port", "0"]
    said = folder / "said"
    with (
        said.open("wb") as out,
        subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT), **env},
            stdout=out,
            stderr=out,
        ) as process,
    ):
        try:
            until(lambda: "AWS_DEFAULT_REGION" in said.read_text(), PATIENCE_S)
            yield process, said
        finally:
            process.kill()


def port_in(said: Path, name: str) -> int:
    """Return the port at the end of a variable that the command said."""
    (line,) = [x for x in said.read_text().split("\n") if f"export {name}=" in x]
    return int(line.rpartition(":")[2])


@pytest.mark.integration
@pytest.mark.xdist_group("services")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_needs_no_java_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    """`stack services` runs with an empty `PATH`, says where, and ends on a signal."""
    with stack_services(tmp_path, {"PATH": ""}) as (process, said):
        kafka = port_in(said, "KAFKA_BOOTSTRAP_SERVERS")
        dynamodb = port_in(said, "AWS_ENDPOINT_URL")
        assert kafka_answers(kafka)
        assert dynamodb_answers(dynamodb)
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0

    assert not kafka_answers(kafka)
    assert not dynamodb_answers(dynamodb)
    assert not list(tmp_path.glob("*/kafka"))
    assert list(tmp_path.glob("*/kafka.log"))


@pytest.mark.integration
@pytest.mark.xdist_group("services")
def test_dead_kafka_ends_the_command(tmp_path: Path) -> None:
    """When Kafka dies, the command ends with an error that names its log."""
    with stack_services(tmp_path, {}) as (process, said):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        kafka = max(map(int, children.read_text().split()))
        os.kill(kafka, signal.SIGKILL)
        assert process.wait(PATIENCE_S) == 1

    assert "`kafka` ended by signal SIGKILL; its log is" in said.read_text()
    assert not is_alive(kafka)
