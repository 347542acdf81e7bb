"""Each reason for a dead letter has a cure."""

from dataflows.playback.errors import DeadLetterReason
from stack.doctor.reasons import CURES, cure_of


def test_every_reason_has_a_cure() -> None:
    """No reason is left without a cure, and no cure without a reason."""
    assert set(CURES) == set(DeadLetterReason)


def test_unknown_reason() -> None:
    """A reason that only a newer flow knows says so."""
    assert "does not know" in cure_of("eaten_by_a_dog")
