"""One write a key, the last one, whatever happens on the way."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinks.batching import CoalescingBuffer, Write, merge

KEYS = st.sampled_from([("alice",), ("bob",), ("carol",)])
PUTS = st.tuples(KEYS, st.sampled_from("1234"))
DELETES = st.tuples(KEYS, st.none())
# In flight, the write of this place is: finished, failed, or done and told as failed.
# At a crash, so many that are in flight have been done.
STEPS = st.one_of(
    st.tuples(st.just("add"), st.one_of(PUTS, DELETES)),
    st.tuples(st.just("take"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["finish", "fail", "lose"]), st.integers(0, 5)),
)


def put(key: str, version: str = "", **rest: object) -> Write:
    """Return a put with any attributes."""
    return Write((key,), {"id": key, **rest}, version)


def delete(key: str) -> Write:
    """Return a delete."""
    return Write((key,), None)


class Table:
    """A table behind a buffer, which refuses older versions where it should."""

    def __init__(self, *, versioned: bool) -> None:
        self.versioned = versioned
        self.stored: dict[object, Write] = {}
        self.expected: dict[object, Write] = {}
        self.buffer = CoalescingBuffer()
        self.in_flight: list[Write] = []
        self.number = 0

    def run(self, what: str, argument: object) -> None:
        if what in {"finish", "fail", "lose"} and not self.in_flight:
            return
        getattr(self, what)(argument)
        assert len({w.key for w in self.in_flight}) == len(self.in_flight)
        assert self.buffer.in_flight == len(self.in_flight)

    def add(self, change: tuple[tuple[str], str | None]) -> None:
        self.number += 1
        key, version = change
        if version is None:
            self.buffer.add(Write(key, None))
            self.expected.pop(key, None)
            return
        used = version if self.versioned else ""
        write = Write(key, {"id": key, "n": self.number}, used)
        self.buffer.add(write)
        if key not in self.expected or self.expected[key].version <= used:
            self.expected[key] = write

    def take(self, limit: int) -> None:
        self.in_flight += self.buffer.take(limit)

    def finish(self, place: int) -> None:
        write = self.in_flight.pop(place % len(self.in_flight))
        self._apply(write)
        self.buffer.finish(write)

    def fail(self, place: int) -> None:
        self.buffer.put_back(self.in_flight.pop(place % len(self.in_flight)))

    def lose(self, place: int) -> None:
        write = self.in_flight.pop(place % len(self.in_flight))
        self._apply(write)
        self.buffer.put_back(write)

    def crash(self, done: int) -> None:
        for write in self.in_flight[:done]:
            self._apply(write)
        self.in_flight = []
        kept, self.buffer = self.buffer.pending(), CoalescingBuffer()
        assert len({write.key for write in kept}) == len(kept)
        for write in kept:
            self.buffer.add(write)

    def drain(self) -> None:
        while len(self.buffer):
            self.take(2)
            self.finish(0)

    def _apply(self, write: Write) -> None:
        stored = self.stored.get(write.key)
        if write.item is None:
            self.stored.pop(write.key, None)
        elif write.overwrites or stored is None or stored.version <= write.version:
            self.stored[write.key] = write

    def items(self) -> dict[object, object]:
        return {key: write.item for key, write in self.stored.items()}

    def expected_items(self) -> dict[object, object]:
        return {key: write.item for key, write in self.expected.items()}


@settings(max_examples=300)
@example(
    steps=[
        ("add", (("alice",), "2")),
        ("take", 1),
        ("finish", 0),
        ("add", (("alice",), "1")),
    ],
    versioned=True,
)
@example(
    steps=[
        ("add", (("alice",), "2")),
        ("add", (("bob",), "1")),
        ("take", 1),
        ("add", (("alice",), None)),
        ("crash", 1),
    ],
    versioned=True,
)
@given(
    steps=st.lists(STEPS | st.tuples(st.just("crash"), st.integers(0, 5)), max_size=40),
    versioned=st.booleans(),
)
def test_any_interleaving(steps: list[tuple[str, object]], versioned: bool) -> None:  # noqa: FBT001
    """The table ends with each key's last write, or newest version, each key once."""
    table = Table(versioned=versioned)
    for what, argument in steps:
        table.run(what, argument)
    table.drain()

    assert table.expected_items() == table.items()


@given(st.lists(STEPS, max_size=40))
def test_every_write_is_accounted_for(steps: list[tuple[str, object]]) -> None:
    """What was added has been taken for good, or coalesced, or is still counted."""
    table = Table(versioned=False)
    finished = 0
    for what, argument in steps:
        finished += what == "finish" and bool(table.in_flight)
        table.run(what, argument)
    added = sum(what == "add" for what, _ in steps)

    assert added == finished + table.buffer.coalesced + len(table.buffer)


def test_take_gives_the_oldest_first() -> None:
    """Writes leave in the order they came in, no more than asked for."""
    buffer = CoalescingBuffer()
    for key in "abc":
        buffer.add(put(key))

    assert [write.key for write in buffer.take(2)] == [("a",), ("b",)]
    assert buffer.ready == 1


def test_a_newer_write_keeps_the_place_in_line() -> None:
    """A key that changes all the time is not put off for ever."""
    buffer = CoalescingBuffer()
    for write in (put("a", n=1), put("b"), put("a", n=2)):
        buffer.add(write)

    assert [put("a", n=2)] == buffer.take(1)
    assert buffer.coalesced == 1


def test_a_key_in_flight_is_not_taken_again() -> None:
    """A newer write waits until the one in flight is finished."""
    buffer = CoalescingBuffer()
    buffer.add(put("a", n=1))
    (first,) = buffer.take(1)
    buffer.add(put("a", n=2))

    assert buffer.take(1) == []

    buffer.finish(first)

    assert [put("a", n=2)] == buffer.take(1)


def test_put_back_goes_to_the_head() -> None:
    """What failed is tried again before what came later."""
    buffer = CoalescingBuffer()
    buffer.add(put("a"))
    buffer.add(put("b"))
    (first,) = buffer.take(1)
    buffer.put_back(first)

    assert [put("a"), put("b")] == buffer.take(2)


def test_put_back_gives_way_to_a_newer_write() -> None:
    """What failed is forgotten when its key was written anew meanwhile."""
    buffer = CoalescingBuffer()
    buffer.add(put("a", n=1))
    (first,) = buffer.take(1)
    buffer.add(put("a", n=2))
    buffer.put_back(first)

    assert [put("a", n=2)] == buffer.take(1)


def test_merge_keeps_the_greater_version() -> None:
    """An older item handed in after a newer one is ignored."""
    newer = put("a", "2")

    assert newer == merge(newer, put("a", "1"))


def test_merge_replaces_an_equal_version() -> None:
    """Of two items with one version the later is written."""
    later = put("a", "1", n=2)

    assert later == merge(put("a", "1", n=1), later)


def test_a_delete_wins_over_any_version() -> None:
    """A delete is sent though its put was never sent."""
    assert delete("a") == merge(put("a", "2"), delete("a"))


def test_a_put_after_a_delete_is_free_of_versions() -> None:
    """The put in a delete's place is written though something newer is stored."""
    merged = merge(delete("a"), put("a", "1"))

    assert merged.overwrites
    assert merge(merged, put("a", "2")).overwrites
    assert merged == merge(put("a", "9"), merged)
