"""A viewer's past out of real DynamoDB, as the real flow wrote it."""

from pathlib import Path

import pytest

from dashboard.tables import read_history, read_profile
from dashboard.timeline import timeline_of
from dataflows.playback.profile import PlaybackStatus
from stack.services.running import Services
from tests.integration.system import PATIENCE_S, System
from tests.stack.polling import until

CAPTURES = Path(__file__).parents[1] / "data" / "tracker-captures.jsonl"
BOB = "viewer-bob"


@pytest.fixture(scope="module")
def system(services: Services, tmp_path_factory: pytest.TempPathFactory) -> System:
    """Replay the captured viewers, and wait until the history has that Bob left."""
    folder = tmp_path_factory.mktemp("viewer-history")
    system = System(services, folder, {"GAP_PLAYING_S": "20", "LATENESS_S": "5"})

    def gone() -> bool:
        items = system.history(BOB)
        return bool(items) and items[-1]["status"] == "LEFT"

    with system.flow():
        system.stack(
            "replay", str(CAPTURES), "--run", "main", "--speed", "max", "--keep-times"
        )
        until(gone, PATIENCE_S)
    return system


def test_story_of_bob(system: System) -> None:
    """Two ads seen to their end, some of the film, and gone without a word."""
    page = read_history(system.settings, BOB)
    timeline = timeline_of(page.items, read_profile(system.settings, BOB))

    assert (page.more, page.unreadable) == (False, 0)
    assert [(ad.ad_id, ad.outcome) for ad in timeline.ads] == [
        ("ad-100", "completed"),
        ("ad-200", "completed"),
    ]
    assert [band.status for band in timeline.bands] == [
        PlaybackStatus.PAUSED_VIDEO,
        PlaybackStatus.WATCHING_AD,
        PlaybackStatus.WATCHING_VIDEO,
    ]
    assert timeline.sessions[0].last_status is PlaybackStatus.LEFT


def test_page_by_page(system: System) -> None:
    """Whatever the size of a page, the pages are the whole history."""
    whole = read_history(system.settings, BOB).items
    read = list(read_history(system.settings, BOB, limit=2).items)
    while len(read) < len(whole):
        before = read[0].collector_tstamp
        page = read_history(system.settings, BOB, before=before, limit=2)

        assert page.items
        read[:0] = page.items

    assert tuple(read) == whole
    assert (
        read_history(system.settings, BOB, since=whole[3].collector_tstamp).items
        == (whole[3:])
    )
