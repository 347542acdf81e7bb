"""The recording: what is committed is what the command makes."""

from pathlib import Path

import pytest

from dataflows.frames.lines import read_records, read_structs
from dataflows.playback.audience import AudienceMinute
from dataflows.playback.decode import decode
from dataflows.playback.profile import HistoryItem, ViewerProfile
from notebooks.record import DATA, record

_HINT = "run `make docs`"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a recording that was made just now."""
    made: Path = tmp_path_factory.mktemp("recording")
    record(made)
    return made


def test_committed_recording_is_up_to_date(folder: Path) -> None:
    """Every file says what the command would write today."""
    for name in ("snowplow-enriched-good.jsonl.xz", "one_event.jsonl"):
        assert read_records(DATA / name) == read_records(folder / name), _HINT
    for name, kind in (
        ("viewer_profiles.jsonl.xz", ViewerProfile),
        ("video_events.jsonl.xz", HistoryItem),
        ("live-audience-minutes.jsonl.xz", AudienceMinute),
    ):
        made = read_structs(folder / name, kind)
        assert read_structs(DATA / name, kind) == made, _HINT


def test_one_event_has_one_meaning() -> None:
    """The one event that comes in each shape is the same in all that carry entities."""
    records = read_records(DATA / "one_event.jsonl")
    flat, *rich = [decode(record.value or b"") for record in records]

    assert rich == [rich[0]] * 3
    assert flat != rich[0]
