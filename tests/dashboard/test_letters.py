"""Samples of dead letters."""

import pytest

from dashboard.letters import OTHER_REASONS, DeadLetters, Letter, dead_letter
from dataflows.playback.errors import DeadLetterReason
from dataflows.playback.messages import DeadLetter
from dataflows.records import dead_letter_record


def _letter(reason: str = "unparsable", value: bytes = b"{") -> Letter:
    return dead_letter(value, [("reason", reason.encode())])


def test_letter_of_the_flow_is_read_back() -> None:
    """What the flow writes beside a message is told of the letter."""
    written = dead_letter_record(
        DeadLetter(b"{", "events", "3", 17, DeadLetterReason.UNPARSABLE, "no JSON")
    )

    letter = dead_letter(written.value, list(written.headers), 1_000)

    assert letter == Letter(
        reason="unparsable",
        detail="no JSON",
        topic="events",
        partition="3",
        offset="17",
        stamped_ms=1_000,
        size=1,
        sample="{",
    )


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (None, None),
        (b"", []),
        (b"\xff\x00", [("reason", None)]),
        (b"x", [("reason", b"\xff"), ("offset", b"\x00")]),
    ],
)
def test_any_message_is_a_letter(
    value: bytes | None, headers: list[tuple[str, bytes | str | None]] | None
) -> None:
    """Whoever else writes to the topic can't make its reader fail."""
    assert dead_letter(value, headers).size == len(value or b"")


def test_letter_without_a_reason_says_so() -> None:
    """A reason that is not told is not made up."""
    assert dead_letter(b"{", []).reason == "no reason given"


@pytest.mark.parametrize(("size", "is_cut"), [(2_048, False), (2_049, True)])
def test_sample_is_cut(size: int, is_cut: bool) -> None:  # noqa: FBT001, a table
    """Of a long message only the beginning is kept, and it is told that it is cut."""
    letter = _letter(value=b"x" * size)

    assert (len(letter.sample), letter.size, letter.is_cut) == (2_048, size, is_cut)


def test_controls_are_shown() -> None:
    """The tabs of a TSV event can be seen, and nothing turns the text around."""
    assert _letter(value="a\tb\u202ec\nd".encode()).sample == "a→b\ufffdc\nd"


def test_newest_letters_stand_first() -> None:
    """The samples of a reason are its newest, and all of them are counted."""
    letters = DeadLetters()
    letters.append(_letter(value=b"%d" % i) for i in range(25))

    samples = [letter.sample for letter in letters.newest("unparsable")]

    assert samples == [str(i) for i in range(24, 4, -1)]
    assert letters.seen == {"unparsable": 25}


def test_reasons_are_kept_apart() -> None:
    """Many letters of one reason leave those of another alone."""
    letters = DeadLetters()
    letters.append([_letter("late"), *(_letter() for _ in range(50))])

    assert list(letters.seen) == ["unparsable", "late"]
    assert len(letters.newest("late")) == 1


def test_reasons_are_bounded() -> None:
    """Reasons that a stranger makes up are filed under one once they are many."""
    letters = DeadLetters()
    letters.append(_letter(f"reason {i}") for i in range(100))

    assert len(letters.seen) == 33
    assert letters.seen[OTHER_REASONS] == 68


def test_version_grows_with_each_letter() -> None:
    """A reader can tell whether there is anything new."""
    letters = DeadLetters()
    letters.append([_letter()])
    before = letters.version
    letters.append([_letter()])

    assert letters.version > before


def test_forgotten_letters_are_gone() -> None:
    """When the topic begins anew, so do the samples."""
    letters = DeadLetters()
    letters.append([_letter()])
    letters.clear()

    assert (letters.seen, letters.newest("unparsable")) == ({}, [])
