"""Ads and their outcome, changes of quality, errors."""

from dashboard.happenings import (
    AdOutcome,
    PlaybackError,
    QualityChange,
    ads_of,
    errors_of,
    qualities_of,
)
from dataflows.playback.events import EventName
from dataflows.playback.profile import HistoryItem, PlaybackStatus
from tests.dashboard.stories import at, change, notable, now_profile

AD = PlaybackStatus.WATCHING_AD
WATCHING = PlaybackStatus.WATCHING_VIDEO
START, COMPLETE = EventName.AD_START, EventName.AD_COMPLETE
SKIP, CLICK = EventName.AD_SKIP, EventName.AD_CLICK


def ad(
    seconds: float, name: EventName, ad_id: str | None = "a", **more: str
) -> HistoryItem:
    """Return an item of an ad."""
    return notable(seconds, name, status=AD, ad_id=ad_id, **more)


def outcomes(*items: HistoryItem) -> list[tuple[str | None, str]]:
    """Return the ads and what became of them."""
    return [(one.ad_id, one.outcome) for one in ads_of(items)]


def test_completed_and_skipped() -> None:
    """Each ad has the outcome that its own item tells."""
    items = ad(0, START), ad(9, COMPLETE), ad(9.1, START, "b"), ad(12, SKIP, "b")

    assert outcomes(*items) == [("a", "completed"), ("b", "skipped")]


def test_start_before_the_end_of_the_one_before() -> None:
    """An ad may be stamped as begun before the one before it is told as complete."""
    items = ad(0, START), ad(9, START, "b"), ad(9, COMPLETE), ad(15, COMPLETE, "b")

    assert outcomes(*items) == [("a", "completed"), ("b", "completed")]


def test_same_ad_again() -> None:
    """The same ad in a later break is another one: order tells them apart."""
    first, second = ads_of([ad(0, START), ad(9, COMPLETE), ad(60, START), ad(65, SKIP)])

    assert (first.start, first.end, first.outcome) == (at(0), at(9), "completed")
    assert (second.start, second.end, second.outcome) == (at(60), at(65), "skipped")


def test_unknown_outcome() -> None:
    """An ad of which nothing more is told has an unknown outcome, and no end."""
    (one,) = ads_of([ad(0, START), change(5, WATCHING, AD)])

    assert (one.outcome, one.end) == (AdOutcome.UNKNOWN, None)


def test_same_ad_after_an_unknown_outcome() -> None:
    """An outcome is that of the newest showing that has none."""
    items = ad(0, START), ad(60, START), ad(69, COMPLETE)

    assert outcomes(*items) == [("a", "unknown"), ("a", "completed")]


def test_clicks() -> None:
    """A click counts for its ad, also where it is stamped after the end of it."""
    items = ad(0, START), ad(4, CLICK), ad(9, COMPLETE), ad(9.05, CLICK)

    assert [one.clicks for one in ads_of(items)] == [2]


def test_end_without_a_start() -> None:
    """An outcome whose start was not read is that of an ad that began unknown when."""
    (one,) = ads_of([ad(9, COMPLETE)])

    assert (one.start, one.end, one.seen) == (None, at(9), at(9))


def test_two_tabs() -> None:
    """The same ad in two tabs is two ads."""
    items = (
        ad(0, START, media_session_id="one"),
        ad(1, START, media_session_id="two"),
        ad(5, SKIP, media_session_id="one"),
    )

    assert outcomes(*items) == [("a", "skipped"), ("a", "unknown")]


def test_two_sessions() -> None:
    """An ad does not end in a later session."""
    items = ad(0, START), ad(500, COMPLETE, session_start=at(400))

    assert outcomes(*items) == [("a", "unknown"), ("a", "completed")]


def test_ad_known_by_its_break_alone() -> None:
    """Where a page sends no ad_start, the change of status may name the ad."""
    item = change(0, AD, WATCHING, ad_id="a", event_name=EventName.AD_BREAK_START)

    assert outcomes(item) == [("a", "unknown")]
    assert ads_of([item])[0].start is None


def test_break_and_start_are_one_ad() -> None:
    """An ad that the break named is the one that starts in it."""
    item = change(0, AD, WATCHING, ad_id="a", event_name=EventName.AD_BREAK_START)
    (one,) = ads_of([item, ad(0.1, START), ad(8, COMPLETE)])

    assert (one.seen, one.start, one.outcome) == (at(0), at(0.1), "completed")


def test_without_an_id() -> None:
    """An item without an id tells of the ad that is on."""
    assert outcomes(ad(0, START), ad(5, SKIP, None)) == [("a", "skipped")]


def test_leaving_is_no_event() -> None:
    """The item of leaving names the last event again, and it is not counted twice."""
    left = change(99, PlaybackStatus.LEFT, AD, event_name=START, ad_id="a")

    assert len(ads_of([ad(0, START), left])) == 1


def test_event_with_two_items() -> None:
    """An event that changed the status and is notable is told once."""
    first = change(0, AD, event_name=START, ad_id="a", event_id="x")

    assert len(ads_of([first, ad(0, START, event_id="x")])) == 1


def test_showing() -> None:
    """The ad of a live profile that is in an ad is on screen; others are not."""
    items = ad(0, START), ad(60, START)
    live = now_profile(60, AD, ad_id="a")

    assert [one.outcome for one in ads_of(items, live)] == ["unknown", "showing"]


def test_not_showing() -> None:
    """Nothing is on screen where the profile tells of another ad, or of none."""
    for live in (
        now_profile(60, AD, ad_id="other"),
        now_profile(60, WATCHING, ad_id=None),
        now_profile(60, AD, ad_id="a", session_start=at(50)),
    ):
        assert ads_of([ad(0, START)], live)[0].outcome == "unknown"


def test_qualities() -> None:
    """A change of quality has its quality and bitrate, where they are told."""
    name = EventName.QUALITY_CHANGE
    items = notable(0, name, detail="720p", bitrate=2_500_000), notable(9, name)

    assert qualities_of(items) == (
        QualityChange(at(0), "720p", 2_500_000, at(0)),
        QualityChange(at(9), None, None, at(0)),
    )


def test_errors() -> None:
    """An error has its code and where in the content it was."""
    item = notable(3, EventName.ERROR, detail="E42", video_ts=61.5)

    assert errors_of([item]) == (PlaybackError(at(3), "E42", 61.5, at(0)),)
