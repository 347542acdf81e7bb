"""The audience's last hour."""

from dashboard.history import AudienceHistory
from dataflows.playback.audience import Audience
from tests.dashboard.records import audience, stamp


def _history(*records: Audience) -> AudienceHistory:
    history = AudienceHistory()
    history.append(records)
    return history


def _stamps(records: list[Audience]) -> list[str]:
    return [record.tstamp for record in records]


def test_nothing_is_known_before_the_first_record() -> None:
    """An empty history has no newest record and no figures."""
    history = _history()

    assert history.newest is None
    assert history.completed_in_last_minute is None
    assert history.since(0) == (0, [])


def test_since_gives_what_came_after() -> None:
    """A reader gets what is new, and the number to ask with next time."""
    history = _history(audience(0), audience(1))
    seen, _ = history.since(0)
    history.append([audience(2)])

    assert _stamps(history.since(seen)[1]) == [stamp(2)]
    assert history.since(3) == (3, [])


def test_only_newest_keeps_titles() -> None:
    """Titles of the past are not held."""
    history = _history(audience(0), audience(1))

    assert history.newest == audience(1)
    assert [r.titles for r in history.since(0)[1]] == [{}, {}]


def test_records_older_than_an_hour_go() -> None:
    """What is an hour old stays, what is older goes."""
    history = _history(audience(-3601), audience(-3600), audience(0))

    assert _stamps(history.since(0)[1]) == [stamp(-3600), stamp(0)]


def test_record_from_before_takes_the_place_of_later_ones() -> None:
    """A clock set back, or a flow begun again, is believed."""
    history = _history(audience(0), audience(10), audience(11))
    history.append([audience(10)])

    assert _stamps(history.since(0)[1]) == [stamp(0), stamp(10)]


def test_clear_forgets_all() -> None:
    """After the topic began anew nothing is known, and readers go on."""
    history = _history(audience(0))
    history.clear()
    history.append([audience(5)])

    assert _stamps(history.since(1)[1]) == [stamp(5)]


def test_completed_is_the_difference_to_a_minute_ago() -> None:
    """The count runs; a minute's part is a difference."""
    history = _history(
        audience(-61, sessions_completed=1),
        audience(-60, sessions_completed=3),
        audience(0, sessions_completed=10),
    )

    assert history.completed_in_last_minute == 7


def test_completed_is_unknown_without_a_record_a_minute_ago() -> None:
    """Neither less than a minute nor a gap tells what a minute held."""
    short = _history(audience(-59), audience(0))
    gap = _history(audience(-66), audience(0))

    assert short.completed_in_last_minute is None
    assert gap.completed_in_last_minute is None


def test_completed_is_unknown_when_the_count_fell() -> None:
    """A flow that began from nothing has no minute before."""
    history = _history(
        audience(-60, sessions_completed=9), audience(0, sessions_completed=1)
    )

    assert history.completed_in_last_minute is None
