"""Is what I see true? Each check by itself, and what they come to."""

from typing import Any

import pytest

from dashboard.flow import FlowProcess, FlowState
from dashboard.model import FeedState, FeedStatus
from dashboard.rates import Growth
from dashboard.scrape import Scrape, SinkCounts
from dashboard.verdict import CHECKS, Evidence, State, judge
from dataflows.playback.audience import Audience, EventTally, PartitionLag
from tests.dashboard.records import NOW, audience, stamp

_WORDS = [check.word for check in CHECKS]
_SINKS = {"t": SinkCounts(throttles=3)}
_ANSWERS = FlowProcess(
    url="http://a.test",
    state=FlowState.ANSWERS,
    newest=Scrape(sinks=_SINKS),
    before=Scrape(sinks=_SINKS),
    apart_s=300,
)


def _lag(seconds: float, partition: str = "0") -> PartitionLag:
    return PartitionLag(partition=partition, messages=7, seconds=seconds)


def _newest(**fields: Any) -> Audience:
    known: dict[str, Any] = {
        "events": EventTally(received=1_000, used=1_000),
        "lag": (_lag(0.5), _lag(0.1, "1")),
        "watermark": stamp(-2),
        "latency_p99_ms": 80.0,
    }
    return audience(**known | fields)


def _recent(**counts: Any) -> Growth:
    events = EventTally(**{"received": 3_000, "used": 3_000} | counts)
    return Growth(start=stamp(-300), end=stamp(0), seconds=300, events=events)


def _evidence(**fields: Any) -> Evidence:
    known: dict[str, Any] = {
        "now": NOW,
        "feed": FeedStatus(FeedState.FOLLOWING),
        "newest": _newest(),
        "recent": _recent(),
        "processes": (_ANSWERS,),
    }
    return Evidence(**known | fields)


def _state(word: str, evidence: Evidence) -> State:
    return judge(evidence).answers[_WORDS.index(word)].state


def test_all_is_well() -> None:
    """Where every check holds there is no doubt, and nothing that can't be known."""
    verdict = judge(_evidence())

    assert {answer.state for answer in verdict.answers} == {State.WELL}
    assert (verdict.doubts, verdict.unknowns) == ([], 0)


_WELL, _DOUBT, _UNKNOWN = State.WELL, State.DOUBT, State.UNKNOWN
_UNTOLD = _newest(lag=(), watermark=None, latency_p99_ms=None)


def _process(**fields: Any) -> tuple[FlowProcess]:
    return (FlowProcess(**{"url": "http://a.test"} | fields),)


def _throttled(before: float, now: float) -> tuple[FlowProcess]:
    return _process(
        state=FlowState.ANSWERS,
        newest=Scrape(sinks={"t": SinkCounts(throttles=now)}),
        before=Scrape(sinks={"t": SinkCounts(throttles=before)}),
    )


@pytest.mark.parametrize(
    ("word", "fields", "state"),
    [
        ("Blind", {"feed": FeedStatus(FeedState.LOADING)}, _DOUBT),
        ("Blind", {"feed": FeedStatus(FeedState.WAITING, "no topic")}, _DOUBT),
        ("Blind", {"feed": FeedStatus(FeedState.DISCONNECTED)}, _DOUBT),
        ("Blind", {"feed": FeedStatus(FeedState.FAILED)}, _DOUBT),
        ("Stale", {"newest": None}, _DOUBT),
        ("Stale", {"newest": audience(-5)}, _WELL),
        ("Stale", {"newest": audience(-5.1)}, _DOUBT),
        ("Stale", {"newest": audience(2)}, _WELL),
        ("Stale", {"newest": audience(2.1)}, _DOUBT),
        ("Behind", {"newest": None}, _UNKNOWN),
        ("Behind", {"newest": _UNTOLD}, _UNKNOWN),
        ("Behind", {"newest": _newest(lag=(_lag(0), _lag(10)))}, _WELL),
        ("Behind", {"newest": _newest(lag=(_lag(10.1), _lag(0)))}, _DOUBT),
        ("Incomplete", {"newest": None}, _UNKNOWN),
        ("Incomplete", {"recent": None}, _UNKNOWN),
        ("Incomplete", {"newest": _newest(events=EventTally(received=100))}, _WELL),
        ("Incomplete", {"newest": _newest(events=EventTally(received=101))}, _DOUBT),
        ("Incomplete", {"newest": _newest(events=EventTally(used=101))}, _DOUBT),
        ("Lossy", {"recent": None}, _UNKNOWN),
        ("Lossy", {"recent": _recent(received=0)}, _UNKNOWN),
        ("Lossy", {"recent": _recent(late=29, dead_letters={"a": 1})}, _WELL),
        ("Lossy", {"recent": _recent(late=30, dead_letters={"a": 1})}, _DOUBT),
        ("Misread", {"feed": FeedStatus(FeedState.FOLLOWING, "", 1)}, _DOUBT),
        ("Standing", {"newest": _UNTOLD}, _UNKNOWN),
        ("Standing", {"newest": _newest(watermark=stamp(-300))}, _WELL),
        ("Standing", {"newest": _newest(watermark=stamp(-301))}, _DOUBT),
        ("Slow", {"newest": None}, _UNKNOWN),
        ("Slow", {"newest": _UNTOLD}, _UNKNOWN),
        ("Slow", {"newest": _newest(latency_p99_ms=1_000.0)}, _WELL),
        ("Slow", {"newest": _newest(latency_p99_ms=1_001.0)}, _DOUBT),
        ("Silent", {"processes": ()}, _UNKNOWN),
        ("Silent", {"processes": _process()}, _UNKNOWN),
        ("Silent", {"processes": _process(state=FlowState.UNREACHABLE)}, _DOUBT),
        ("Silent", {"processes": _process(state=FlowState.UNREADABLE)}, _DOUBT),
        ("Throttled", {"processes": ()}, _UNKNOWN),
        ("Throttled", {"processes": _process()}, _UNKNOWN),
        ("Throttled", {"processes": _throttled(3, 3)}, _WELL),
        ("Throttled", {"processes": _throttled(3, 4)}, _DOUBT),
    ],
)
def test_rule(word: str, fields: dict[str, Any], state: State) -> None:
    """Each check says what its rule says, up to its limit and just past it."""
    assert _state(word, _evidence(**fields)) is state


def test_event_time_of_a_quiet_night() -> None:
    """Where nothing comes, old event time is no doubt."""
    evidence = _evidence(
        newest=_newest(watermark=stamp(-3_600)), recent=_recent(received=0)
    )

    assert _state("Standing", evidence) is State.WELL


def test_much_traffic_may_have_more_open() -> None:
    """What came in the last ten seconds need not be accounted for yet."""
    recent = _recent(received=300 * 500)
    newest = _newest(events=EventTally(received=5_000))
    more = _newest(events=EventTally(received=5_001))

    assert _state("Incomplete", _evidence(newest=newest, recent=recent)) is _WELL
    assert _state("Incomplete", _evidence(newest=more, recent=recent)) is _DOUBT


def test_every_kind_of_outcome_accounts_for_a_message() -> None:
    """Whatever became of a message, it is accounted for."""
    tally = EventTally(
        received=500,
        used=100,
        skipped=100,
        late=100,
        duplicate=100,
        dead_letters={"a": 60, "b": 40},
    )
    answers = judge(_evidence(newest=_newest(events=tally))).answers

    assert answers[_WORDS.index("Incomplete")].text.startswith("0 messages")


def test_gravest_doubt_stands_first() -> None:
    """Of several doubts the one that makes the others worthless names the verdict."""
    verdict = judge(
        _evidence(
            feed=FeedStatus(FeedState.DISCONNECTED, "no broker"),
            newest=_newest(lag=(_lag(99),)),
        )
    )

    assert [check.word for check, _ in verdict.doubts] == ["Blind", "Behind"]
    assert verdict.doubts[0][1].text.endswith("disconnected: no broker")


def test_doubt_names_the_worst_partition() -> None:
    """The reason says where to look."""
    evidence = _evidence(newest=_newest(lag=(_lag(11), _lag(99, "3"))))
    ((_, answer),) = judge(evidence).doubts

    assert answer.text == "partition 3 is 99.0 s and 7 messages behind"
