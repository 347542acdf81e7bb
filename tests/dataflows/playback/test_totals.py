"""Numbers that add up over playbacks."""

from dataflows.playback.totals import Retired, Totals


def test_retired_are_kept_apart() -> None:
    """One that is taken out again is counted no more, and the rest is."""
    retired = Retired()
    for number in range(70):
        retired.put(f"tab-{number}", Totals(1, 0, None, [0.5]))

    assert retired.take("tab-5") is None
    assert retired.take("tab-6") == Totals(1, 0, None, [0.5])
    assert retired.total == Totals(69, 0, None, [34.5])


def test_totals_add_up() -> None:
    """Totals of two playbacks add up, the unsent ones aside."""
    totals = Totals()
    totals.add(Totals(1, 2, 3_000, [1.0, None, None]))
    totals.add(Totals(1, 0, None, []))
    totals.add(Totals(0, 0, 500, [2.0, 4.0, None]))

    assert totals == Totals(2, 2, 3_500, [3.0, 4.0, None])


def test_sums_to_the_millisecond() -> None:
    """Adding leaves no digits that nobody sent."""
    totals = Totals(tracker=[0.1, None])
    totals.add(Totals(tracker=[0.2, None]))

    assert totals.tracker == [0.3, None]
