"""The way to Kafka: what goes wrong on it, and the counts of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from dataflows.playback.decode import Shape as DecodedShape
from dataflows.playback.decode import decode, shape_of
from dataflows.playback.errors import DeadLetterReason, Rejected, Skipped
from dataflows.playback.events import EventName, MediaEvent
from stack.collector.shapes import Shape
from stack.crowd.catalogue import DEVICES
from stack.crowd.dispatch import Kind, Mischief, Outgoing, Tally
from stack.crowd.habits import Habits
from stack.crowd.oddities import ODDITIES, odd_message
from stack.crowd.visit import row_of
from stack.sending.plan import Plan

START_MS = 1_795_410_000_000
CALM = Mischief(disorder=0, duplicates=0, late=0, bad=0)


def sent(
    mischief: Mischief = CALM,
    *,
    shapes: Sequence[Shape] = (Shape.FLAT_SUPERSET,),
    seconds: float = 30,
    seed: int = 1,
) -> list[Outgoing]:
    """Return what a crowd of two hundred sends."""
    plan = Plan(
        habits=Habits(ping_interval_s=5),
        mischief=mischief,
        shapes=tuple(shapes),
        viewers=200,
        seed=seed,
        start_ms=START_MS,
        seconds=seconds,
    )
    return list(plan.messages(plan.crowd()))


def tally_of(messages: list[Outgoing]) -> Tally:
    """Return the counts of these messages."""
    tally = Tally()
    for message in messages:
        tally.add(message)
    return tally


def test_same_seed_same_bytes() -> None:
    """The same plan sends the same bytes at the same moments."""
    mischief = Mischief(late=0.1, bad=0.05)

    assert sent(mischief, seconds=10) == sent(mischief, seconds=10)


@pytest.mark.parametrize(
    ("shape", "decoded"),
    [
        (Shape.FLAT, DecodedShape.FLAT_JSON),
        (Shape.FLAT_SUPERSET, DecodedShape.FLAT_JSON),
        (Shape.TSV, DecodedShape.ENRICHED_TSV),
        (Shape.ENRICHED_JSON, DecodedShape.ENRICHED_JSON),
    ],
)
def test_shape(shape: Shape, decoded: DecodedShape) -> None:
    """All messages have the shape that was asked for, and can be used."""
    messages = sent(shapes=[shape], seconds=5)

    assert {shape_of(message.value) for message in messages} == {decoded}
    assert not [m for m in messages if isinstance(decode(m.value), Rejected)]


def test_mixed_shapes() -> None:
    """Of several shapes, each has about its share."""
    shapes = Counter(shape_of(m.value) for m in sent(shapes=list(Shape)))
    share = shapes[DecodedShape.ENRICHED_TSV] / shapes.total()

    assert share == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("shape", [Shape.TSV, Shape.ENRICHED_JSON, Shape.FLAT_SUPERSET])
def test_enriched_events_survive(shape: Shape) -> None:
    """What the crowd did is what is read, to the last entity."""
    plan = Plan(
        viewers=50, start_ms=START_MS, mischief=CALM, shapes=(shape,), events=500
    )
    found = zip(plan.crowd().happenings(), range(600), strict=False)
    happened = {happening.event.event_id: happening.event for happening, _ in found}

    for message in plan.messages(plan.crowd()):
        decoded = decode(message.value)
        if isinstance(decoded, MediaEvent):
            # Whom it happened to is known to the visit.
            assert decoded.dimensions in {(d.device_class, d.country) for d in DEVICES}
            event = replace(decoded, dimensions=())
            assert event == happened[decoded.event_id]


def test_calm_is_in_order_but_for_the_way() -> None:
    """Without mischief nothing is sent twice, broken or held up."""
    messages = sent()

    assert {message.kind for message in messages} == {Kind.MEDIA, Kind.NON_MEDIA}
    assert [m.due_ms for m in messages] == sorted(m.due_ms for m in messages)


def test_duplicates() -> None:
    """A duplicate is the very bytes of an earlier message, within the bound."""
    mischief = Mischief(disorder=0, duplicates=0.2, late=0, bad=0)
    first_ms: dict[bytes, int] = {}
    messages = sent(mischief)
    for message in messages:
        if message.kind is Kind.DUPLICATE:
            assert 0 < message.due_ms - first_ms[message.value] <= 5_001
        else:
            first_ms[message.value] = message.due_ms
    kinds = tally_of(messages).kinds

    assert kinds[Kind.DUPLICATE] / kinds[Kind.MEDIA] == pytest.approx(0.2, rel=0.2)


def test_disorder() -> None:
    """About the share asked for is overtaken, and never by the lateness bound."""
    mischief = Mischief(disorder=0.3, max_delay_s=14, duplicates=0, late=0, bad=0)
    delays = [
        message.due_ms - event.time
        for message in sent(mischief)
        if isinstance(event := decode(message.value), MediaEvent)
    ]

    assert max(delays) < 30_000
    held_up = sum(delay > 300 for delay in delays) / len(delays)
    assert held_up == pytest.approx(0.3, abs=0.1)


def test_late() -> None:
    """A late event comes well after the bound."""
    mischief = Mischief(disorder=0, duplicates=0, late=0.2, bad=0)
    for message in sent(mischief, seconds=90):
        if message.kind is Kind.LATE:
            event = decode(message.value)
            assert isinstance(event, MediaEvent)
            assert message.due_ms - event.time > 1.5 * 30_000


def test_report_equals_an_independent_count() -> None:
    """What the report expects is what the decoder makes of the bytes."""
    messages = sent(Mischief(duplicates=0.1, late=0.05, bad=0.1), seconds=120)
    counts: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    seen = set()
    for message in messages:
        match decode(message.value):
            case Skipped():
                counts["skipped"] += 1
            case Rejected(reason):
                letters[reason] += 1
            case event if event.time > message.due_ms:
                letters[DeadLetterReason.FUTURE_TIMESTAMP] += 1
            case event if event.time < message.due_ms - 30_000:
                counts["late"] += 1
            case event if event.event_id in seen:
                counts["duplicate"] += 1
            case event:
                seen.add(event.event_id)
                counts["used"] += 1

    expected = tally_of(messages).report()["expected"]
    assert expected == {
        "received": len(messages),
        **counts,
        "dead_letters": dict(letters),
    }


@pytest.mark.parametrize("kind", ODDITIES)
def test_oddity(kind: str) -> None:
    """Each odd message is understood or refused as its kind says."""
    plan = Plan(viewers=20, start_ms=START_MS, habits=Habits(ping_interval_s=5))
    ping = next(
        happening
        for happening in plan.crowd().happenings()
        if happening.event.name == EventName.PING
    )
    decoded = decode(odd_message(kind, row_of(*ping), Random(1)))
    outcome = ODDITIES[kind].outcome

    # The flow rules on these two, by its clock and its watermark.
    if outcome in {None, DeadLetterReason.LATE, DeadLetterReason.FUTURE_TIMESTAMP}:
        assert isinstance(decoded, MediaEvent)
        assert decoded.event_id != ping.event.event_id
    else:
        assert isinstance(decoded, Rejected)
        assert decoded.reason is outcome


@pytest.mark.parametrize(
    "wrong", [{"disorder": 1.5}, {"late": -1.0}, {"max_delay_s": 15.0}]
)
def test_mischief_out_of_range(wrong: dict[str, float]) -> None:
    """A share above 1, or a delay that would be lateness, is refused by name."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Mischief(**wrong)
