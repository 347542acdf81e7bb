"""Whether a server does its work by now; each asks once and never raises."""

import http.client

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from stack.services.ports import HOST, is_listening
from stack.services.tables import local_client

__all__ = ["dynamodb_answers", "http_answers", "kafka_answers"]

_ASK_S = 2.0
_PAGE_S = 10.0
_IMPATIENT = Config(
    connect_timeout=_ASK_S, read_timeout=_ASK_S, retries={"total_max_attempts": 1}
)


def kafka_answers(port: int) -> bool:
    """Return whether a broker on `port` tells its metadata."""
    if not is_listening(port):
        return False
    client = AdminClient({"bootstrap.servers": f"{HOST}:{port}", "log_level": 0})
    try:
        return bool(client.list_topics(timeout=_ASK_S).brokers)
    except KafkaException:
        return False


def dynamodb_answers(port: int) -> bool:
    """Return whether DynamoDB on `port` lists its tables."""
    if not is_listening(port):
        return False
    client = local_client(f"http://{HOST}:{port}", _IMPATIENT)
    try:
        client.list_tables()
    except (BotoCoreError, ClientError):
        return False
    finally:
        client.close()
    return True


def http_answers(port: int, path: str) -> bool:
    """Return whether a page on `port` comes with status 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PAGE_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
