"""Who it is, what they amount to, and the raw profile: all of it escaped."""

import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest

from dashboard.timeline import Timeline, timeline_of
from dashboard.views.timeline_head import facts_html, link_to, raw_html, who_html
from dataflows.playback.events import EventName
from dataflows.playback.profile import (
    PlaybackStatus,
    ViewerProfile,
    profile_from_json,
)
from tests.dashboard.records import NOW, profile, stamp
from tests.dashboard.stories import at, change, notable, now_profile

WATCHING = PlaybackStatus.WATCHING_VIDEO
PAUSED = PlaybackStatus.PAUSED_VIDEO
HOSTILE = '<img src=x onerror="alert(1)">\'&'


def text(html: str) -> str:
    """Return HTML as a person reads it."""
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html))).strip()


def facts(part: Timeline, known: ViewerProfile | None = None) -> dict[str, str]:
    """Return the figures with their notes, by their words."""
    html = facts_html(part, known)
    found = re.findall(
        "<dt[^>]*>(.*?)</dt><dd[^>]*>(.*?)</dd><dd[^>]*>(.*?)</dd>", html
    )
    return {word: f"{figure} {note}".strip() for word, figure, note in found}


@pytest.mark.parametrize("viewer_id", ["alice", HOSTILE, "a b/ä?#&=%", " \u202e"])
def test_link(viewer_id: str) -> None:
    """The link to a viewer holds the id whatever it is made of, and the session."""
    fields = parse_qs(link_to(viewer_id, at(0)).removeprefix("?"))

    assert fields == {"page": ["viewer"], "viewer": [viewer_id], "session": [at(0)]}


def test_who() -> None:
    """A viewer's status has its word, its glyph and how long it has lasted."""
    since = profile("alice", status_since=stamp(-247), collector_tstamp=stamp(-3))
    shown = text(who_html("alice", since, NOW, ""))

    assert shown.startswith(
        "alice ▶\ufe0e Watching for 4:07 last event 23 Nov 11:59:57"
    )


def test_silent() -> None:
    """A player that should say something and does not is told apart."""
    silent = profile("alice", collector_tstamp=stamp(-61))

    assert "▲ no event since 23 Nov 11:58:59 UTC" in who_html("alice", silent, NOW, "")


@pytest.mark.parametrize(
    "fields",
    [{"status": PAUSED}, {"session_end": stamp(0)}, {"collector_tstamp": stamp(-59)}],
)
def test_silence_that_is_none(fields: dict[str, str]) -> None:
    """Who has paused or left, or said something a minute ago, is not silent."""
    known: dict[str, Any] = {"collector_tstamp": stamp(-300)} | fields

    assert "▲" not in who_html("alice", profile("alice", **known), NOW, "")


def test_session_over() -> None:
    """Of a session that is over it is told since when, not for how long."""
    over = profile(
        "alice",
        status=PlaybackStatus.LEFT,
        status_since=stamp(-60),
        session_end=stamp(-60),
    )

    assert "○ Left, session over since 23 Nov 11:59:00 UTC" in text(
        who_html("alice", over, NOW + timedelta(days=2), "")
    )


def test_about() -> None:
    """What else is known stands below, dimensions by their names."""
    known = profile(
        "alice", player_type="html5", livestream=True, dimensions={"device": "Phone"}
    )
    shown = text(who_html("alice", known, NOW, ""))

    assert shown.endswith("A film · html5 · livestream · device: Phone")


def test_hostile_texts() -> None:
    """A stranger's text is shown and not obeyed, wherever it comes from."""
    known = profile(
        HOSTILE,
        label=HOSTILE,
        quality=HOSTILE,
        player_type=HOSTILE,
        dimensions={HOSTILE: HOSTILE},
        event_id=HOSTILE,
    )

    for html in (who_html(HOSTILE, known, NOW, HOSTILE), raw_html(known)):
        assert "<img" not in html
        assert "&lt;img" in html


def test_raw() -> None:
    """The raw profile is the topic's JSON, all of it."""
    known = profile("alice", dimensions={"device": "é"})
    raw = text(raw_html(known))

    assert profile_from_json(raw.encode()) == known
    assert json.loads(raw)["adsClicked"] == 0
    assert text(raw_html(None)) == "No profile is known."


def test_facts_of_a_session_with_its_profile() -> None:
    """Counts are the flow's, times those of the chart up to now."""
    known = now_profile(
        9,
        PAUSED,
        ads=3,
        ads_completed=2,
        ads_skipped=1,
        events=1_234,
        errors=2,
        stalls=4,
        duration=5_400.0,
        video_ts=247.0,
        startup_time=0.84,
    )
    now = datetime.fromisoformat(at(30))
    items = change(0, WATCHING), change(9, PAUSED, WATCHING)
    part = timeline_of(items, known, now)

    assert facts(part, known) == {
        "Position": "4:07 of 1:30:00",
        "Startup, estimated": "0.8 s",
        "Watched": "0:09",
        "Paused": "0:21",
        "In ads": "0:00",
        "Buffering": "0:00",
        "Ads seen": "3 2 completed, 1 skipped, 0 clicked",
        "Stalls": "4",
        "Errors": "2",
        "Events": "1,234",
    }


def test_facts_without_a_history() -> None:
    """Where the chart does not know, the flow's own times stand."""
    known = now_profile(9, PAUSED, time_played=8.0, time_paused=1.5)

    assert facts(timeline_of([], known), known)["Watched"] == "0:08"


def test_facts_of_an_earlier_session() -> None:
    """What only a profile tells is not known of a session before."""
    items = (
        change(0, WATCHING),
        notable(4, EventName.AD_CLICK, ad_id="a"),
        change(5, PlaybackStatus.BUFFERING, WATCHING),
        change(8, WATCHING, PlaybackStatus.BUFFERING),
        notable(9, EventName.ERROR),
        change(98, PlaybackStatus.LEFT, WATCHING),
    )
    shown = facts(timeline_of(items))

    assert {word: shown[word] for word in ("Buffering", "Stalls", "Errors")} == {
        "Buffering": "0:03",
        "Stalls": "1",
        "Errors": "1",
    }
    assert shown["Ads seen"] == "1 0 completed, 0 skipped, 1 clicked"
    assert shown["Events"] == shown["Startup, estimated"] == "unknown"


def test_facts_say_what_is_missing() -> None:
    """Where a part of a session was not read, the times say so."""
    items = change(10, WATCHING, PAUSED), change(98, PlaybackStatus.LEFT, WATCHING)

    assert facts(timeline_of(items))["Watched"] == "1:28 0:10 not known"
