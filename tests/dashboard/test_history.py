"""The audience's last hour."""

from typing import Any

import pytest

from dashboard.history import AudienceHistory
from dataflows.playback.audience import AdTally, Audience
from tests.dashboard.records import audience, stamp

_SPAN_S = 62 * 60


def _history(*records: Audience) -> AudienceHistory:
    history = AudienceHistory()
    history.append(records)
    return history


def _stamps(history: AudienceHistory) -> list[str]:
    return [record.tstamp for record in history.records()]


def test_nothing_is_known_before_the_first_record() -> None:
    """An empty history has no newest record, and none of before."""
    history = _history()

    assert history.newest is None
    assert history.ago(0) is None
    assert history.records() == []


def test_newest_is_whole() -> None:
    """The newest record keeps its titles, ads and errors."""
    newest = audience(1, ads_by_id={"a": AdTally()}, errors_by_code={"e": 1})
    history = _history(audience(0), newest)

    assert history.newest == newest
    assert history.records()[-1] == newest


def test_first_of_a_minute_keeps_what_has_a_name() -> None:
    """Ads and error codes are kept once a minute, titles in the newest alone."""
    named: dict[str, Any] = {"ads_by_id": {"a": AdTally()}, "errors_by_code": {"e": 1}}
    history = _history(*(audience(at, **named) for at in (-60, -59, 0, 1)))
    records = history.records()

    assert [bool(r.ads_by_id) for r in records] == [True, False, True, True]
    assert [bool(r.errors_by_code) for r in records] == [True, False, True, True]
    assert [bool(r.titles) for r in records] == [False, False, False, True]


def test_titles_are_kept_at_longer_steps() -> None:
    """What titles were watched a minute ago is known, at a sparkline's steps."""
    history = _history(audience(-60, titles={"A": 1}), audience(0, titles={"A": 2}))

    assert history.titles.counts("A") == [1, None, None, None, 2]


def test_records_older_than_the_span_go() -> None:
    """What an hour ago's rates need stays, what is older goes."""
    history = _history(audience(-_SPAN_S - 1), audience(-_SPAN_S), audience(0))

    assert _stamps(history) == [stamp(-_SPAN_S), stamp(0)]


def test_records_are_bounded() -> None:
    """Stamps that lie close together do not fill the memory."""
    history = _history(*(audience(i / 10) for i in range(5_000)))

    assert len(history.records()) == 4_000


def test_record_from_before_takes_the_place_of_later_ones() -> None:
    """A clock set back, or a flow begun again, is believed."""
    history = _history(audience(0), audience(10), audience(11))
    history.append([audience(10)])

    assert _stamps(history) == [stamp(0), stamp(10)]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 0), (10, -10), (14.9, -10 - 5), (9, -10), (4, None), (3_000, None)],
)
def test_ago_is_the_record_of_that_time(seconds: float, expected: int | None) -> None:
    """The last record until then, at most five seconds older, else nobody knows."""
    history = _history(audience(-15), audience(-10), audience(0))
    record = history.ago(seconds)

    assert (record and record.tstamp) == (None if expected is None else stamp(expected))


def test_clear_forgets_all() -> None:
    """After the topic began anew nothing is known, and readers go on."""
    history = _history(audience(0))
    history.clear()
    history.append([audience(5)])

    assert _stamps(history) == [stamp(5)]
    assert history.titles.counts("A film") == [1_254]
