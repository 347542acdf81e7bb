"""The feed, on librdkafka's mock cluster."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import msgspec
import pytest
from confluent_kafka import Consumer, Message, TopicPartition

from dashboard import feed as feed_module
from dashboard.feed import Feed, shared_model
from dashboard.model import AudienceModel, FeedState
from dashboard.query import ViewerQuery
from dataflows.playback.profile import profile_json
from dataflows.settings import Settings
from tests.dashboard.cluster import MockCluster
from tests.dashboard.records import audience, audience_json, minute, profile
from tests.stack.polling import until

_TOPICS = Settings()


@pytest.fixture
def model(settings: Settings) -> Iterator[AudienceModel]:
    """Return a model that a feed fills from the mock broker."""
    model = AudienceModel()
    feed = Feed(settings, model)
    feed.start()
    yield model
    feed.stop()


class _Jumping(Consumer):
    """A consumer whose offset is gone from the topic once `jump` is set."""

    jump = Event()

    def consume(self, *args: Any, **kwargs: Any) -> list[Message]:
        if self.jump.is_set():
            self.jump.clear()
            gone = [TopicPartition(_TOPICS.profiles_topic, p, 1_000) for p in range(4)]
            self.incremental_unassign(gone)
            self.incremental_assign(gone)
        return super().consume(*args, **kwargs)


def _viewers(model: AudienceModel) -> set[str]:
    return {p.viewer_id for p in model.viewers.page(ViewerQuery(), 1, 100).profiles}


def _follow(cluster: MockCluster, model: AudienceModel) -> None:
    cluster.send_profiles(profile("first"))
    cluster.send_audience(audience(0))
    until(lambda: model.feed.state is FeedState.FOLLOWING)
    until(lambda: _viewers(model) == {"first"})


def test_consumer_is_let_in() -> None:
    """The feed's consumer has the brokers' security, and its own group all the same."""
    seen: dict[str, Any] = {}

    def make(config: dict[str, Any]) -> Consumer:
        seen.update(config)
        return Consumer({"group.id": "test"})

    Feed(Settings(security_protocol="SSL"), AudienceModel(), make)._consumer.close()

    assert seen["security.protocol"] == "SSL"
    assert seen["group.id"] == "live-viewer-dashboard"


def test_profiles_are_read_from_the_beginning(cluster: MockCluster) -> None:
    """A feed that starts late knows every viewer that the topic holds."""
    cluster.send_profiles(profile("alice"), profile("bob"))
    cluster.send_audience(audience(0))
    model = AudienceModel()
    feed = Feed(Settings(bootstrap_servers=cluster.servers), model)
    feed.start()
    until(lambda: model.feed.state is FeedState.FOLLOWING)
    feed.stop()

    assert _viewers(model) == {"alice", "bob"}


def test_topics_that_do_not_exist_are_waited_for(
    cluster: MockCluster, model: AudienceModel
) -> None:
    """The feed says which topics it misses, and follows them once they are there."""
    until(lambda: model.feed.state is FeedState.WAITING)

    assert model.feed.detail == "no topic live-viewer-profiles or live-audience yet"

    cluster.send_profiles(profile("alice"))
    until(lambda: _viewers(model) == {"alice"})

    assert model.feed.detail == "no topic live-audience yet"


def test_partitions_that_are_added_are_read(
    cluster: MockCluster, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partition that a topic gets while it is followed is read from its beginning."""

    class Growing(Consumer):
        grown = False

        def list_topics(self, *args: Any, **kwargs: Any) -> Any:
            found = super().list_topics(*args, **kwargs)
            if not Growing.grown:
                for topic in found.topics.values():
                    topic.partitions = {0: topic.partitions[0]}
            return found

    monkeypatch.setattr(feed_module, "_PARTITIONS_S", 0.05)
    names = {f"viewer-{number}" for number in range(20)}
    cluster.send_profiles(*map(profile, names))
    cluster.send_audience(audience(0))
    model = AudienceModel()
    feed = Feed(settings, model, Growing)
    feed.start()
    until(lambda: model.feed.state is FeedState.FOLLOWING)
    assert _viewers(model) < names
    Growing.grown = True
    until(lambda: _viewers(model) == names)
    feed.stop()


def test_changes_are_followed(cluster: MockCluster, model: AudienceModel) -> None:
    """What comes after the start is shown too: viewers, records, tombstones."""
    _follow(cluster, model)
    cluster.send_profiles(profile("alice"))
    cluster.send_audience(audience(7))
    cluster.send(_TOPICS.profiles_topic, "first", None)

    until(lambda: _viewers(model) == {"alice"})
    until(lambda: model.history.newest == audience(7))


@pytest.mark.parametrize(
    ("topic", "key", "value"),
    [
        (_TOPICS.profiles_topic, "alice", b"no JSON"),
        (_TOPICS.profiles_topic, "alice", b'{"viewer_id": 1}'),
        (_TOPICS.profiles_topic, None, None),
        (_TOPICS.audience_topic, "audience", b"\xff"),
        (_TOPICS.audience_topic, "audience", None),
        (
            _TOPICS.profiles_topic,
            "alice",
            profile_json(profile("alice", status_since="")),
        ),
        (_TOPICS.audience_topic, "audience", audience_json(audience(tstamp="now"))),
    ],
)
def test_what_can_not_be_read_is_counted(
    cluster: MockCluster,
    model: AudienceModel,
    topic: str,
    key: str | None,
    value: bytes | None,
) -> None:
    """A broken record is counted, and those after it are read."""
    _follow(cluster, model)
    cluster.send(topic, key, value)
    cluster.send_profiles(profile("after"))

    until(lambda: model.feed.undecodable == 1)
    until(lambda: "after" in _viewers(model))


def test_broker_that_goes_away_is_told(
    cluster: MockCluster, model: AudienceModel
) -> None:
    """Without a broker the viewers stay, and the state says why nothing moves."""
    _follow(cluster, model)
    cluster.stop()

    until(lambda: model.feed.state is FeedState.DISCONNECTED)

    assert _viewers(model) == {"first"}


def test_another_log_is_read_anew(cluster: MockCluster, settings: Settings) -> None:
    """When an offset is gone the topic is another: all is forgotten and read again."""
    model = AudienceModel()
    feed = Feed(settings, model, _Jumping)
    feed.start()
    _follow(cluster, model)
    before = model.viewers.version
    _Jumping.jump.set()
    until(lambda: model.viewers.version >= before + 2)
    feed.stop()

    assert _viewers(model) == {"first"}


def test_fault_of_its_own_is_told(
    cluster: MockCluster,
    model: AudienceModel,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What nobody foresaw is logged and shown, and the feed goes on."""
    caplog.set_level(logging.ERROR, "dashboard.feed")
    _follow(cluster, model)
    take = Feed._take

    def _fail_once(feed: Feed, messages: list[Message]) -> None:
        if any(message.value() for message in messages if not message.error()):
            monkeypatch.setattr(Feed, "_take", take)
            raise ZeroDivisionError
        take(feed, messages)

    monkeypatch.setattr(Feed, "_take", _fail_once)
    # What the thread is waiting for goes the old way.
    told = model.feed
    until(lambda: model.feed is not told)
    cluster.send_profiles(profile("lost"))
    until(lambda: model.feed.state is FeedState.FAILED)
    cluster.send_profiles(profile("after"))
    until(lambda: _viewers(model) == {"first", "after"})

    assert model.feed.detail == "ZeroDivisionError()"
    assert "a fault of the feed" in caplog.text


def test_no_broker_from_the_start() -> None:
    """A feed that finds no broker says so and goes on trying."""
    model = AudienceModel()
    # Port 9 is the discard service's; nobody listens there.
    feed = Feed(Settings(bootstrap_servers="127.0.0.1:9"), model)
    feed.start()
    until(lambda: model.feed.state is FeedState.DISCONNECTED)
    feed.stop()

    assert model.feed.detail


def test_all_sessions_share_one_feed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many sessions ask at once, one feed is started."""
    started: list[AudienceModel] = []

    class _Feed(Feed):
        def start(self) -> None:
            started.append(self._model)

    monkeypatch.setattr(feed_module, "Feed", _Feed)
    monkeypatch.setattr(feed_module, "_shared", [])
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", settings.bootstrap_servers)
    with ThreadPoolExecutor(8) as sessions:
        models = list(sessions.map(lambda _: shared_model(), range(32)))

    assert len(started) == 1
    assert {id(model) for model in models} == {id(started[0])}


def test_minutes_are_followed(cluster: MockCluster, model: AudienceModel) -> None:
    """The last day's minutes come beside the seconds."""
    _follow(cluster, model)
    before = model.minutes.version
    topic = _TOPICS.audience_minutes_topic
    cluster.send(topic, None, msgspec.json.encode(minute(0)))
    # The mock broker knows no times, so what was there before is passed over.
    until(lambda: _sent_again(cluster, topic, model, before))

    assert model.minutes.records() == [minute(0)]


def _sent_again(
    cluster: MockCluster, topic: str, model: AudienceModel, before: int
) -> bool:
    cluster.send(topic, None, msgspec.json.encode(minute(0)))
    return model.minutes.version > before


def test_dead_letters_are_sampled(cluster: MockCluster, settings: Settings) -> None:
    """Of the dead letters that were there, the last of each partition are read."""
    for number in range(900):
        cluster.send(_TOPICS.dead_letters_topic, "one key", b"%d" % number)
    cluster.send_profiles(profile("first"))
    cluster.send_audience(audience(0))
    model = AudienceModel()
    feed = Feed(settings, model)
    feed.start()
    until(lambda: model.feed.state is FeedState.FOLLOWING)
    until(lambda: bool(model.letters.seen))
    feed.stop()
    newest = model.letters.newest(next(iter(model.letters.seen)))

    assert sum(model.letters.seen.values()) == 200
    assert newest[0].sample == "899"


def test_screen_is_whole_without_minutes_and_letters(
    cluster: MockCluster, model: AudienceModel
) -> None:
    """Where nothing went wrong yet and no minute has passed, nothing is waited for."""
    _follow(cluster, model)

    assert model.minutes.records() == []
    assert model.feed.detail == ""
