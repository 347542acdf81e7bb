"""The dashboard's feed: how fast it reads the profiles that are there at its start."""

import time
from collections.abc import Iterator
from typing import Final

from dashboard.feed import Feed
from dashboard.model import AudienceModel, FeedState
from dataflows.playback.profile import PlaybackStatus, ViewerProfile, profile_json
from dataflows.settings import Settings
from stack.services.topics import ensure_topics, topics_of
from tests.benchmarks import topics
from tests.benchmarks.bench import Bench
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.results import Measurement, once

__all__ = ["measure"]

_PROFILES_A_VIEWER: Final = 3
_WITHIN_S: Final = 120.0
_LOOK_S: Final = 0.01


def measure(bench: Bench) -> Iterator[Measurement]:
    """Fill a topic with profiles, and start the feed on it again and again."""
    viewers = bench.wanted.middle
    names = {
        "PROFILES_TOPIC": bench.unique("feed-profiles"),
        "AUDIENCE_TOPIC": bench.unique("feed-audience"),
    }
    settings = Settings.from_env(bench.env(names))
    servers = bench.services.bootstrap_servers
    wanted = topics_of(settings, topics.PARTITIONS)
    ensure_topics(servers, [t for t in wanted if t.name in names.values()])
    sent = topics.fill(servers, settings.profiles_topic, _profiles(viewers))
    for _ in range(bench.wanted.repeat):
        figures = {"profiles_a_s": sent / _seconds_to_follow(settings)}
        what = {"viewers": f"{viewers:,}", "profiles": f"{sent:,}"}
        yield once("feed", what, figures)
    topics.delete(servers, names.values())


def _profiles(viewers: int) -> Iterator[tuple[bytes, bytes]]:
    stamp = "2026-11-23T05:08:10.699Z"
    for number in range(viewers * _PROFILES_A_VIEWER):
        viewer_id = f"viewer-{number % viewers:06d}-0"
        profile = ViewerProfile(
            viewer_id=viewer_id,
            collector_tstamp=stamp,
            event_id="f33b3246-9e02-46bb-872c-7644af3a2658",
            event_name="play_event",
            status=PlaybackStatus.WATCHING_VIDEO,
            status_since=stamp,
            session_start=stamp,
            label="The Lighthouse Keeper",
            duration=6_840.0,
            version=f"{stamp}-{number:09d}",
        )
        yield viewer_id.encode(), profile_json(profile)


def _seconds_to_follow(settings: Settings) -> float:
    model = AudienceModel()
    feed = Feed(settings, model)
    begun_s = time.monotonic()
    feed.start()
    try:
        while model.feed.state is not FeedState.FOLLOWING:
            if time.monotonic() - begun_s > _WITHIN_S:
                msg = f"`feed` must follow in {_WITHIN_S:.0f} s; got {model.feed}"
                raise BenchmarkError(msg)
            time.sleep(_LOOK_S)
        took_s = time.monotonic() - begun_s
    finally:
        feed.stop()
    return took_s
