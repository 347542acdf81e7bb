"""The 131 columns, and the two shapes of Snowbridge that hold all of them."""

import json
from typing import Any

import pytest

from dataflows.playback.decode import decode
from dataflows.playback.errors import Skipped
from dataflows.playback.events import MediaEvent
from stack.collector.enriched import (
    COLUMNS,
    INDEX,
    enriched_json,
    entity_key,
    iso_tstamp,
    tsv_line,
    viewer_of,
)
from tests.stack.captures import rows_of, stories_of

PING = "iglu:com.snowplowanalytics.snowplow.media/ping_event/jsonschema/1-0-0"


def cells_of(row: dict[str, Any]) -> dict[str, str]:
    """Return the filled cells of a row's line."""
    cells = tsv_line(row).decode().split("\t")
    return {name: cell for name, cell in zip(COLUMNS, cells, strict=True) if cell}


def test_columns() -> None:
    """The order is Snowplow's own: 131 columns, some places known by heart."""
    assert len(COLUMNS) == len(set(COLUMNS)) == 131
    assert [COLUMNS[at] for at in (0, 5, 52, 58, 122, 124, 130)] == [
        "app_id",
        "event",
        "contexts",
        "unstruct_event",
        "derived_contexts",
        "derived_tstamp",
        "true_tstamp",
    ]


def test_tsv_cells() -> None:
    """Stamps have three digits, flags are 1 and 0, numbers are plain."""
    cells = cells_of(
        {
            "collector_tstamp": 1_795_410_509_170,
            "br_cookies": True,
            "dvce_ismobile": False,
            "txn_id": 7,
            "tr_total": 1.5,
        }
    )

    assert cells == {
        "collector_tstamp": "2026-11-23 05:08:29.170",
        "br_cookies": "1",
        "dvce_ismobile": "0",
        "txn_id": "7",
        "tr_total": "1.5",
    }


def test_tsv_text_cannot_break_the_line() -> None:
    """A tab or a line break in a text becomes a space, and in JSON an escape."""
    line = tsv_line(
        {
            "page_title": "a\tb\nc\rd",
            "contexts": {
                "schema": "s",
                "data": [{"schema": "t", "data": {"x": "\t\n"}}],
            },
        }
    )

    assert line.split(b"\t")[INDEX["page_title"]] == b"a b c d"
    assert (line.count(b"\t"), line.count(b"\n")) == (130, 0)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (1_795_410_509_000, "2026-11-23T05:08:29Z"),
        (1_795_410_509_170, "2026-11-23T05:08:29.17Z"),
        (1_795_410_509_007, "2026-11-23T05:08:29.007Z"),
    ],
)
def test_iso_tstamp(ms: int, text: str) -> None:
    """Trailing zeros of the fraction are cut, as Go does it."""
    assert text == iso_tstamp(ms)


def test_entity_key() -> None:
    """A key has the vendor with underscores, the name in snake case, the major."""
    assert (
        entity_key("contexts", "iglu:com.acme/webPage_Info/jsonschema/12-3-4")
        == "contexts_com_acme_web_page_info_12"
    )


def test_entity_key_of_no_schema() -> None:
    """What is no address of a schema has no key."""
    with pytest.raises(ValueError, match="must be an Iglu URI; got 'x' instead"):
        entity_key("contexts", "x")


def test_enriched_json_merges_entities() -> None:
    """Entities are lists by major version; derived ones stand with the tracker's."""

    def contexts(*numbers: int) -> dict[str, Any]:
        schema = "iglu:com.acme/thing/jsonschema/1-0-0"
        data = [{"schema": schema, "data": {"n": number}} for number in numbers]
        return {"schema": "c", "data": data}

    event = json.loads(
        enriched_json(
            {
                "txn_id": 7,
                "true_tstamp": 1_795_410_509_170,
                "contexts": contexts(1, 2),
                "derived_contexts": contexts(3),
                "unstruct_event": {"schema": "u", "data": {"schema": PING, "data": {}}},
            }
        )
    )

    assert event == {
        "txn_id": 7,
        "true_tstamp": "2026-11-23T05:08:29.17Z",
        "contexts_com_acme_thing_1": [{"n": 1}, {"n": 2}, {"n": 3}],
        "unstruct_event_com_snowplowanalytics_snowplow_media_ping_event_1": {},
    }


@pytest.mark.parametrize(
    ("ids", "viewer_id"),
    [
        ({"user_id": "u", "domain_userid": "d", "network_userid": "n"}, "u"),
        ({"domain_userid": "d", "network_userid": "n"}, "d"),
        ({"user_id": "", "network_userid": "n"}, "n"),
        ({}, None),
    ],
)
def test_viewer_of(ids: dict[str, str], viewer_id: str | None) -> None:
    """The user comes before the browser, the browser before the cookie."""
    assert viewer_id == viewer_of(ids)


@pytest.mark.parametrize("write", [tsv_line, enriched_json])
def test_captures_decode(write: Any) -> None:
    """What the real tracker sent decodes: media events as such, page views skipped."""
    decoded = [decode(write(row)) for row in rows_of("main")]

    assert sum(isinstance(event, MediaEvent) for event in decoded) == 78
    assert decoded.count(Skipped("page_view")) == 3


def test_shapes_agree() -> None:
    """Both shapes say the same of each event."""
    rows = stories_of("main")["viewer-alice"]

    assert [decode(tsv_line(row)) for row in rows] == [
        decode(enriched_json(row)) for row in rows
    ]
