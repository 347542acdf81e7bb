"""Shards that are saved in turns: what a resumed flow reads again changes nothing."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.testing import run_main

from dataflows.errors import RecoveryError
from dataflows.keeping import KeptLogic, Shelf
from dataflows.live_viewers import build_flow
from dataflows.logic import SessionsLogic
from dataflows.pace import Pace
from dataflows.playback.messages import RawBatch, ShardOutput
from dataflows.playback.shard import Shard
from dataflows.playback.timing import Timing
from tests.dataflows.rereading import Rereading
from tests.dataflows.stream import START, Taken, flat

SHARD = 17
SIZE = 10


def logs(partitions: int = 2) -> list[list[bytes]]:
    """Return an evening of viewers: of each, all events are in one partition."""
    rng = Random(5)
    found: list[list[bytes]] = []
    for partition in range(partitions):
        log = []
        for at in range(0, 1_200_000, 10_000):
            viewer = f"viewer-{partition}-{rng.randrange(5)}"
            name = rng.choice(["play", "ping", "ping", "pause", "end", "ad_start"])
            log.append(flat(viewer, name, at + rng.randrange(15_000)))
            if rng.random() < 0.1:
                log.append(rng.choice(log[-5:]))
        log[50] = b"nonsense"
        log[100] = flat("late", "play", 0)
        found.append(log)
    return found


LOGS = logs()


def run(source: Rereading, folder: Path) -> Taken:
    """Run a flow with recovery, again after each abort, until its source ends."""
    if not (folder / "part-0.sqlite3").exists():
        folder.mkdir(exist_ok=True)
        init_db_dir(folder, 1)
    taken = Taken()
    recovery = RecoveryConfig(str(folder))
    for _ in range(1 + source.breaks()):
        flow = build_flow(source, taken.outputs(), Timing(), lambda: START + 1_300_000)
        run_main(flow, epoch_interval=timedelta(0), recovery_config=recovery)
    assert source.breaks() == 0
    return taken


def facts(taken: Taken) -> dict[str, Any]:
    """Return what readers of the topics and tables have in the end."""
    audience = json.loads(taken.audience[-1][1].value or b"")
    letters = {
        (record.value, *sorted(dict(record.headers).items()))
        for _, record in taken.dead_letters
    }
    return {
        "profiles": taken.newest_profiles(),
        "history": taken.history(),
        "letters": letters,
        "audience": {
            name: audience[name] for name in ("viewers", "events", "ads", "quality")
        },
    }


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the facts of a flow that nothing breaks."""
    folder = tmp_path_factory.mktemp("unbroken")
    return facts(run(Rereading(LOGS, 0, SIZE, {}), folder))


@pytest.mark.parametrize(
    ("reread", "aborts"),
    [
        (0, {0: [40]}),
        (2, {0: [1]}),
        (2, {0: [40, 41, 90], 1: [20]}),
        (3, {0: [35, 110], 1: [70]}),
        (8, {0: [90], 1: [110]}),
    ],
)
def test_aborted_flow_is_an_unbroken_one(
    reread: int,
    aborts: dict[int, list[int]],
    unbroken: dict[str, Any],
    tmp_path: Path,
) -> None:
    """Wherever it breaks, and however far it goes back, the end is the same."""
    broken = run(Rereading(LOGS, reread, SIZE, aborts), tmp_path)

    assert facts(broken) == unbroken


def test_ended_flow_can_go_on(tmp_path: Path) -> None:
    """When the source has ended, all that shards are is in one place, and read back."""
    half = [log[:60] for log in LOGS]
    run(Rereading(half, 3, SIZE, {}), tmp_path)
    again = run(Rereading(half, 3, SIZE, {}), tmp_path)
    rest = run(Rereading(LOGS, 3, SIZE, {}), tmp_path)
    whole = facts(run(Rereading(LOGS, 3, SIZE, {}), tmp_path / "whole"))

    assert facts(again)["audience"]["events"]["received"] == 120
    assert facts(rest)["audience"] == whole["audience"]


def word(epoch: int, *, replayed: bool = False) -> RawBatch:
    """Return a word as the shard gets it."""
    return RawBatch(
        "events",
        "0",
        every=("0",),
        epoch=epoch,
        reread=2,
        replayed=replayed,
        shard=SHARD,
    )


def message(
    epoch: int, offset: int, name: str, who: str = "ann", *, replayed: bool = False
) -> RawBatch:
    """Return a message as the shard gets it."""
    value = flat(who, name, offset * 1_000)
    return RawBatch(
        "events",
        "0",
        [offset],
        [value],
        epoch=epoch,
        reread=2,
        replayed=replayed,
        shard=SHARD,
    )


def logic_of(state: bytes | int | None, shelf: Shelf) -> SessionsLogic:
    """Return the logic of a shard; its clock stands still."""
    return SessionsLogic(state, Timing(), lambda: START + 900_000, shelf, Pace())


def saved(outputs: Iterable[ShardOutput]) -> list[tuple[int, bytes]]:
    """Return what was saved."""
    return [each.saved for each in outputs if each.saved is not None]


def test_state_is_a_number_once_it_is_saved() -> None:
    """Before its turn a new shard is as nothing; then it is where it was saved."""
    logic = logic_of(None, {})
    logic.on_batch([message(0, 1, "play")])
    before = logic.snapshot()
    outputs, _ = logic.on_batch([word(1)])
    ((number, packed),) = saved(outputs)

    assert (before, number, logic.snapshot()) == (b"", SHARD, SHARD)
    assert Shard.unpack(Timing(), packed).viewer_ids() == {"ann"}


def test_shard_on_its_way() -> None:
    """What comes before the shard is back from the recovery store waits for it."""
    first = logic_of(None, {})
    first.on_batch([message(0, 1, "play")])
    ((_, packed),) = saved(first.on_batch([word(1)])[0])
    shelf: Shelf = {}
    logic = logic_of(SHARD, shelf)
    outputs = [*logic.on_batch([message(0, 2, "pause")])[0], *logic.on_notify()[0]]
    assert (outputs, logic.snapshot()) == ([], SHARD)

    KeptLogic.resume((SHARD, packed), shelf)
    outputs = [*logic.on_notify()[0], *logic.on_notify()[0]]

    assert [p.status.value for o in outputs for p in o.profiles] == ["PAUSED_VIDEO"]
    assert not shelf


def test_shard_that_does_not_come_back() -> None:
    """It is waited for a while; then the flow ends, for all that is read waits too."""
    now = START
    logic = SessionsLogic(SHARD, Timing(), lambda: now, {}, Pace())
    now += 29_999
    logic.on_batch([message(0, 1, "play")])
    assert logic.on_notify() == ((), logic.RETAIN)
    now += 1

    with pytest.raises(RecoveryError, match=rf"`{SHARD}`.*nothing of it in 30 s.*new"):
        logic.on_notify()
    with pytest.raises(RecoveryError):
        logic.on_batch([message(0, 2, "play")])


def test_what_is_saved_is_not_read_again() -> None:
    """Of what a source reads again, a shard takes what it has not; then it tallies."""
    first = logic_of(None, {})
    first.on_batch([message(0, 1, "play")])
    ((_, packed),) = saved(first.on_batch([word(1)])[0])
    logic = logic_of(SHARD, {SHARD: packed})
    logic.on_batch([word(0, replayed=True)])
    quiet, _ = logic.on_batch([message(0, n, "ping", replayed=True) for n in (1, 2)])
    outputs, _ = logic.on_batch([word(0)])
    (tally,) = [output.tally for output in outputs if output.tally is not None]

    assert [output.tally for output in quiet] in ([], [None])
    assert (tally.used, tally.duplicate) == (2, 0)


def test_tally_of_a_shard_that_may_be_older() -> None:
    """Before it is known what is read again, neither a tick nor a new shard tallies."""
    new = logic_of(None, {})
    outputs, _ = new.on_batch([message(0, 1, "play")])
    assert [output.tally for output in outputs] == [None]
    ((_, packed),) = saved(new.on_batch([word(1)])[0])
    resumed = logic_of(SHARD, {SHARD: packed})

    assert resumed.on_notify()[0] == ()


def test_departure_is_told_when_it_is_kept() -> None:
    """A save can't be lost when the epoch after it has ended too."""
    logic = logic_of(None, {})
    logic.on_batch([message(0, 1, "play"), message(0, 200, "play", "bob")])
    told = []
    for epoch in (1, 1, 2):
        outputs, _ = logic.on_batch([word(epoch)])
        told.append([key for output in outputs for key in output.history])
        logic.snapshot()

    assert told[:2] == [[], []]
    assert len(told[2]) == 1


def test_departure_by_a_word_is_told() -> None:
    """Who leaves because another partition went on is saved, and told, like others."""
    logic = logic_of(None, {})
    both = {"every": ("0", "1")}
    first = msgspec.structs.replace(word(0), **both)
    other = msgspec.structs.replace(word(0), partition="1", idle=True, **both)
    events = message(0, 1, "play"), message(0, 200, "play", "bob")
    logic.on_batch([first, other, *events])
    saved_in, told = [], []
    for epoch in range(1, 8):
        at = {"epoch": epoch, **both}
        words = [msgspec.structs.replace(raw, **at) for raw in (first, other)]
        outputs, _ = logic.on_batch(words)
        saved_in += [epoch for _ in saved(outputs)]
        told += [(epoch, key[0]) for output in outputs for key in output.history]
        logic.snapshot()

    assert len(saved_in) == 2
    assert told == [(saved_in[1] + 2, "ann")]


def test_departure_by_a_tick_is_kept() -> None:
    """Who leaves because time goes on is saved, and told, though nothing came."""
    now = START + 1_000
    logic = SessionsLogic(None, Timing(), lambda: now, {}, Pace())
    idle = [msgspec.structs.replace(word(epoch), idle=True) for epoch in range(6)]
    logic.on_batch([idle[0], message(0, 1, "play")])
    first = saved(logic.on_batch([idle[1]])[0])
    logic.snapshot()
    for _ in range(120):
        now += 1_000
        logic.on_notify()
    later, told = [], []
    for each in idle[2:]:
        outputs, _ = logic.on_batch([each])
        later += saved(outputs)
        told += [key[0] for output in outputs for key in output.history]
        logic.snapshot()

    assert (len(first), len(later)) == (1, 1)
    assert told == ["ann"]


def test_end_of_a_source_that_nothing_came_from() -> None:
    """A saved shard that did not come for its state keeps it; else it goes."""
    shelf: Shelf = {}
    kept = KeptLogic.resume((SHARD, b"packed"), shelf)
    logic = logic_of(SHARD, {})

    assert logic.on_eof() == ((), logic.RETAIN)
    assert kept.on_eof() == ((), kept.RETAIN)
    assert kept.snapshot() == (SHARD, b"packed")
    shelf.clear()
    assert kept.on_eof() == ((), kept.DISCARD)
