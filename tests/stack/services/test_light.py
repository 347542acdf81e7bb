"""The stand-ins answer as the services do."""

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from stack.services.health import dynamodb_answers, kafka_answers
from stack.services.light import mock_dynamodb, mock_kafka
from stack.services.ports import HOST, free_ports
from stack.services.tables import Table, ensure_tables, local_client
from stack.services.topics import Found


def test_mock_kafka_carries_a_message() -> None:
    """What is produced to the mock cluster is consumed from it."""
    with mock_kafka() as servers:
        assert kafka_answers(int(servers.rpartition(":")[2]))
        producer = Producer({"bootstrap.servers": servers})
        producer.produce("events", b"hello", partition=0)
        producer.flush(10)
        consumer = Consumer({"bootstrap.servers": servers, "group.id": "test"})
        consumer.assign([TopicPartition("events", 0, OFFSET_BEGINNING)])
        message = consumer.poll(10)
        consumer.close()
        assert message is not None
        assert message.value() == b"hello"


def test_mock_dynamodb_answers_and_stops() -> None:
    """The server answers on the given port while it is kept, and not after."""
    (port,) = free_ports(1)
    with mock_dynamodb(port) as url:
        assert url == f"http://{HOST}:{port}"
        assert dynamodb_answers(port)
        client = local_client(url)
        assert client.list_tables()["TableNames"] == []
        client.close()

    assert not dynamodb_answers(port)


def test_mock_dynamodb_forgets() -> None:
    """What one stand-in held, the next one does not know."""
    for _ in range(2):
        with mock_dynamodb(free_ports(1)[0]) as url:
            client = local_client(url)
            (outcome,) = ensure_tables(client, [Table(name="viewers", keys=("id",))])
            client.close()

        assert outcome.found is Found.CREATED
