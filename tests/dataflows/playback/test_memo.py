"""What a memo keeps, and what it forgets."""

from dataflows.playback.memo import memorize


def test_a_memo_keeps_what_there_is_room_for() -> None:
    """Nothing is forgotten before that."""
    memo: dict[str, int] = {}
    for number in range(3):
        memorize(memo, str(number), number, most=3)
    assert memo == {"0": 0, "1": 1, "2": 2}


def test_a_full_memo_forgets_all_but_the_newest() -> None:
    """It is soon filled again by what is asked for often."""
    memo = {"0": 0, "1": 1, "2": 2}
    memorize(memo, "3", 3, most=3)
    assert memo == {"3": 3}
