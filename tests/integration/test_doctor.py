"""The doctor on the real services: a system that is well, and ones that are not."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from dataflows.playback.audience import audience_from_json
from stack.doctor.kafka import Kafka
from stack.services.ports import HOST, free_ports
from stack.services.running import Services
from stack.services.tables import local_client
from tests.integration.system import PATIENCE_S, ROOT, System
from tests.stack.polling import until

Found = dict[tuple[str, str], dict[str, str]]
"""Findings by check and subject."""


def examined(env: Mapping[str, str], *arguments: str) -> tuple[int, Found]:
    """Run the command; return its exit code and what it found."""
    done = subprocess.run(
        [sys.executable, "-m", "stack", "doctor", "--json", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert "Traceback" not in done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["exit_code"] == done.returncode
    return done.returncode, {(f["check"], f["subject"]): f for f in told["findings"]}


def bad(found: Found) -> Found:
    """Return what is worse than a note."""
    return {k: f for k, f in found.items() if f["level"] not in {"ok", "note"}}


def crowd(system: System, key: str) -> None:
    """Send a few minutes of a crowd that behaves, up to now."""
    arguments = ["--viewers", "40", "--seconds", "120", "--speed", "max"]
    arguments += ["--bad", "0", "--late", "0", "--duplicates", "0"]
    system.stack("simulate", *arguments, "--key", key)


def used(system: System) -> int:
    """Return how many events the flow says that it has used."""
    messages = system.messages(system.settings.audience_topic)
    if not messages:
        return 0
    return audience_from_json(messages[-1].value or b"").events.used


@pytest.fixture
def system(services: Services, tmp_path: Path) -> System:
    """Set up topics and tables of a test's own."""
    return System(services, tmp_path)


def test_healthy_system(services: Services, system: System) -> None:
    """A system that runs, keyed by viewer, is well; to look at it leaves no trace."""
    admin = AdminClient({"bootstrap.servers": services.bootstrap_servers})
    with system.flow():
        crowd(system, "viewer")
        until(lambda: used(system) > 0, PATIENCE_S)
        topics = set(admin.list_topics(timeout=30).topics)
        code, found = examined(system.env, "--recovery", str(system._recovery))

    assert bad(found) == {}
    assert code == 0
    assert found["profiles", "profiles"]["level"] == "ok"
    assert set(admin.list_topics(timeout=30).topics) == topics
    groups = admin.list_consumer_groups(request_timeout=30).result().valid
    assert "live-viewer-doctor" not in {group.group_id for group in groups}


def test_random_keys_and_no_flow(system: System) -> None:
    """Keys as Snowbridge makes them are a warning with its cure; no flow a problem."""
    crowd(system, "random")

    code, found = examined(system.env)

    assert code == 1
    assert set(bad(found)) == {("events", "keys"), ("the flow", "flow")}
    keys = found["events", "keys"]
    assert keys["level"] == "warning"
    assert "`spEnrichedSetPk`" in keys["cure"]


def test_wrong_topics_and_tables(services: Services, system: System) -> None:
    """A topic or table that is gone, or set otherwise, is found with its cure."""
    settings = system.settings
    admin = AdminClient({"bootstrap.servers": services.bootstrap_servers})
    gone, wrong = settings.audience_minutes_topic, settings.profiles_topic
    admin.delete_topics([gone])[gone].result()
    policy = ConfigEntry(
        "cleanup.policy", "delete", incremental_operation=AlterConfigOpType.SET
    )
    resource = ConfigResource(ResourceType.TOPIC, wrong, incremental_configs=[policy])
    admin.incremental_alter_configs([resource])[resource].result()
    kafka = Kafka(settings.kafka_config())
    until(lambda: kafka.config(wrong)["cleanup.policy"] == "delete")
    until(lambda: gone not in admin.list_topics(timeout=30).topics)
    client = local_client(services.dynamodb_url)
    client.delete_table(TableName=settings.history_table)
    client.close()

    code, found = examined(system.env)

    assert code == 1
    missing = found["topics", gone]
    assert missing["level"] == "problem"
    assert "`AUDIENCE_MINUTES_TOPIC`" in missing["cure"]
    assert "cleanup.policy=compact" in found["topics", wrong]["cure"]
    table = found["tables", settings.history_table]
    assert table["level"] == "problem"
    assert "`python -m stack topics`" in table["cure"]


def test_dead_broker(services: Services) -> None:
    """Without a broker the doctor ends by itself, and looks at the tables still."""
    server = f"{HOST}:{free_ports(1)[0]}"
    env = {**os.environ, **services.env, "KAFKA_BOOTSTRAP_SERVERS": server}

    code, found = examined(env)

    assert code == 1
    assert found["brokers", server]["level"] == "problem"
    assert ("tables", "clock") in found
    assert "topics, events" in found["not looked at", "the rest"]["found"]
