"""What became of the messages."""

from dashboard.rates import Growth
from dashboard.views.message_tables import MessageTables, outcomes
from dataflows.playback.audience import EventTally, PartitionLag
from tests.dashboard.records import audience, stamp
from tests.dashboard.shown import cells


def _growth(seconds: int, times: int) -> Growth:
    events = EventTally(
        received=1_000 * times,
        used=900 * times,
        duplicate=60 * times,
        late=30 * times,
        dead_letters={"unparsable": 10 * times},
        shapes={"flat": 1_000 * times},
    )
    return Growth(start=stamp(0), end=stamp(seconds), seconds=seconds, events=events)


def test_outcomes_name_every_reason() -> None:
    """Each message is in one row, and each reason has its own, the commonest first."""
    told = outcomes(EventTally(used=1, late=2, dead_letters={"a": 3, "b": 4}))

    assert list(told.values()) == [1, 0, 0, 2, 4, 3]
    assert [name for name in told if "dead letter: " in name] == [
        "✕ dead letter: b",
        "✕ dead letter: a",
    ]


def test_rows() -> None:
    """Rates are of the last minutes, counts and shares of the hour."""
    tables = MessageTables()
    tables.draw(audience(), _growth(100, 1), _growth(1_000, 10))

    assert cells(tables.outcomes)[0] == ["● used", "9.00", "9,000", "90.00 %"]
    assert cells(tables.outcomes)[-1] == [
        "✕ dead letter: unparsable",
        "0.10",
        "100",
        "1.00 %",
    ]
    assert cells(tables.shapes) == [["flat", "10.00", "10,000", "100.00 %"]]


def test_share_is_of_no_less_than_all_rows() -> None:
    """What was read before the hour and used in it makes no share more than whole."""
    tables = MessageTables()
    events = EventTally(received=99, used=100, shapes={"flat": 100})
    growth = Growth(start=stamp(0), end=stamp(1), seconds=1, events=events)
    tables.draw(audience(), growth, growth)

    assert cells(tables.outcomes)[0][-1] == "100.00 %"
    assert cells(tables.shapes)[0][-1] == "100.00 %"


def test_nothing_is_known_yet() -> None:
    """Without two records there is no rate, and no row of zeros."""
    tables = MessageTables()
    tables.draw(None, None, None)

    assert cells(tables.outcomes) == cells(tables.partitions) == []


def test_partitions() -> None:
    """Every partition tells how far it is behind."""
    tables = MessageTables()
    lag = PartitionLag(partition="3", messages=1_234, seconds=5.25)
    tables.draw(audience(lag=(lag,)), None, None)

    assert cells(tables.partitions) == [["3", "1,234", "5.2"]]


def test_reason_of_a_stranger_is_text() -> None:
    """A reason that only a newer flow knows is shown as text."""
    tables = MessageTables()
    events = EventTally(received=1, dead_letters={"<b>": 1})
    growth = Growth(start=stamp(0), end=stamp(1), seconds=1, events=events)
    tables.draw(audience(), growth, growth)

    assert "&lt;b&gt;" in tables.outcomes.markup.html
    assert "<b>" not in tables.outcomes.markup.html
