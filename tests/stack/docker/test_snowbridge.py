"""The Snowbridge scripts, run over recorded events; our decoder reads what they make.

Duktape stands in for Snowbridge's goja. It knows ES5 and little more, so what runs here
needs nothing that goja lacks.
"""

import json
import re
from functools import cache
from typing import Any, Final

import dukpy  # type: ignore[import-untyped]
import pytest

from dataflows.playback.decode import decode
from dataflows.playback.errors import Skipped
from dataflows.playback.events import MediaEvent
from stack.collector.enriched import Row, enriched_json, tsv_line
from stack.collector.shapes import Shape, message
from tests.stack.captures import rows_of
from tests.stack.docker.files import SNOWPLOW, hcl, uses

RUNS: Final = ("main", "get", "post_b64", "anon")
ANONYMOUS: Final = "00000000-0000-0000-0000-000000000000"
ORIGINAL_NAMES: Final = {
    *("play_event", "pause_event", "ping_event", "end_event"),
    *("ad_break_start_event", "ad_break_end_event"),
}


@cache
def engine(script: str) -> Any:
    """Return an interpreter that has loaded a script, strictly as Snowbridge does."""
    source = (SNOWPLOW / "snowbridge" / script).read_text()
    loaded = dukpy.JSInterpreter()
    loaded.evaljs(f"'use strict';\n{source}\nnull")
    return loaded


def run(script: str, event: dict[str, Any]) -> dict[str, Any]:
    """Return what a script makes of an event in `snowplow_mode`."""
    call = "main({Data: dukpy.event})"
    made: dict[str, Any] = engine(script).evaljs(call, event=event)
    return made


def event_of(row: Row) -> dict[str, Any]:
    """Return a row as the object that Snowbridge hands to a script."""
    event: dict[str, Any] = json.loads(enriched_json(row))
    return event


def kept(configuration: str, rows: list[Row]) -> list[Row]:
    """Return the rows that the filters of a configuration keep."""
    filters = [
        (fields["atomic_field"], re.compile(fields["regex"]), fields["filter_action"])
        for name, fields in uses(
            hcl(SNOWPLOW / "snowbridge" / configuration), "transform"
        )
        if name == "spEnrichedFilter"
    ]
    assert {action for _, _, action in filters} == {"keep"}
    return [
        row
        for row in rows
        if all(pattern.search(row.get(field, "")) for field, pattern, _ in filters)
    ]


@pytest.mark.parametrize("name", RUNS)
def test_media_filter(name: str) -> None:
    """Ours drops what the flow would skip, and nothing else: not the dead letters."""
    rows = rows_of(name)
    wanted = [row for row in rows if not isinstance(decode(tsv_line(row)), Skipped)]

    assert wanted
    assert kept("media.hcl", rows) == wanted


@pytest.mark.parametrize("name", RUNS)
def test_media_loses_nothing(name: str) -> None:
    """Ours hands on what decodes to the very event that the enriched row decodes to."""
    for row in kept("media.hcl", rows_of(name)):
        data = run("media.js", event_of(row))["Data"]

        assert decode(json.dumps(data).encode()) == decode(tsv_line(row))


def test_media_keys_by_viewer() -> None:
    """Ours gives an event the key that the flow calls its viewer."""
    for row in kept("media.hcl", rows_of("main")):
        event = decode(tsv_line(row))
        assert isinstance(event, MediaEvent)

        assert run("media.js", event_of(row))["PartitionKey"] == event.viewer_id


@pytest.mark.parametrize(
    ("ids", "key"),
    [
        ({"user_id": "u", "domain_userid": "d", "network_userid": "n"}, "u"),
        ({"domain_userid": "d", "network_userid": "n"}, "d"),
        ({"network_userid": "n"}, "n"),
        ({"user_id": "", "network_userid": "n"}, "n"),
        ({"network_userid": ANONYMOUS}, ""),
        ({"user_id": "u", "network_userid": ANONYMOUS}, "u"),
        ({}, ""),
    ],
)
def test_media_key(ids: dict[str, str], key: str) -> None:
    """The user comes first, the cookie last; nobody leaves the key to Snowbridge."""
    assert key == run("media.js", ids)["PartitionKey"]


@pytest.mark.parametrize("configuration", ["original.hcl", "original.v2.hcl"])
def test_original_filter(configuration: str) -> None:
    """The original keeps six kinds of events."""
    rows = kept(configuration, rows_of("main"))

    assert {row["event_name"] for row in rows} == ORIGINAL_NAMES


def test_original_fields() -> None:
    """The original's script writes the eight fields that our own flat shape writes."""
    for row in kept("original.hcl", rows_of("main")):
        made = run("original.js", event_of(row))

        assert made == {"Data": json.loads(message(row, Shape.FLAT))}


def test_original_decodes() -> None:
    """The flow takes the original's messages for media events of the same viewers."""
    for row in kept("original.hcl", rows_of("main")):
        data = run("original.js", event_of(row))["Data"]
        flat, whole = decode(json.dumps(data).encode()), decode(tsv_line(row))
        assert isinstance(flat, MediaEvent)
        assert isinstance(whole, MediaEvent)

        assert (flat.viewer_id, flat.event_id, flat.name) == (
            whole.viewer_id,
            whole.event_id,
            whole.name,
        )


def test_original_without_entities() -> None:
    """What an event lacks is 0, and who has no name is one with all others."""
    made = run("original.js", {"event_id": "e", "event_name": "play_event"})

    assert made["Data"] == {
        "event_id": "e",
        "event_name": "play_event",
        "viewer_id": "PoC user",
        "adsClicked": 0,
        "adsSkipped": 0,
        "adId": 0,
        "video_ts": 0,
    }
