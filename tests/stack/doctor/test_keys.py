"""One viewer on many partitions is told, with what it costs and the cure."""

import pytest

from stack.doctor.finding import Level
from stack.doctor.keys import key_findings
from stack.doctor.sample import Media
from tests.stack.doctor.samples import levels, media


def test_keyed_by_viewer() -> None:
    """Viewers who each keep to a partition are well."""
    events = [media(f"v{n}", partition=n % 4) for n in (1, 2, 3, 4)] * 2

    assert levels(key_findings(events, 4)) == [Level.OK]


def test_random_keys() -> None:
    """Random keys are a warning with Snowbridge's setting."""
    events = [media("alice", partition=n, key=b"%d" % n) for n in range(3)]

    (finding,) = key_findings([*events, media("bob"), media("bob")], 4)

    assert finding.level is Level.WARNING
    assert finding.found.startswith("1 of 2 viewers with several events")
    assert "`spEnrichedSetPk`" in finding.cure
    assert "media.js" in finding.cure


def test_other_partitioner() -> None:
    """One key on many partitions is no matter of Snowbridge's key."""
    events = [media("alice", partition=n) for n in range(2)]

    (finding,) = key_findings(events, 4)

    assert finding.level is Level.WARNING
    assert "`partitioner=murmur2_random`" in finding.cure


@pytest.mark.parametrize("keys", [(b"1", b"2"), (None, None)])
def test_one_partition(keys: tuple[bytes | None, ...]) -> None:
    """On one partition no key does harm."""
    events = [media("alice", key=key) for key in keys]

    assert levels(key_findings(events, 1)) == [Level.NOTE]


@pytest.mark.parametrize(
    ("events", "expected"), [([], []), ([media("alice")], [Level.NOTE])]
)
def test_too_few_events(events: list[Media], expected: list[Level]) -> None:
    """A single event of a viewer tells nothing, and none needs no word."""
    assert levels(key_findings(events, 4)) == expected


def test_one_id_for_many_people() -> None:
    """An id that has a fifth of all events is no single viewer's."""
    events = [media("PoC user")] * 30 + [media(f"v{n}") for n in range(10)] * 2

    *_, finding = key_findings(events, 4)

    assert finding.level is Level.WARNING
    assert finding.found.startswith("`PoC user` has 30 of 50 events")
