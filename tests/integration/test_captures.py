"""Captured requests of the real tracker, through real Kafka and DynamoDB Local."""

import json
from pathlib import Path

import pytest

from dataflows.playback.audience import audience_from_json
from dataflows.playback.profile import ms_from_iso
from stack.services.running import Services
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until

CAPTURES = Path(__file__).parents[1] / "data" / "tracker-captures.jsonl"

# Seconds from the first event, as the page's own clock had them.
ALICE = [
    (0.0, "PAUSED_VIDEO", "ready_event"),
    (1.0, "WATCHING_AD", "ad_break_start_event"),
    (12.6, "WATCHING_VIDEO", "ad_break_end_event"),
    (15.7, "PAUSED_VIDEO", "pause_event"),
    (23.2, "WATCHING_VIDEO", "play_event"),
    (27.4, "WATCHING_AD", "ad_break_start_event"),
    (37.5, "WATCHING_VIDEO", "ad_break_end_event"),
    (47.3, "COMPLETED_VIDEO", "end_event"),
]
ALICES_ADS = [
    ("ad_start_event", "ad-100"),
    ("ad_click_event", "ad-100"),
    ("ad_complete_event", "ad-100"),
    ("ad_start_event", "ad-200"),
    ("ad_skip_event", "ad-200"),
    ("ad_start_event", "ad-300"),
    ("ad_complete_event", "ad-300"),
]
BOB = [
    (0.0, "PAUSED_VIDEO", "ready_event"),
    (0.6, "WATCHING_AD", "ad_break_start_event"),
    (16.7, "WATCHING_VIDEO", "ad_break_end_event"),
    (44.0, "LEFT", "ping_event"),
]
CAROL = [
    (0.0, "PAUSED_VIDEO", "ready_event"),
    (0.6, "WATCHING_VIDEO", "play_event"),
    (24.6, "LEFT", "percent_progress_event"),
]


@pytest.fixture(scope="module")
def system(services: Services, tmp_path_factory: pytest.TempPathFactory) -> System:
    """Replay the three viewers at full speed, and wait until they are done and gone."""
    folder = tmp_path_factory.mktemp("captures")
    system = System(services, folder, {"GAP_PLAYING_S": "20", "LATENESS_S": "5"})

    def gone() -> bool:
        # The history is told of it later than the profile: when it can't be lost.
        histories = [system.history(f"viewer-{n}") for n in ("bob", "carol")]
        return all(items and items[-1]["status"] == "LEFT" for items in histories)

    with system.flow():
        system.stack(
            "replay", str(CAPTURES), "--run", "main", "--speed", "max", "--keep-times"
        )
        until(gone, PATIENCE_S)
        until(lambda: system.profile("viewer-alice") is not None, PATIENCE_S)
    return system


def story(system: System, viewer_id: str) -> list[tuple[float, str, str]]:
    """Return a viewer's changes of status with the seconds from the first."""
    items = system.history(viewer_id)
    start = ms_from_iso(items[0]["collector_tstamp"])
    items = [item for item in items if item["status"] != item["previous_status"]]
    return [
        (
            round((ms_from_iso(item["collector_tstamp"]) - start) / 1000, 1),
            item["status"],
            item["event_name"],
        )
        for item in items
    ]


def test_alice_saw_it_through(system: System) -> None:
    """Two ad breaks, a pause and the end, each at its moment."""
    assert story(system, "viewer-alice") == ALICE


def test_alice_and_her_ads(system: System) -> None:
    """What became of each ad is in the history, also where it changed no status."""
    items = system.history("viewer-alice")
    ads = [
        (item["event_name"], item["adId"])
        for item in items
        if item["event_name"].startswith("ad_") and "break" not in item["event_name"]
    ]

    assert ads == ALICES_ADS


def test_alice_is_counted_from_her_events(system: System) -> None:
    """Ads, clicks and skips are those of her events, and agree with the tracker's."""
    profile = system.profile("viewer-alice") or {}

    counts = [profile[n] for n in ("events", "ads", "ads_completed", "ad_breaks")]
    assert counts == [52, 3, 2, 2]
    assert (profile["adsClicked"], profile["adsSkipped"]) == (1, 1)
    assert profile["tracker_totals"]["ads"] == 3
    # 20 s of content less a seek of 5 s: the tracker counts what the seek skipped.
    assert profile["content_watched"] < profile["tracker_totals"]["content_watched"]


def test_bob_closed_the_tab_after_the_ads(system: System) -> None:
    """No event tells that he left; the silence does."""
    assert story(system, "viewer-bob") == BOB
    assert (system.profile("viewer-bob") or {})["ads_completed"] == 2


def test_carol_closed_the_tab_in_a_seek(system: System) -> None:
    """Her lost seek_end changes nothing; she watched what she watched."""
    assert story(system, "viewer-carol") == CAROL
    profile = system.profile("viewer-carol") or {}
    assert (profile["events"], round(profile["content_watched"])) == (6, 4)


def test_every_request_is_accounted_for(system: System) -> None:
    """The page views are skipped, all else is used, and nothing is a dead letter."""
    audience = system.messages(system.settings.audience_topic)
    events = audience_from_json(audience[-1].value or b"").events

    assert (events.received, events.used, events.skipped) == (81, 78, 3)
    assert system.messages(system.settings.dead_letters_topic) == []


def test_topic_and_table_hold_the_same(system: System) -> None:
    """The newest record of a viewer is the item of the table."""
    newest = {m.key: m.value for m in system.messages(system.settings.profiles_topic)}
    for viewer_id in ("viewer-alice", "viewer-bob", "viewer-carol"):
        item = system.profile(viewer_id) or {}
        del item["expires_at"]
        assert json.loads(newest[viewer_id.encode()] or b"") == item
