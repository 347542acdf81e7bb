# noqa: INP001, an example, which is run as a file
"""Publish each new profile on a channel of Valkey or Redis, by a third party's sink.

Needs `bytewax-valkey`, and with it Python 3.12.

Run it by `python -m bytewax.run docs/examples/changes_to_valkey.py:get_flow`.
"""

import os

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.inputs import Source
from bytewax.outputs import Sink
from bytewax_valkey import PubSubSink
from confluent_kafka import OFFSET_END


def _profile(message: KafkaSourceMessage) -> bytes | None:
    return message.value


def build_flow(source: Source[KafkaSourceMessage], sink: Sink[bytes]) -> Dataflow:
    """Return the flow from the compacted topic to the channel."""
    flow = Dataflow("changes_to_valkey")
    messages = op.input("profiles", flow, source)
    profiles = op.filter_map("values", messages, _profile)
    op.output("channel", profiles, sink)
    return flow


def get_flow() -> Dataflow:
    """Return the flow that the environment asks for; it begins with what is new."""
    servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"].split(",")
    source = KafkaSource(servers, ["live-viewer-profiles"], starting_offset=OFFSET_END)
    sink = PubSubSink.from_url(os.environ["VALKEY_URL"], "live-viewer-profiles")
    return build_flow(source, sink)
