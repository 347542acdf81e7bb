"""How much counts have grown, and shares of that."""

import msgspec
import pytest

from dashboard.rates import (
    Growth,
    grown,
    growth_between,
    rate,
    rebuffer_ratio,
    share,
    total,
    watched_s,
)
from dataflows.playback.audience import (
    NAMES_SHOWN,
    AdTally,
    AudienceMinute,
    EventTally,
    QualityTally,
)
from tests.dashboard.records import audience, stamp


def test_growth_is_what_came_in_between() -> None:
    """Every count of the newer record is told less that of the older."""
    old = audience(
        0,
        sessions_started=10,
        events=EventTally(received=100, dead_letters={"late": 1}),
        ads_by_id={"a": AdTally(starts=5)},
        errors_by_code={"404": 2},
    )
    new = audience(
        30,
        sessions_started=12,
        events=EventTally(received=160, dead_letters={"late": 1, "bad": 3}),
        ads_by_id={"a": AdTally(starts=6), "b": AdTally(starts=2, clicks=1)},
        errors_by_code={"404": 5},
    )

    growth = growth_between(old, new)

    assert growth == Growth(
        start=stamp(0),
        end=stamp(30),
        seconds=30,
        sessions_started=2,
        events=EventTally(received=60, dead_letters={"late": 0, "bad": 3}),
        ads_by_id={"a": AdTally(starts=1), "b": AdTally(starts=2, clicks=1)},
        errors_by_code={"404": 3},
    )


@pytest.mark.parametrize(
    ("old", "new", "more"),
    [
        (None, 7, 7),
        (100, 100, 0),
        (100, 101, 1),
        (100, 99, 0),
        (100, 50, 0),
        (100, 49, 49),
        (100, 0, 0),
        (2.5, 4.0, 1.5),
        (2.5, 2.4, 0.0),
    ],
)
def test_count_that_fell(old: float | None, new: float, more: float) -> None:
    """Far below what it was it began anew; a little below, it was corrected."""
    assert grown(new, old) == more


def test_name_that_was_too_small_to_be_shown_before() -> None:
    """Of a name that was beyond the largest, nobody knows how much it has grown."""
    many = {f"ad {i}": AdTally(starts=9) for i in range(NAMES_SHOWN)}
    newer = {**many, "ad 0": AdTally(starts=10), "another": AdTally(starts=9)}

    growth = growth_between(audience(0, ads_by_id=many), audience(1, ads_by_id=newer))

    assert "another" not in growth.ads_by_id
    assert growth.ads_by_id["ad 0"] == AdTally(starts=1)


def _minute(**fields: object) -> AudienceMinute:
    known: dict[str, object] = {
        "tstamp": stamp(0),
        "seconds": 58,
        "peak": {},
        "mean": {},
        "viewers_peak": 0,
        "titles": {},
        "sessions_started": 1,
        "sessions_left": 0,
        "sessions_completed": 0,
        "events": EventTally(used=3, shapes={"flat": 3}),
        "ads": AdTally(),
        "quality": QualityTally(time_played=1.5),
    }
    return msgspec.convert(known | fields, AudienceMinute)


def test_minute_is_a_growth() -> None:
    """A minute's sums are its own, over the seconds that it had."""
    growth = Growth.of_minute(_minute())

    assert (growth.start, growth.end, growth.seconds) == (stamp(0), stamp(60), 58)
    assert (growth.sessions_started, growth.events.used) == (1, 3)


def test_total_adds_everything_up() -> None:
    """The total of minutes has each count, and each name of any of them."""
    first = Growth.of_minute(_minute(errors_by_code={"404": 1}))
    last = Growth.of_minute(
        _minute(tstamp=stamp(60), errors_by_code={"404": 2, "500": 1})
    )

    whole = total([first, last])

    assert whole is not None
    assert (whole.start, whole.end, whole.seconds) == (stamp(0), stamp(120), 116)
    assert whole.errors_by_code == {"404": 3, "500": 1}
    assert whole.events == EventTally(used=6, shapes={"flat": 6})
    assert whole.quality.time_played == 3


def test_total_of_nothing_is_not_known() -> None:
    """Where there was no minute, there is no 0."""
    assert total([]) is None


@pytest.mark.parametrize(
    ("part", "whole", "known"), [(1, 4, 0.25), (0, 4, 0), (1, 0, None), (None, 4, None)]
)
def test_share(part: float | None, whole: float, known: float | None) -> None:
    """A share of nothing is not 0: it is not known."""
    assert share(part, whole) == known


@pytest.mark.parametrize(
    ("part", "whole", "known"), [(1, 4, 0.25), (4, 4, 1.0), (5, 4, None), (0, 0, None)]
)
def test_rate(part: int, whole: int, known: float | None) -> None:
    """More can't come of what began than began: some of it began before."""
    assert rate(part, whole) == known


def test_rebuffer_ratio_is_of_what_was_watched() -> None:
    """It is what stalled of what played and stalled; of nothing there is none."""
    quality = QualityTally(time_played=90.0, time_buffering=10.0)

    assert (watched_s(quality), rebuffer_ratio(quality)) == (100.0, 0.1)
    assert rebuffer_ratio(QualityTally()) is None
