"""The examples of the guide do what it says of them."""

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bytewax.connectors.kafka import KafkaSourceMessage
from bytewax.testing import TestingSource, run_main
from fakeredis import FakeServer, FakeValkey

from dataflows.playback.messages import ShardOutput
from dataflows.records import profile_records
from tests.docs.examples import EXAMPLES
from tests.docs.pages import DOCS
from tests.docs.recorded import evening


def _loaded(name: str) -> ModuleType:
    """Return an example as it would run: from its file."""
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _topic(*, gone: Sequence[str] = ()) -> TestingSource[Any]:
    """Return what the recorded evening leaves on the compacted topic."""
    lived = evening()
    output = ShardOutput(profiles=lived.profiles, gone=list(gone))
    return TestingSource(
        [
            KafkaSourceMessage(key=record.key, value=record.value)
            for record in profile_records(output)
        ],
        batch_size=5,
    )


def test_keys() -> None:
    """The newest profile of each viewer is under their key; who is gone has none."""
    example, server = _loaded("profiles_to_valkey"), FakeServer()
    sink = example.ValkeySink(lambda: FakeValkey(server=server))

    run_main(example.build_flow(_topic(gone=("viewer-bob",)), sink))
    client = FakeValkey(server=server)

    assert sorted(client.scan_iter()) == [
        b"viewer:viewer-alice",
        b"viewer:viewer-carol",
    ]
    held: Any = client.get("viewer:viewer-alice")
    assert json.loads(held)["version"] == evening().newest("viewer-alice").version


def test_keys_again() -> None:
    """To read the topic once more changes nothing."""
    example, server = _loaded("profiles_to_valkey"), FakeServer()
    sink = example.ValkeySink(lambda: FakeValkey(server=server))
    client = FakeValkey(server=server)
    held = []
    for _ in range(2):
        run_main(example.build_flow(_topic(), sink))
        held.append({key: client.get(key) for key in client.scan_iter()})

    assert held[0] == held[1] != {}


if importlib.util.find_spec("bytewax_valkey"):  # it is there with Python 3.12 alone

    def test_channel() -> None:
        """Every new profile is published; a tombstone is not."""
        example, server = _loaded("changes_to_valkey"), FakeServer()
        connection: Any = FakeValkey(server=server)
        listener = connection.pubsub()
        listener.subscribe("profiles")
        sink = example.PubSubSink(FakeValkey(server=server), "profiles")

        run_main(example.build_flow(_topic(gone=("viewer-bob",)), sink))
        heard = list(iter(listener.get_message, None))

        published = [told for told in heard if told["type"] == "message"]
        assert len(published) == len(evening().profiles)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.stem)
def test_page_shows_example(path: Path) -> None:
    """Each example is linked from the page about it."""
    assert f"examples/{path.name}" in (DOCS / "extend-sinks.md").read_text()
