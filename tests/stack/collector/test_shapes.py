"""The flat shapes: the original script's eight fields, and ours beside them."""

import json
from typing import Any

import pytest

from dataflows.playback.decode import decode
from dataflows.playback.events import MediaEvent
from stack.collector.enriched import Row
from stack.collector.shapes import Shape, message
from tests.stack.captures import stories_of


def alice(event_name: str) -> Row:
    """Return the first of alice's events of this name."""
    return next(
        row
        for row in stories_of("main")["viewer-alice"]
        if row["event_name"] == event_name
    )


def flat(row: Row) -> dict[str, Any]:
    """Return the flat message of a row as an object."""
    fields: dict[str, Any] = json.loads(message(row, Shape.FLAT))
    return fields


def test_flat_fields() -> None:
    """The eight fields in the script's order; `adId` is text when there is an ad."""
    row = alice("ad_skip_event")

    assert list(flat(row).items()) == [
        ("collector_tstamp", "2026-11-23T05:08:22.297Z"),
        ("event_id", row["event_id"]),
        ("event_name", "ad_skip_event"),
        ("viewer_id", "viewer-alice"),
        ("adsClicked", 1),
        ("adsSkipped", 1),
        ("adId", "ad-200"),
        ("video_ts", 0),
    ]


def test_flat_defaults() -> None:
    """What a page view lacks is 0, also the id of the ad."""
    fields = flat(alice("page_view"))

    assert tuple(
        fields[name] for name in ("adsClicked", "adsSkipped", "adId", "video_ts")
    ) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("user_id", "domain_userid", "viewer_id"),
    [("u", "d", "u"), ("", "d", "d"), ("", "", "PoC user")],
)
def test_flat_viewer(user_id: str, domain_userid: str, viewer_id: str) -> None:
    """The original merges all whom it can't tell apart."""
    ids = {"user_id": user_id, "domain_userid": domain_userid}

    assert viewer_id == flat(alice("ping_event") | ids)["viewer_id"]


def test_superset_names_the_cookie() -> None:
    """Ours tells anonymous viewers apart by the collector's cookie."""
    ids = {"user_id": "", "domain_userid": "", "network_userid": "n"}
    fields = json.loads(message(alice("ping_event") | ids, Shape.FLAT_SUPERSET))

    assert fields["viewer_id"] == "n"


def test_superset_loses_nothing() -> None:
    """Ours decodes to what the enriched event decodes to, but that it says nought."""
    for row in stories_of("main")["viewer-alice"][1:]:
        flat_event = decode(message(row, Shape.FLAT_SUPERSET))
        event = decode(message(row, Shape.TSV))
        assert isinstance(flat_event, MediaEvent)
        assert isinstance(event, MediaEvent)
        assert (event.player, event.ad, event.ad_break, event.data, event.time) == (
            flat_event.player,
            flat_event.ad,
            flat_event.ad_break,
            flat_event.data,
            flat_event.time,
        )
