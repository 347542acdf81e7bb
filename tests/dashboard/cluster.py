"""librdkafka's mock cluster, and what tests send to it."""

from confluent_kafka import Producer

from dataflows.playback.audience import Audience
from dataflows.playback.profile import ViewerProfile, profile_json
from dataflows.settings import Settings
from tests.dashboard.records import audience_json


class MockCluster:
    """One broker; the producer that made it keeps it alive."""

    def __init__(self) -> None:
        self._producer: Producer | None = Producer(
            {"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 2}
        )
        brokers = self._producer.list_topics(timeout=10).brokers.values()
        self.servers = ",".join(f"{b.host}:{b.port}" for b in brokers)

    def send(self, topic: str, key: str | None, value: bytes | None) -> None:
        """Write one message and wait until the broker has it."""
        assert self._producer is not None
        self._producer.produce(topic, key=key, value=value)
        self._producer.flush()

    def send_profiles(self, *profiles: ViewerProfile) -> None:
        """Write profiles to the profiles topic."""
        for profile in profiles:
            self.send(
                Settings().profiles_topic, profile.viewer_id, profile_json(profile)
            )

    def send_audience(self, *records: Audience) -> None:
        """Write records to the audience topic."""
        for record in records:
            self.send(Settings().audience_topic, "audience", audience_json(record))

    def stop(self) -> None:
        """Let the broker go, with all that it holds."""
        self._producer = None
