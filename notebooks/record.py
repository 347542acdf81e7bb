"""`python -m notebooks.record`: make notebooks/data anew.

The simulator's messages go through the pure core as they would through the flow. The
same seed and the same code make the same files.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Final

from dataflows.frames.lines import Record, write_records, write_structs
from dataflows.frames.replay import replay
from dataflows.playback.events import EventName
from notebooks.evening import MINUTES, START_MS, happenings
from stack.collector.shapes import Shape, message
from stack.crowd.dispatch import Mischief, dispatch
from stack.crowd.visit import row_of

__all__ = ["DATA", "SEED", "record"]

DATA: Final = Path(__file__).parent / "data"
"""Where the recording is."""

SEED: Final = 5
_PARTITIONS: Final = 4
# Ten megabytes that say nothing.
_TOO_LARGE: Final = "oversized"
_END_MS: Final = START_MS + MINUTES * 60_000
# Most sites send one shape; here, each is to be seen.
_SHAPES: Final = [*[Shape.FLAT_SUPERSET] * 6, Shape.TSV, Shape.ENRICHED_JSON]
_MISCHIEF: Final = Mischief(late=0.0005, bad=0.002)


def record(folder: Path = DATA) -> None:
    """Write the topics and tables of the evening into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    events = list(_events())
    replayed = replay(events)
    write_records(folder / "snowplow-enriched-good.jsonl.xz", events)
    write_structs(folder / "viewer_profiles.jsonl.xz", replayed.profiles)
    write_structs(folder / "video_events.jsonl.xz", replayed.history)
    write_structs(folder / "live-audience-minutes.jsonl.xz", replayed.minutes)
    write_records(folder / "one_event.jsonl", _one_event())


def _events() -> Iterable[Record]:
    """Yield the records of the source topic, which lie in its partitions anyhow."""
    rng, offsets = Random(f"partitions {SEED}"), Counter[int]()
    for outgoing in dispatch(happenings(SEED), _MISCHIEF, _SHAPES, SEED):
        if outgoing.due_ms < _END_MS and outgoing.detail != _TOO_LARGE:
            partition = rng.randrange(_PARTITIONS)
            offset = offsets[partition]
            offsets[partition] += 1
            yield Record(outgoing.due_ms, None, outgoing.value, partition, offset)


def _one_event() -> Iterable[Record]:
    """Yield one event, an ad's, in each shape that it can come in."""
    found = (h for h in happenings(SEED) if h.event.name is EventName.AD_SKIP)
    event, visit = next(found)
    row = row_of(event, visit)
    for offset, shape in enumerate(Shape):
        yield Record(row["collector_tstamp"], None, message(row, shape), 0, offset)


if __name__ == "__main__":
    record()
