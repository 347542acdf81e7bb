"""The translation of tracker requests into enriched events."""

import base64
from typing import Any

import pytest

from stack.collector.enriched import viewer_of
from stack.collector.tracking import Request
from stack.collector.translation import translate
from stack.collector.visitor import ANONYMOUS_USERID
from tests.stack.captures import requests_of, rows_of, stories_of
from tests.stack.collector.posting import (
    TP2,
    only_row,
    play,
    post,
)

ALICE = """
page_view ready ad_break_start ad_start ping ad_quartile ad_click ad_quartile ping
ad_quartile ping ad_complete ad_start ad_quartile ping ad_skip ad_break_end play
percent_progress ping pause ping play ping percent_progress seek_start percent_progress
seek_end ping ad_break_start ad_start ad_quartile ping ad_pause ad_resume ping
ad_quartile ad_quartile ping ad_complete ad_break_end volume_change
playback_rate_change ping seek_start seek_end fullscreen_change fullscreen_change ping
percent_progress ping percent_progress end
"""
BOB = """
page_view ready ad_break_start ad_start ad_quartile ping ad_quartile ad_quartile
ad_complete ad_start ad_quartile ad_quartile ad_quartile ad_complete ad_break_end play
ping percent_progress ping percent_progress ping
"""
CAROL = "page_view ready play percent_progress ping seek_start percent_progress"


@pytest.mark.parametrize(
    ("user_id", "story"),
    [("viewer-alice", ALICE), ("viewer-bob", BOB), ("viewer-carol", CAROL)],
)
def test_captured_story(user_id: str, story: str) -> None:
    """A real tracker's requests tell each viewer's story, event for event."""
    names = [
        row["event_name"].removesuffix("_event") for row in stories_of("main")[user_id]
    ]

    assert story.split() == names


@pytest.mark.parametrize(
    "run", ["main", "get", "post_b64", "ping_true", "buffer10", "anon", "filter_delay"]
)
def test_captures_have_no_bad_rows(run: str) -> None:
    """Everything that a real tracker sent can be translated."""
    assert [
        bad for request in requests_of(run) for bad in translate(request).bad_rows
    ] == []


def test_capture_by_get_and_base64() -> None:
    """An event has the same columns by GET in base64 as by POST in plain JSON."""
    by_get, by_post = (
        next(row for row in rows_of(run) if row["event_name"] == "ready_event")
        for run in ("get", "main")
    )

    assert by_post.keys() == by_get.keys()
    assert by_post["unstruct_event"] == by_get["unstruct_event"]


def test_page_view_names_itself() -> None:
    """A page view has the vendor, name, format and version that enrich gives it."""
    row = stories_of("main")["viewer-alice"][0]

    assert tuple(
        row[name]
        for name in (
            "event",
            "event_vendor",
            "event_name",
            "event_format",
            "event_version",
        )
    ) == (
        "page_view",
        "com.snowplowanalytics.snowplow",
        "page_view",
        "jsonschema",
        "1-0-0",
    )


def test_browser_columns() -> None:
    """Sizes, language, zone, address and the rest land in their columns."""
    row = only_row(
        post(
            play(
                res="1280x720",
                vp="640x360",
                ds="641x2000",
                lang="en-US",
                tz="UTC",
                cookie="1",
                cd="24",
                cs="UTF-8",
                vid="3",
                p="web",
                aid="app",
                url="https://example.com/a?b=c#d",
                refr="http://other.example:81/x",
            ),
            headers={"User-Agent": "UA/1", "X-Forwarded-For": "10.1.2.3, 10.0.0.1"},
        )
    )

    expected = {
        "dvce_screenwidth": 1280, "dvce_screenheight": 720, "br_viewwidth": 640,
        "br_viewheight": 360, "doc_width": 641, "doc_height": 2000, "br_lang": "en-US",
        "os_timezone": "UTC", "br_cookies": True, "br_colordepth": "24",
        "doc_charset": "UTF-8", "domain_sessionidx": 3, "platform": "web",
        "app_id": "app", "useragent": "UA/1", "user_ipaddress": "10.1.2.3",
        "page_urlscheme": "https", "page_urlhost": "example.com", "page_urlport": 443,
        "page_urlpath": "/a", "page_urlquery": "b=c", "page_urlfragment": "d",
        "page_referrer": "http://other.example:81/x", "refr_urlport": 81,
    }  # fmt: skip
    assert expected.items() <= row.items()


@pytest.mark.parametrize(
    ("fields", "derived_ms"),
    [
        ({"dtm": "5000", "stm": "7000"}, 998_000),
        ({"dtm": "7000", "stm": "5000"}, 1_000_000),
        ({"dtm": "5000"}, 1_000_000),
        ({}, 1_000_000),
        ({"dtm": "5000", "stm": "7000", "ttm": "123456"}, 123_456),
    ],
    ids=["waited", "clock set back", "no sent stamp", "no stamps", "true stamp"],
)
def test_derived_tstamp(fields: dict[str, str], derived_ms: int) -> None:
    """Event time is arrival less the wait in the browser, or the true stamp."""
    row = only_row(post(play(**fields), arrival_ms=1_000_000))

    assert derived_ms == row["derived_tstamp"]


@pytest.mark.parametrize(
    ("fields", "request_parts", "network_userid"),
    [
        ({"tnuid": "t", "nuid": "n"}, {"headers": {"Cookie": "sp=c"}}, "t"),
        ({"nuid": "n"}, {"headers": {"Cookie": "sp=c"}}, "n"),
        ({}, {"headers": {"Cookie": "a=1; sp=c"}, "query": "nuid=q"}, "q"),
        ({}, {"headers": {"cookie": "_sp_ses.1=*; sp=c; x={}"}}, "c"),
        ({}, {"headers": {"Cookie": "spx=1"}}, None),
        ({"nuid": "n"}, {"headers": {"sp-anonymous": "*", "Cookie": "sp=c"}},
         ANONYMOUS_USERID),
        ({}, {"headers": {"Cookie": "sp=c"}, "new_visitor": "v"}, "c"),
        ({}, {"new_visitor": "v"}, "v"),
    ],
)  # fmt: skip
def test_network_userid(
    fields: dict[str, str], request_parts: dict[str, Any], network_userid: str | None
) -> None:
    """The tracker's word wins, then the request's, the cookie's, the collector's."""
    row = only_row(post(play(**fields), **request_parts))

    assert network_userid == row.get("network_userid")


def test_anonymous_capture() -> None:
    """Who asked for anonymity has no id of a user, browser, cookie or address."""
    rows = rows_of("anon")

    assert {ANONYMOUS_USERID} == {viewer_of(row) for row in rows}
    assert {"unknown"} == {row["user_ipaddress"] for row in rows}


def test_head_is_get() -> None:
    """Snowplow's collector takes an event by HEAD as well."""
    row = only_row(Request(method="HEAD", path="/i", query="e=pv", arrival_ms=1))

    assert row["event_name"] == "page_view"


@pytest.mark.parametrize(
    ("method", "path"), [("OPTIONS", TP2), ("GET", "/health"), ("POST", "/i")]
)
def test_other_requests_hold_nothing(method: str, path: str) -> None:
    """A preflight or a health check has neither rows nor bad rows."""
    translation = translate(Request(method=method, path=path, arrival_ms=1))

    assert (translation.rows, translation.bad_rows) == ([], [])


def test_missing_event_id_is_stable() -> None:
    """An event without an id has the same one at each try of the tracker."""
    event = {"e": "pv", "dtm": "5000"}
    first, second = (
        only_row(post(event | {"stm": stm}))["event_id"] for stm in ("6000", "9000")
    )

    assert first == second


def test_base64_without_padding() -> None:
    """The tracker strips the padding of base64, whatever the length."""
    for spaces in range(4):
        plain = play()["ue_pr"] + " " * spaces
        encoded = base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")
        row = only_row(post({"e": "ue", "ue_px": encoded}))
        assert row["event_name"] == "play_event"


def test_unusable_address_has_no_parts() -> None:
    """An address that can't be taken apart leaves the event whole."""
    row = only_row(post(play(url="http://[half", uid="u")))

    assert (row["page_url"], row.get("page_urlhost")) == ("http://[half", None)
