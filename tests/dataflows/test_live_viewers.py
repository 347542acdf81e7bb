"""The flow as a whole, with Bytewax's testing source and sinks."""

import gc
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock
from weakref import ref

import pytest
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.testing import TestingSource, run_main

from dataflows import live_viewers
from dataflows.live_viewers import get_flow, spare_collector
from dataflows.playback.messages import RawBatch
from dataflows.settings import SettingsError
from tests.dataflows.stream import START, Taken, batches, flat, flow_of

EVENING = [
    flat("alice", "play", 0),
    flat("alice", "pause", 5_000),
    flat("bob", "play", 6_000),
    flat("alice", "play", 9_000),
    flat("bob", "ad_break_start", 10_000, adId="288"),
    flat("bob", "ad_break_end", 40_000, adsSkipped=1),
    flat("alice", "end", 41_000),
    flat("bob", "ping", 60_000),
]


@pytest.fixture(autouse=True)
def own_gc() -> Iterator[None]:
    """Take back what the flow sets in the garbage collector of its process."""
    threshold, callbacks = gc.get_threshold(), gc.callbacks[:]
    yield
    gc.set_threshold(*threshold)
    gc.callbacks[:] = callbacks
    gc.unfreeze()


class Cycle:
    """What only a collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def guard(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Keep the clock's guard out of the tests' process."""
    stand_in = Mock()
    monkeypatch.setattr(live_viewers, "guard_clock", stand_in)
    return stand_in


def run(messages: list[bytes], size: int = 3) -> Taken:
    """Run messages through the flow."""
    taken = Taken()
    run_main(flow_of(batches(messages, size), taken))
    return taken


def test_profiles_follow_events() -> None:
    """The newest profile tells what the viewer is doing."""
    newest = run(EVENING).newest_profiles()

    assert newest["alice"]["status"] == "COMPLETED_VIDEO"
    assert newest["bob"]["status"] == "WATCHING_VIDEO"
    assert newest["bob"]["adsSkipped"] == 1


def test_profile_item_is_the_profile_with_an_expiry() -> None:
    """Table and topic hold the same names and values."""
    taken = run(EVENING)
    item = taken.profile_items[-1][1].item
    expires_at = item.pop("expires_at")

    record = json.loads(taken.profiles[-1][1].value or b"")
    assert record == item
    seen = START // 1000 + 60
    assert expires_at <= seen + timedelta(days=30).total_seconds()


def test_history_holds_one_item_a_change() -> None:
    """Each change of status is an item under the time that it happened."""
    history = run(EVENING).history()

    alice = [item["status"] for key, item in history.items() if key[0] == "alice"]
    assert alice == [
        "WATCHING_VIDEO",
        "PAUSED_VIDEO",
        "WATCHING_VIDEO",
        "COMPLETED_VIDEO",
    ]


def test_late_event_corrects_history() -> None:
    """A change that a late event shows never was is deleted again."""
    disordered = [
        flat("alice", "play", 0),
        flat("alice", "ping", 20_000),
        flat("alice", "end", 15_000),
        flat("alice", "play", 16_000),
        flat("alice", "pause", 14_000),
    ]
    in_order = sorted(disordered, key=lambda m: json.loads(m)["collector_tstamp"])

    assert run(disordered, size=1).history() == run(in_order, size=5).history()


@pytest.mark.parametrize("size", [1, 2, 8])
def test_batches_do_not_matter(size: int) -> None:
    """However the messages are cut into batches, the same comes out in the end."""
    bystanders = [flat(f"viewer-{n}", "play", 400_000) for n in range(1_000)]
    taken, other = run(EVENING + bystanders, size), run(EVENING + bystanders, 3)

    assert taken.newest_profiles()["bob"]["status"] == "LEFT"
    assert taken.newest_profiles() == other.newest_profiles()
    assert taken.history() == other.history()


def test_bad_messages_are_dead_letters_untouched() -> None:
    """What can't be used ends in the dead letters with its bytes and whence it came."""
    taken = run([b"\x00junk", flat("a", "play", 0), flat("a", "nonsense", 1)])

    assert taken.reasons() == ["unparsable", "unknown_event_name"]
    record = taken.dead_letters[0][1]
    headers = dict(record.headers)
    assert record.value == b"\x00junk"
    assert headers["topic"] == b"events"
    assert headers["partition"] == b"0"
    assert headers["offset"] == b"0"


def test_late_and_future_events_are_dead_letters_untouched() -> None:
    """An event at a wrong time ends in the dead letters, and closes no session."""
    future = flat("b", "play", 10**10)
    late = flat("a", "pause", 29_000)
    taken = run([flat("a", "play", 60_000), future, late])

    assert taken.reasons() == ["future_timestamp", "late"]
    assert [record.value for _, record in taken.dead_letters] == [future, late]
    assert taken.newest_profiles()["a"]["status"] == "WATCHING_VIDEO"


def test_audience_accounts_for_every_message() -> None:
    """What was received is used, skipped, late, duplicate or a dead letter."""
    page_view = flat("a", "play", 1).replace(b"play_event", b"page_view")
    messages = [
        *EVENING,
        EVENING[-1],
        b"junk",
        page_view,
        flat("alice", "ping", 1),
        flat("b", "ping", 10**10),
    ]
    events = json.loads(run(messages).audience[-1][1].value or b"")["events"]

    assert events["received"] == len(messages)
    assert (events["used"], events["duplicate"]) == (len(EVENING), 1)
    assert (events["skipped"], events["late"]) == (1, 1)
    assert events["dead_letters"] == {"unparsable": 1, "future_timestamp": 1}


def test_audience_counts_viewers_by_status() -> None:
    """The audience record counts open sessions by status."""
    record = json.loads(run(EVENING).audience[-1][1].value or b"")

    assert record["viewers"]["WATCHING_VIDEO"] == 1
    assert record["viewers"]["COMPLETED_VIDEO"] == 1
    assert record["sessions_started"] == 2


def test_idle_partitions_let_the_clock_close_sessions() -> None:
    """A silent viewer leaves when every partition is at its end and time passes."""
    taken = Taken()
    clock = iter(range(START, START + 10**9, 2))
    word = RawBatch("events", "0", every=("0",), idle=True)
    raw = [*batches([flat("a", "play", 0)], 1), *[word] * 400]
    run_main(flow_of(raw, taken, lambda: next(clock)))

    assert taken.newest_profiles()["a"]["status"] == "LEFT"


def test_resumed_flow_is_an_unbroken_one(tmp_path: Path) -> None:
    """After an abort the flow resumes at its last epoch, and nothing differs."""
    init_db_dir(tmp_path, 1)
    recovery = RecoveryConfig(str(tmp_path))
    raw = batches(EVENING, 1)
    taken = Taken()
    flow = flow_of([*raw[:5], TestingSource.ABORT(), *raw[5:]], taken)
    for _ in range(2):
        run_main(flow, epoch_interval=timedelta(0), recovery_config=recovery)
    unbroken = run(EVENING, 1)

    assert taken.newest_profiles() == unbroken.newest_profiles()
    assert taken.history() == unbroken.history()
    last, whole = taken.audience[-1][1], unbroken.audience[-1][1]
    assert (
        json.loads(last.value or b"")["events"]
        == json.loads(whole.value or b"")["events"]
    )


def test_collector_walks_nothing_twice() -> None:
    """What outlives a collection is not walked again; cycles that died are freed."""
    spare_collector()
    gc.unfreeze()
    cycle = Cycle()
    dead = ref(cycle)
    del cycle
    gc.collect()

    assert dead() is None
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == 100_000


def test_get_flow_names_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong variable is named before anything is connected."""
    monkeypatch.setenv("GAP_PAUSED_S", "never")

    with pytest.raises(SettingsError, match=r"GAP_PAUSED_S.*'never'"):
        get_flow()


def test_get_flow_has_the_clock_guarded(guard: Mock) -> None:
    """Whoever runs the flow hears of a clock that is set back."""
    get_flow()

    guard.assert_called_once_with()


def test_get_flow_reads_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The flow is built from the environment without connecting to anything."""
    monkeypatch.setenv("WRITE_HISTORY", "off")
    steps = {step.step_name for step in get_flow().substeps}

    assert "profile_items" in steps
    assert "history_items" not in steps


def test_get_flow_lets_every_client_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The source and every topic get the brokers' security, the source its group."""
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SSL")
    monkeypatch.setenv("KAFKA_GROUP_ID", "lag")
    steps = {step.step_name: step for step in get_flow().substeps}
    source = steps["events"].source._source  # type: ignore[attr-defined]
    topics = ("profiles", "audience", "audience_minutes", "dead_letters")
    sinks = [steps[name].sink for name in topics]  # type: ignore[attr-defined]

    assert source._config["group.id"] == "lag"
    assert {to._config["security.protocol"] for to in (source, *sinks)} == {"SSL"}
