"""What only all live profiles together tell."""

from dashboard.screen import OnScreen
from dashboard.viewers import LiveViewers
from dataflows.playback.profile import PlaybackStatus, ViewerProfile
from tests.dashboard.records import profile, stamp

_IN_AD = PlaybackStatus.WATCHING_AD


class _Screen:
    def __init__(self, *profiles: ViewerProfile) -> None:
        self.now = 0.0
        self.viewers = LiveViewers()
        self.take(*profiles)
        self.on_screen = OnScreen(self.viewers, lambda: self.now)

    def take(self, *profiles: ViewerProfile) -> None:
        self.viewers.apply([(p.viewer_id, p) for p in profiles])


def test_ads_are_counted_by_their_viewers() -> None:
    """Who is in an ad now counts for that ad; others and the gone do not."""
    screen = _Screen(
        profile("a", status=_IN_AD, ad_id="x"),
        profile("b", status=_IN_AD, ad_id="x"),
        profile("c", status=_IN_AD),
        profile("d", ad_id="x"),
        profile("e", status=_IN_AD, ad_id="x", session_end=stamp(0)),
    )

    assert screen.on_screen.ads() == {"x": 2, None: 1}


def test_ads_are_counted_once_a_second() -> None:
    """All who ask within a second are told the same."""
    screen = _Screen()
    before = screen.on_screen.ads()
    screen.take(profile("a", status=_IN_AD, ad_id="x"))
    screen.now = 0.9
    within = screen.on_screen.ads()
    screen.now = 1.0

    assert (before, within, screen.on_screen.ads()) == ({}, {}, {"x": 1})


def test_median_of_what_is_known() -> None:
    """Sessions that don't tell are not among them, nor those that are over."""
    screen = _Screen(
        profile("a", startup_time=1.0),
        profile("b", startup_time=9.0, bitrate=2_000_000),
        profile("c", startup_time=2.0),
        profile("d"),
        profile("e", startup_time=0.5, session_end=stamp(0)),
    )

    assert screen.on_screen.median("startup_time") == (2.0, 3)
    assert screen.on_screen.median("bitrate") == (2_000_000, 1)


def test_median_of_nobody_is_not_known() -> None:
    """Without a session there is no median, and no 0."""
    assert _Screen().on_screen.median("startup_time") == (None, 0)


def test_median_is_worked_out_once_a_second() -> None:
    """All who ask within a second are told the same."""
    screen = _Screen()
    screen.on_screen.median("startup_time")
    screen.take(profile("a", startup_time=1.0))
    screen.now = 0.9
    before = screen.on_screen.median("startup_time")
    screen.now = 1.0

    assert (before, screen.on_screen.median("startup_time")) == ((None, 0), (1.0, 1))
