"""The dashboard's feed on real Kafka, which knows times, and which comes back."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from confluent_kafka import Producer
from rich.console import Console

from dashboard.feed import Feed
from dashboard.model import AudienceModel, FeedState
from dashboard.query import ViewerQuery
from dataflows.playback.audience import Audience
from dataflows.playback.profile import profile_json
from dataflows.settings import Settings
from stack.demo.supervisor import Child, Supervisor
from stack.services import jars, native
from stack.services.health import kafka_answers
from stack.services.ports import HOST, free_ports
from stack.services.running import Services
from stack.services.topics import ensure_topics, topics_of
from tests.dashboard.records import audience, audience_json, profile
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until

NOW = datetime.now(UTC)


@pytest.fixture
def settings(services: Services, tmp_path: Path) -> Settings:
    """Topics of the test's own."""
    return System(services, tmp_path).settings


@contextmanager
def following(settings: Settings) -> Iterator[AudienceModel]:
    """Feed a model until the end of the block, which begins when all is read."""
    model = AudienceModel()
    feed = Feed(settings, model)
    feed.start()
    try:
        until(lambda: model.feed.state is FeedState.FOLLOWING, PATIENCE_S)
        yield model
    finally:
        feed.stop()


def send(
    settings: Settings,
    *,
    records: tuple[Audience, ...] = (),
    viewers: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
    ago: timedelta = timedelta(0),
) -> None:
    """Write to the dashboard's topics, as of so long ago."""
    producer = Producer({"bootstrap.servers": settings.bootstrap_servers})
    at_ms = int((NOW - ago).timestamp() * 1000)
    for record in records:
        value = audience_json(record)
        producer.produce(settings.audience_topic, value, timestamp=at_ms)
    for viewer_id in viewers:
        value = profile_json(profile(viewer_id))
        producer.produce(settings.profiles_topic, value, viewer_id)
    for viewer_id in gone:
        producer.produce(settings.profiles_topic, None, viewer_id)
    assert producer.flush(30) == 0


def shown(model: AudienceModel) -> set[str]:
    """Return the viewers that a table would show."""
    return {p.viewer_id for p in model.viewers.page(ViewerQuery(), 1, 100).profiles}


def test_profiles_are_followed(settings: Settings) -> None:
    """All that the topic held is read, then what comes, tombstones too."""
    send(settings, viewers=("alice", "bob", "carol"), gone=("carol",))
    with following(settings) as model:
        assert shown(model) == {"alice", "bob"}

        send(settings, viewers=("dave",), gone=("alice",))
        until(lambda: shown(model) == {"bob", "dave"})


def test_audience_is_read_from_an_hour_ago(settings: Settings) -> None:
    """Kafka is asked where the last hour begins; what is older is not read."""
    old, young, new = (audience(at, NOW) for at in (-50, -40, -30))
    send(settings, records=(old,), ago=timedelta(hours=2))
    send(settings, records=(young,), ago=timedelta(minutes=30))
    with following(settings) as model:
        send(settings, records=(new,))
        until(lambda: model.history.newest == new)

        stamps = [record.tstamp for record in model.history.records()]
        assert stamps == [young.tstamp, new.tstamp]


def test_audience_without_a_last_hour(settings: Settings) -> None:
    """Where all records are older, the feed waits at the end for the next one."""
    send(settings, records=(audience(-50, NOW),), ago=timedelta(hours=2))
    with following(settings) as model:
        assert model.history.newest is None

        send(settings, records=(audience(0, NOW),))
        until(lambda: model.history.newest == audience(0, NOW))


def kafka(folder: Path, port: int) -> tuple[Child, Child]:
    """Return what formats the folder, and a Kafka of its own."""
    pinned = jars.fetch(jars.read_lock("kafka"), Console(stderr=True))
    (controller_port,) = free_ports(1)
    native.write_kafka_files(folder, port, controller_port)
    server = native.kafka_server(folder, pinned)
    ready = partial(kafka_answers, port)
    return native.kafka_formatter(folder, pinned), dataclasses.replace(
        server, ready=ready
    )


@pytest.mark.integration
@pytest.mark.xdist_group("services")
def test_outage_is_told_and_outlasted(tmp_path: Path) -> None:
    """Without its broker the feed says so; when it is back, the feed goes on."""
    (port,) = free_ports(1)
    settings = Settings(bootstrap_servers=f"{HOST}:{port}")
    formatter, server = kafka(tmp_path / "kafka", port)
    with Supervisor(tmp_path) as supervisor:
        supervisor.run(formatter)
        supervisor.start(server)
        supervisor.wait_ready()
        ensure_topics(settings.bootstrap_servers, topics_of(settings, 4))
        send(settings, viewers=("alice",), records=(audience(0, NOW),))
        with following(settings) as model:
            supervisor.stop()
            until(lambda: model.feed.state is FeedState.DISCONNECTED, PATIENCE_S)
            assert shown(model) == {"alice"}

            supervisor.start(server)
            supervisor.wait_ready()
            send(settings, viewers=("bob",), records=(audience(1, NOW),))
            until(lambda: shown(model) == {"alice", "bob"}, PATIENCE_S)
            until(lambda: model.history.newest == audience(1, NOW), PATIENCE_S)
            until(lambda: model.feed.state is FeedState.FOLLOWING, PATIENCE_S)
