"""How a producer of the stack is set up."""

import pytest
from confluent_kafka import KafkaException

from stack.sending.outbox import connect


def test_config_reaches_the_client() -> None:
    """More of librdkafka's settings, security's for instance, are the producer's."""
    with pytest.raises(KafkaException, match=r"no\.such\.property"):
        connect("127.0.0.1:1", {"no.such.property": "x"})
