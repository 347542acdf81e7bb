# noqa: INP001, an example, which is run as a file
"""Keep the newest profile of each viewer in Valkey or Redis: a flow beside the flow.

Run it by `python -m bytewax.run docs/examples/profiles_to_valkey.py:get_flow`.
"""

import os
from collections.abc import Callable

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.inputs import Source
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from valkey import Valkey

Pair = tuple[bytes, bytes | None]
"""A viewer and their profile as JSON, or `None` of one who is forgotten."""


class ValkeySink(DynamicSink[Pair]):
    """Set keys, and delete those without a value; a repeat does no harm."""

    def __init__(self, connect: Callable[[], Valkey]) -> None:
        self._connect = connect

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "_Keys":
        """Connect, once a worker."""
        del step_id, worker_index, worker_count
        return _Keys(self._connect())


class _Keys(StatelessSinkPartition[Pair]):
    def __init__(self, client: Valkey) -> None:
        self._client = client

    def write_batch(self, items: list[Pair]) -> None:
        # One round trip a batch; it returns when the server has them all.
        with self._client.pipeline(transaction=False) as pipeline:
            for viewer_id, profile in items:
                key = b"viewer:" + viewer_id
                if profile is None:
                    pipeline.delete(key)
                else:
                    pipeline.set(key, profile)
            pipeline.execute()

    def close(self) -> None:
        self._client.close()


def _pair(message: KafkaSourceMessage) -> Pair:
    return message.key or b"", message.value


def build_flow(source: Source[KafkaSourceMessage], sink: ValkeySink) -> Dataflow:
    """Return the flow from the compacted topic to the keys."""
    flow = Dataflow("profiles_to_valkey")
    profiles = op.input("profiles", flow, source)
    pairs = op.map("pairs", profiles, _pair)
    op.output("keys", pairs, sink)
    return flow


def get_flow() -> Dataflow:
    """Return the flow that the environment asks for."""
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"].split(",")
    url = os.environ["VALKEY_URL"]
    source = KafkaSource(servers, ["live-viewer-profiles"])
    return build_flow(source, ValkeySink(lambda: Valkey.from_url(url)))
