"""Live viewers on the dashboard's topics, without a flow, changing at a rate."""

import random
import time
from threading import Event, Thread
from typing import Final, Self

import msgspec
from confluent_kafka import Producer

from dataflows.playback.audience import Audience
from dataflows.playback.profile import (
    PlaybackStatus,
    ViewerProfile,
    iso_from_ms,
    profile_json,
)
from dataflows.settings import Settings
from stack.services.topics import ensure_topics, topics_of

__all__ = ["Crowd"]

_TITLES: Final = 400
_PARTITIONS: Final = 4
_STATUSES: Final = (
    *[PlaybackStatus.WATCHING_VIDEO] * 7,
    PlaybackStatus.PAUSED_VIDEO,
    PlaybackStatus.WATCHING_AD,
    PlaybackStatus.BUFFERING,
)
_STEPS: Final = 20
"""Portions of a second's changes."""


class Crowd:
    """Viewers that a thread changes while the `with` lasts; `grow` adds some."""

    def __init__(self, bootstrap_servers: str, seed: int = 1) -> None:
        self.settings = Settings(bootstrap_servers=bootstrap_servers)
        ensure_topics(bootstrap_servers, topics_of(self.settings, _PARTITIONS))
        self.viewers = 0
        self.rate = 0
        self._random = random.Random(seed)
        self._producer = Producer(
            self.settings.kafka_config()
            | {
                "linger.ms": 20,
                "queue.buffering.max.messages": 1_000_000,
                # The brokers are gone before it is.
                "log_level": 0,
            }
        )
        self._stopping = Event()
        self._thread = Thread(target=self._change)

    def __enter__(self) -> Self:
        """Begin to change viewers."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop it."""
        self._stopping.set()
        self._thread.join()
        self._producer.flush()

    def grow(self, viewers: int) -> None:
        """Have so many viewers, of statuses up to ten minutes old."""
        for number in range(self.viewers, viewers):
            self._send(number, age_s=self._random.uniform(0, 600))
            self._producer.poll(0)
        self._producer.flush()
        self.viewers = viewers

    def _change(self) -> None:
        at = time.monotonic()
        while not self._stopping.is_set():
            for _ in range(_STEPS):
                for _ in range(self.rate // _STEPS):
                    self._send(self._random.randrange(self.viewers))
                at += 1 / _STEPS
                self._stopping.wait(at - time.monotonic())
            self._send_audience()
            self._producer.poll(0)

    def _send(self, number: int, age_s: float = 0.0) -> None:
        profile = self._profile(number, int((time.time() - age_s) * 1000))
        self._producer.produce(
            self.settings.profiles_topic, profile_json(profile), profile.viewer_id
        )

    def _profile(self, number: int, now_ms: int) -> ViewerProfile:
        some, now = self._random, iso_from_ms(now_ms)
        return ViewerProfile(
            # Spread, so that who came after another does not stand beside them.
            viewer_id=f"viewer-{number * 7_919 % 1_000_003:07}",
            collector_tstamp=now,
            event_id=f"{some.getrandbits(128):032x}",
            event_name="ping_event",
            video_ts=some.uniform(0, 5_400),
            status=some.choice(_STATUSES),
            status_since=now,
            session_start=iso_from_ms(now_ms - some.randrange(3_600_000)),
            media_session_id=f"{some.getrandbits(128):032x}",
            label=f"Title {int(_TITLES * some.random() ** 2)}",
            time_played=some.uniform(0, 3_600),
            time_buffering=some.uniform(0, 30),
            stalls=some.randrange(4),
            startup_time=some.uniform(0.2, 4),
            quality=some.choice(("480p", "720p", "1080p", None)),
            player_type="html5",
            dimensions={
                "device": some.choice(("Phone", "TV", "Desktop")),
                "country": some.choice(("NL", "DE", "FR", "GB")),
            },
            version=now,
        )

    def _send_audience(self) -> None:
        share = self.viewers // len(_STATUSES)
        counts = {status: share * _STATUSES.count(status) for status in _STATUSES}
        record = Audience(
            tstamp=iso_from_ms(int(time.time() * 1000)),
            viewers=counts | {PlaybackStatus.COMPLETED_VIDEO: 0},
            titles={f"Title {n}": self.viewers // 100 for n in range(100)},
        )
        self._producer.produce(
            self.settings.audience_topic, msgspec.json.encode(record), "audience"
        )
