"""What the sinks raise.

SinkError
├── KafkaDeliveryError   a record that the brokers don't take
├── TableNotFoundError   the DynamoDB table is not there to be written
├── TableSchemaError     the DynamoDB table has another key than the items
└── DynamoDBWriteError   an item or a request that DynamoDB refuses for good

Faults that pass (a throttle, an outage) are none of these: the sinks outwait them.
"""

__all__ = [
    "DynamoDBWriteError",
    "KafkaDeliveryError",
    "SinkError",
    "TableNotFoundError",
    "TableSchemaError",
]


class SinkError(Exception):
    """Items can't be stored, and trying again would not help."""


class KafkaDeliveryError(SinkError):
    """A record did not get into its topic."""


class TableNotFoundError(SinkError):
    """A DynamoDB table does not exist, or is not ready."""


class TableSchemaError(SinkError):
    """A DynamoDB table has another key than the items that it should hold."""


class DynamoDBWriteError(SinkError):
    """DynamoDB refuses an item, or refuses us."""
