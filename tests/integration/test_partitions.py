"""A source topic that gets another partition while the flow reads it."""

import time
from pathlib import Path

from confluent_kafka import Producer
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    NewPartitions,
)

from stack.services.running import Services
from tests.dataflows.cluster import committed, fill
from tests.dataflows.stream import START, flat
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until


def now(viewer_id: str, name: str) -> bytes:
    """Return an event that happens now."""
    return flat(viewer_id, name, round(time.time() * 1000) - START)


def add_partition(admin: AdminClient, topic: str) -> None:
    """Give a topic a third partition, and wait until the broker tells of it."""
    answers = admin.create_partitions([NewPartitions(topic, 3)])
    answers[topic].result(PATIENCE_S)
    until(lambda: len(admin.list_topics(topic).topics[topic].partitions) == 3)


def test_new_partition_is_read_after_a_restart(
    services: Services, tmp_path: Path
) -> None:
    """The flow ends and says why; started again it reads all of what is new.

    That holds with `SOURCE_START=end`, too, and the partitions before go on.
    """
    system = System(services, tmp_path, {"SOURCE_START": "end"}, partitions=2)
    servers, topic = services.bootstrap_servers, system.settings.source_topic
    group = system.settings.group_id
    producer = Producer({"bootstrap.servers": servers})
    fill(producer, topic, [now("before", "play")])
    with system.flow() as running:
        until(lambda: set(committed(servers, group, topic)) == {0, 1}, PATIENCE_S)
        fill(producer, topic, [now("ann", "play")])
        until(lambda: system.profile("ann") is not None, PATIENCE_S)
        add_partition(AdminClient({"bootstrap.servers": servers}), topic)
        fill(Producer({"bootstrap.servers": servers}), topic, [now("new", "play")], 2)
        assert running.pop().wait(PATIENCE_S) != 0
    assert "must keep its 2 partitions while the flow runs; got 3" in (
        (tmp_path / "flow.log").read_text()
    )

    with system.flow():
        fill(producer, topic, [now("ann", "pause")])
        until(lambda: system.profile("new") is not None, PATIENCE_S)
        until(
            lambda: (system.profile("ann") or {})["status"] == "PAUSED_VIDEO",
            PATIENCE_S,
        )
    assert (system.profile("ann") or {})["events"] == 2
    assert system.profile("before") is None
