"""Growth over the spans that a person picks."""

import msgspec
import pytest

from dashboard.history import AudienceHistory
from dashboard.minutes import MinuteHistory
from dashboard.rates import Growth
from dashboard.spans import Span, Spans
from dataflows.playback.audience import (
    AdTally,
    Audience,
    AudienceMinute,
    EventTally,
    QualityTally,
)
from tests.dashboard.records import audience, stamp


def _second(at: int) -> Audience:
    return audience(
        at,
        events=EventTally(received=10 * at),
        ads_by_id={"a": AdTally(starts=at)},
        errors_by_code={"404": at},
    )


def _minute(at: int) -> AudienceMinute:
    return AudienceMinute(
        tstamp=stamp(60 * at),
        seconds=60,
        peak={},
        mean={},
        viewers_peak=0,
        titles={},
        sessions_started=0,
        sessions_left=0,
        sessions_completed=0,
        events=EventTally(received=60),
        ads=AdTally(),
        quality=QualityTally(),
        errors_by_code={"404": 1},
    )


@pytest.fixture
def history() -> AudienceHistory:
    """Return an empty history."""
    return AudienceHistory()


@pytest.fixture
def minutes() -> MinuteHistory:
    """Return an empty day."""
    return MinuteHistory()


@pytest.fixture
def spans(history: AudienceHistory, minutes: MinuteHistory) -> Spans:
    """Return the spans of both."""
    return Spans(history, minutes)


@pytest.mark.parametrize("span", list(Span))
def test_nothing_is_known_of_nothing(spans: Spans, span: Span) -> None:
    """Without records there is no growth, and there are no steps."""
    assert spans.growth(span) is None
    assert (spans.steps(span), spans.detail_steps(span), spans.samples(span)) == (
        [],
        [],
        [],
    )


def test_one_record_has_no_growth(spans: Spans, history: AudienceHistory) -> None:
    """A count alone does not tell how much it has grown."""
    history.append([_second(0)])

    assert spans.growth(Span.HOUR) is None


def _growth(spans: Spans, span: Span) -> Growth:
    growth = spans.growth(span)
    assert growth is not None
    return growth


def test_growth_of_the_first_seconds(spans: Spans, history: AudienceHistory) -> None:
    """After a few seconds there are figures, ads and codes among them."""
    history.append(_second(at) for at in range(7))
    growth = _growth(spans, Span.HOUR)

    assert (growth.seconds, growth.events.received) == (6, 60)
    assert growth.ads_by_id == {"a": AdTally(starts=6)}
    assert growth.errors_by_code == {"404": 6}


def test_growth_of_minutes(spans: Spans, history: AudienceHistory) -> None:
    """The span begins with the minute that is that long ago, where names are known."""
    history.append(_second(at) for at in range(631))
    growth = _growth(spans, Span.FIVE_MINUTES)

    assert (growth.start, growth.end) == (stamp(300), stamp(630))
    assert growth.ads_by_id == {"a": AdTally(starts=330)}


def test_growth_moves_on(spans: Spans, history: AudienceHistory) -> None:
    """A new record has figures of its own."""
    history.append(_second(at) for at in range(3))
    before = _growth(spans, Span.HOUR).events.received
    history.append([_second(3)])

    assert (before, _growth(spans, Span.HOUR).events.received) == (20, 30)


def test_growth_is_worked_out_once(spans: Spans, history: AudienceHistory) -> None:
    """All sessions are told the same object while nothing came."""
    history.append(_second(at) for at in range(3))

    assert spans.growth(Span.HOUR) is spans.growth(Span.HOUR)
    assert spans.steps(Span.HOUR) is spans.steps(Span.HOUR)


def test_steps_are_of_ten_seconds(spans: Spans, history: AudienceHistory) -> None:
    """A line has a point for each whole ten seconds."""
    history.append(_second(at) for at in range(35))
    steps = spans.steps(Span.HOUR)

    assert [step.end for step in steps] == [stamp(10), stamp(20), stamp(30)]
    assert {step.events.received for step in steps} == {100}


def test_detail_steps_are_of_minutes(spans: Spans, history: AudienceHistory) -> None:
    """Codes are known a minute apart, and of the minute that goes on."""
    history.append(_second(at) for at in range(131))
    steps = spans.detail_steps(Span.HOUR)

    assert [step.end for step in steps] == [stamp(60), stamp(120), stamp(130)]
    assert [step.errors_by_code["404"] for step in steps] == [60, 60, 10]


def test_record_at_the_minute_is_no_step_of_its_own(
    spans: Spans, history: AudienceHistory
) -> None:
    """A minute that has only begun has nothing to show."""
    history.append(_second(at) for at in range(61))

    assert [step.end for step in spans.detail_steps(Span.HOUR)] == [stamp(60)]


def test_samples_are_ten_seconds_apart(spans: Spans, history: AudienceHistory) -> None:
    """What is no count is looked at as often as counts are compared."""
    history.append(_second(at) for at in range(25))

    samples = spans.samples(Span.HOUR)

    assert [s.tstamp for s in samples] == [stamp(0), stamp(10), stamp(20)]


def test_day_is_of_minutes(spans: Spans, minutes: MinuteHistory) -> None:
    """A day's figures are the sums of its minutes; its steps are minutes, and tens."""
    minutes.append(_minute(at) for at in range(25))
    whole = _growth(spans, Span.DAY)

    assert (whole.events.received, whole.errors_by_code) == (1_500, {"404": 25})
    assert len(spans.steps(Span.DAY)) == 25
    assert [s.errors_by_code["404"] for s in spans.detail_steps(Span.DAY)] == [
        10,
        10,
        5,
    ]


def test_day_moves_on(spans: Spans, minutes: MinuteHistory) -> None:
    """A new minute is part of the day."""
    minutes.append([_minute(0)])
    before = _growth(spans, Span.DAY).seconds
    minutes.append([msgspec.structs.replace(_minute(1), seconds=59)])

    assert (before, _growth(spans, Span.DAY).seconds) == (60, 119)
