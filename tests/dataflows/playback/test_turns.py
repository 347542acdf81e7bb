"""When a shard is saved, and when all is read that was read before."""

import pytest

from dataflows.playback.messages import RawBatch
from dataflows.playback.turns import SaveTurns

EVERY = ("0", "1")
REREAD = 4


def word(
    epoch: int, partition: str = "0", *, shard: int = 0, replayed: bool = False
) -> RawBatch:
    """Return a partition's word, as a shard gets it."""
    return RawBatch(
        "events",
        partition,
        every=EVERY,
        epoch=epoch,
        reread=REREAD,
        shard=shard,
        replayed=replayed,
    )


def message(epoch: int, partition: str = "0", *, shard: int = 0) -> RawBatch:
    """Return a partition's batch with a message."""
    return RawBatch(
        "events", partition, [epoch], [b"x"], epoch=epoch, reread=REREAD, shard=shard
    )


def saves(turns: SaveTurns, raws: list[RawBatch]) -> list[int]:
    """Return the epochs in which it was the shard's turn, who is saved then."""
    epochs = []
    for raw in raws:
        turns.hear(raw)
        if turns.due:
            epochs.append(raw.epoch)
            turns.save()
    return epochs


@pytest.mark.parametrize("shard", range(REREAD))
def test_one_turn_in_so_many_epochs(shard: int) -> None:
    """A shard that is busy is saved once in so many epochs; shards share them out."""
    turns = SaveTurns()
    raws = [message(epoch, shard=shard) for epoch in range(3 * REREAD) for _ in "ab"]

    first = (-shard) % REREAD or REREAD
    assert saves(turns, raws) == list(range(first, 3 * REREAD, REREAD))


def test_nothing_new_is_not_saved() -> None:
    """A shard that nothing came to has no turn, however long."""
    turns = SaveTurns()
    raws = [message(1), *(word(epoch) for epoch in range(2, 20))]

    assert saves(turns, raws) == [4]


def test_every_message_is_saved_before_it_is_out_of_reach() -> None:
    """Wherever a message comes, a save follows within as many epochs."""
    for epoch in range(1, 12):
        raws = [word(e) for e in range(epoch)] + [message(epoch)]
        raws += [word(e) for e in range(epoch + 1, epoch + REREAD + 1)]
        (saved,) = saves(SaveTurns(), raws)

        assert epoch < saved <= epoch + REREAD


def test_change_is_saved_too() -> None:
    """What a shard does by itself, as close a session, is saved in its turn."""
    turns = SaveTurns()
    turns.hear(word(1))
    turns.change()

    assert saves(turns, [word(epoch) for epoch in range(2, 10)]) == [4]


def test_partitions_share_a_turn() -> None:
    """What came of all partitions is saved at once."""
    turns = SaveTurns()
    raws = [message(3, name) for name in EVERY] + [word(4, name) for name in EVERY]

    assert saves(turns, raws) == [4]


def test_partition_alone_has_turns() -> None:
    """Partitions of different workers count their own epochs."""
    turns = SaveTurns()
    raws = [word(7, "1"), message(2), word(8, "1"), word(3), message(3), word(4)]

    assert saves(turns, raws) == [4]


def test_change_before_anything_is_heard() -> None:
    """What a resumed shard does before the first word is saved like the rest."""
    turns = SaveTurns()
    turns.change()

    assert saves(turns, [word(epoch) for epoch in range(10)]) == [4]


def test_replay_ends_with_the_last_partition() -> None:
    """Messages may be read again until no partition has any left, or before a word."""
    turns = SaveTurns()
    told = [turns.replaying]
    for raw in (
        word(0, "0", replayed=True),
        word(0, "1", replayed=True),
        message(0, "0"),
        word(1, "1"),
    ):
        turns.hear(raw)
        told.append(turns.replaying)

    assert told == [True, True, True, True, False]
