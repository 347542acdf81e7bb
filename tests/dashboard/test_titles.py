"""How many watched each title lately."""

from dashboard.titles import POINTS, STEP_S, TitleHistory

_STEP_MS = STEP_S * 1000


def _history(*points: tuple[int, dict[str, int]]) -> TitleHistory:
    history = TitleHistory()
    for ms, titles in points:
        history.append(ms, titles)
    return history


def test_nothing_is_known_at_first() -> None:
    """Without a record there is no point."""
    assert _history().counts("A film") == []


def test_first_record_of_a_step_counts() -> None:
    """Of the records of one step the first is the point."""
    history = _history((0, {"A": 1}), (_STEP_MS - 1, {"A": 2}), (_STEP_MS, {"A": 3}))

    assert history.counts("A") == [1, 3]


def test_unnamed_title_is_a_gap() -> None:
    """A title that a record does not name, and a step without a record, is unknown."""
    history = _history((0, {"A": 1}), (_STEP_MS, {}), (3 * _STEP_MS, {"A": 4}))

    assert history.counts("A") == [1, None, None, 4]
    assert history.counts("B") == [None] * 4


def test_points_are_bounded() -> None:
    """However long it runs, and after however long a gap, half an hour is kept."""
    history = _history(*((i * _STEP_MS, {"A": i}) for i in range(POINTS + 50)))
    before = history.counts("A")
    history.append(10_000 * _STEP_MS, {"A": 7})

    assert (len(before), before[0]) == (POINTS, 50)
    assert history.counts("A") == [None] * (POINTS - 1) + [7]


def test_clock_set_back_is_believed() -> None:
    """A record from before takes the place of what it contradicts."""
    history = _history((0, {"A": 1}), (_STEP_MS, {"A": 2}), (2 * _STEP_MS, {"A": 3}))
    history.append(_STEP_MS, {"A": 9})

    assert history.counts("A") == [1, 2]


def test_clear_forgets_all() -> None:
    """After the topic began anew nothing is known."""
    history = _history((0, {"A": 1}))
    history.clear()

    assert history.counts("A") == []
