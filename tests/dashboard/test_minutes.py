"""The audience's last day."""

from dashboard.minutes import MinuteHistory
from dataflows.playback.audience import AudienceMinute
from tests.dashboard.records import minute, stamp

_DAY_S = 86_400


def _history(*records: AudienceMinute) -> MinuteHistory:
    history = MinuteHistory()
    history.append(records)
    return history


def _stamps(history: MinuteHistory) -> list[str]:
    return [record.tstamp for record in history.records()]


def test_minutes_are_kept_in_order() -> None:
    """The oldest comes first, and the version tells that there is something new."""
    history = _history(minute(-60))
    before = history.version
    history.append([minute(0)])

    assert _stamps(history) == [stamp(-60), stamp(0)]
    assert history.version > before


def test_minutes_older_than_a_day_go() -> None:
    """What is a day old stays, what is older goes."""
    history = _history(minute(-_DAY_S - 60), minute(-_DAY_S), minute(0))

    assert _stamps(history) == [stamp(-_DAY_S), stamp(0)]


def test_minute_told_again_takes_the_place_of_later_ones() -> None:
    """A flow that goes on from before is believed."""
    history = _history(minute(-120), minute(-60), minute(0))
    history.append([minute(-60, viewers_peak=7)])

    assert _stamps(history) == [stamp(-120), stamp(-60)]
    assert history.records()[-1].viewers_peak == 7


def test_minutes_are_bounded() -> None:
    """Stamps that lie close together do not fill the memory."""
    history = _history(*(minute(second) for second in range(3_000)))

    assert len(history.records()) == 1_445


def test_clear_forgets_all() -> None:
    """After the topic began anew nothing is known, and readers see a change."""
    history = _history(minute(0))
    before = history.version
    history.clear()

    assert history.records() == []
    assert history.version > before


def test_no_records_change_nothing_but_the_version() -> None:
    """An empty batch is no fault."""
    assert _history().records() == []
