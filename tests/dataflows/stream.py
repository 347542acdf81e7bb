"""What flow tests put in and take out."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource

from dataflows.live_viewers import Outputs, build_flow
from dataflows.playback.messages import RawBatch
from dataflows.playback.profile import iso_from_ms
from dataflows.playback.timing import Timing
from sinks.kafka import KafkaRecord

START = 1_795_000_000_000
"""The time, in milliseconds, that the tests' events are counted from."""


def flat(viewer_id: str, name: str, at_ms: int, **more: object) -> bytes:
    """Return a message of the flat shape; `at_ms` is from `START`."""
    message = {
        "collector_tstamp": iso_from_ms(START + at_ms),
        "event_id": f"{viewer_id}-{name}-{at_ms}",
        "event_name": f"{name}_event",
        "viewer_id": viewer_id,
        "adsClicked": 0,
        "adsSkipped": 0,
        "adId": 0,
        "video_ts": at_ms // 1000,
    }
    return json.dumps(message | more).encode()


def batches(messages: Sequence[bytes], size: int) -> list[RawBatch]:
    """Return the messages of one partition in batches of a size."""
    return [
        RawBatch("events", "0", list(range(at, at + len(part))), part)
        for at in range(0, len(messages), size)
        for part in [list(messages[at : at + size])]
    ]


class Taken:
    """What came out of a flow, by output."""

    def __init__(self) -> None:
        self.profiles: list[tuple[str, KafkaRecord]] = []
        self.audience: list[tuple[str, KafkaRecord]] = []
        self.minutes: list[tuple[str, KafkaRecord]] = []
        self.dead_letters: list[tuple[str, KafkaRecord]] = []
        self.profile_items: list[Any] = []
        self.history_items: list[Any] = []

    def outputs(self) -> Outputs:
        """Return the flow's outputs, which fill this."""
        return Outputs(
            profiles=TestingSink(self.profiles),
            audience=TestingSink(self.audience),
            audience_minutes=TestingSink(self.minutes),
            dead_letters=TestingSink(self.dead_letters),
            profile_items=TestingSink(self.profile_items),
            history_items=TestingSink(self.history_items),
        )

    def newest_profiles(self) -> dict[str, dict[str, Any]]:
        """Return each viewer's newest profile, as the compacted topic would hold it."""
        newest: dict[str, dict[str, Any]] = {}
        for _, record in self.profiles:
            assert record.key is not None
            viewer_id = record.key.decode()
            if record.value is None:
                del newest[viewer_id]
            else:
                newest[viewer_id] = json.loads(record.value)
        return newest

    def history(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the items that `video_events` would hold."""
        items: dict[tuple[str, str], dict[str, Any]] = {}
        for _, write in self.history_items:
            if hasattr(write, "item"):
                key = (write.item["viewer_id"], write.item["collector_tstamp"])
                items[key] = write.item
            else:
                items.pop((write.key["viewer_id"], write.key["collector_tstamp"]), None)
        return items

    def reasons(self) -> list[str]:
        """Return the reasons of the dead letters, in their order."""
        return [
            dict(record.headers)["reason"].decode() for _, record in self.dead_letters
        ]


def flow_of(
    raw: Sequence[Any],
    taken: Taken,
    clock: Callable[[], int] = lambda: START + 900_000,
) -> Dataflow:
    """Return a flow over raw batches; its clock stands still past `START`."""
    return build_flow(TestingSource(list(raw)), taken.outputs(), Timing(), clock)
