"""How a refusal is worded."""

import pytest

from dataflows.playback.decode.refusals import refuse
from dataflows.playback.errors import DeadLetterReason


def test_wording() -> None:
    """A refusal names the subject, the rule and the value."""
    rejected = refuse(DeadLetterReason.BAD_VALUE, "`adId` must be text", []).rejected

    assert rejected.reason == DeadLetterReason.BAD_VALUE
    assert rejected.detail == "`adId` must be text; got [] instead"


@pytest.mark.parametrize(
    "value", ["x" * 10_000, b"x" * 10_000, [["x" * 999] * 99] * 99, 10**999, "\ud83d"]
)
def test_detail_is_short(value: object) -> None:
    """A refusal carries at most 200 characters, all of which UTF-8 can encode."""
    detail = refuse(DeadLetterReason.BAD_VALUE, "`adId` must be text", value)

    assert len(detail.rejected.detail.encode()) <= 200
