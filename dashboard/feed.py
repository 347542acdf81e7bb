"""The feed: one thread a server process that follows the topics into the model.

Every browser session shares it (`shared_model`). It belongs to no consumer group: it
assigns itself all partitions, reads the compacted profiles from the beginning, the
audience from an hour back and its minutes from a day back, and commits nothing.
"""

import logging
import time
from collections.abc import Callable, Iterable
from threading import Event, Lock, Thread
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from dashboard.model import AudienceModel, FeedState, FeedStatus
from dashboard.records import UNREADABLE
from dashboard.settings import DashboardSettings
from dashboard.topics import topics_of
from dataflows.settings import Settings

__all__ = ["Feed", "shared_model"]

_BATCH: Final = 10_000
_POLL_S: Final = 0.2
"""The longest that a record waits for its batch to fill."""
_LOOK_S: Final = 2.0
"""Between looks for topics that do not exist yet, and for brokers that went away."""
_PARTITIONS_S: Final = 30.0
"""Between looks for partitions that were added."""
_ANSWER_S: Final = 2.0
"""What a broker has to answer a question."""

# https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
_CONSUMER: Final[dict[str, Any]] = {
    # The client wants a name; without subscribe() there is no group behind it.
    "group.id": "live-viewer-dashboard",
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "enable.partition.eof": True,
    # An offset that is gone means another log: begin anew rather than guess.
    "auto.offset.reset": "error",
    "fetch.wait.max.ms": 100,
    "queued.max.messages.kbytes": 32_768,
    "reconnect.backoff.max.ms": 2_000,
}

_log = logging.getLogger(__name__)


class Feed:
    """Follows the topics of `settings` into `model` until it is stopped.

    Brokers that go away, topics that do not exist yet, records that can't be read and
    faults of its own are told in `model.feed`; none of them ends the thread.
    """

    def __init__(
        self,
        settings: Settings,
        model: AudienceModel,
        make_consumer: Callable[[dict[str, Any]], Consumer] = Consumer,
    ) -> None:
        self._topics = topics_of(settings, model)
        self._model = model
        self._consumer = make_consumer(
            _CONSUMER
            | settings.kafka_config()
            | {"error_cb": self._on_client_error, "logger": _log}
        )
        self._assigned: dict[str, set[int]] = {}
        self._unread: set[tuple[str, int]] = set()
        self._trouble = ""
        self._fault = ""
        self._undecodable = 0
        self._looked_at = -_PARTITIONS_S
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Start the thread; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread, wait for its end, and leave the brokers."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._look_for_topics()
                self._take(self._consumer.consume(_BATCH, _POLL_S))
            except KafkaException as ex:
                self._trouble = ex.args[0].str()
            except Exception as ex:  # noqa: BLE001, or old figures would look like new
                _log.exception("a fault of the feed; some records may not be shown")
                self._fault = repr(ex)
                self._stopping.wait(_LOOK_S)
            self._tell()
        self._consumer.close()

    def _missing(self) -> list[str]:
        return [name for name in self._topics if name not in self._assigned]

    def _look_for_topics(self) -> None:
        """Assign what has come to be; ask also whether brokers are back."""
        pause = _LOOK_S if self._missing() or self._trouble else _PARTITIONS_S
        if time.monotonic() < self._looked_at + pause:
            return
        self._looked_at = time.monotonic()
        topics = self._consumer.list_topics(timeout=_ANSWER_S).topics
        self._trouble = ""
        for name in self._topics:
            topic = topics.get(name)
            if topic is not None and topic.error is None:
                new = topic.partitions.keys() - self._assigned.get(name, set())
                if new:
                    self._assign(name, new)

    def _assign(self, name: str, partitions: Iterable[int]) -> None:
        at = self._topics[name].start(self._consumer, partitions, _ANSWER_S)
        self._consumer.incremental_assign(at)
        self._assigned.setdefault(name, set()).update(p.partition for p in at)
        self._unread.update((name, partition.partition) for partition in at)
        _log.info("following %s, %d partitions more", name, len(at))

    def _take(self, messages: list[Message]) -> None:
        taken: dict[str, list[Any]] = {}
        errors: list[tuple[Message, KafkaError]] = []
        for message in messages:
            error = message.error()
            if error is not None:
                errors.append((message, error))
                continue
            name = str(message.topic())
            try:
                taken.setdefault(name, []).append(self._topics[name].decode(message))
            except UNREADABLE:
                self._undecodable += 1
        for name, items in taken.items():
            self._topics[name].take(items)
        if any(taken.values()):
            self._trouble = ""
        for message, error in errors:
            self._on_partition_error(message, error)

    def _on_partition_error(self, message: Message, error: KafkaError) -> None:
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001, its public name
            self._unread.discard((message.topic(), message.partition()))
        elif error.code() in _ANOTHER_LOG and not self._assigned:
            pass  # another partition of it said so before
        elif error.code() in _ANOTHER_LOG:
            _log.warning("%s begins anew: %s", message.topic(), error.str())
            self._begin_anew()
        else:
            self._trouble = error.str()

    def _begin_anew(self) -> None:
        self._consumer.unassign()
        self._fault = ""
        self._assigned.clear()
        self._unread.clear()
        self._model.clear()

    def _on_client_error(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001, its public name
            self._trouble = error.str()

    def _tell(self) -> None:
        missing = [name for name in self._missing() if self._topics[name].is_needed]
        if self._trouble:
            state, detail = FeedState.DISCONNECTED, self._trouble
        elif self._fault:
            state, detail = FeedState.FAILED, self._fault
        elif missing:
            state, detail = FeedState.WAITING, f"no topic {' or '.join(missing)} yet"
        elif self._unread:
            state, detail = FeedState.LOADING, ""
        else:
            state, detail = FeedState.FOLLOWING, ""
        self._model.feed = FeedStatus(state, detail, self._undecodable)


_ANOTHER_LOG: Final = frozenset(
    {
        KafkaError._AUTO_OFFSET_RESET,  # noqa: SLF001, its public name
        KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001, its public name
        KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001, its public name
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    }
)
"""A topic was deleted, or is another than the one that was followed."""


_shared: list[AudienceModel] = []
_sharing = Lock()


def shared_model() -> AudienceModel:
    """Return the model of this server process; the first caller starts its feed.

    Raises:
        SettingsError: a variable of the environment holds what it must not.

    """
    with _sharing:
        if not _shared:
            model = AudienceModel(DashboardSettings.from_env().flow_metrics or ())
            Feed(Settings.from_env(), model).start()
            model.flow.start()
            _shared.append(model)
        return _shared[0]
