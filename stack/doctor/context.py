"""What every check is given: the settings, the services, and what was read of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import boto3.session
from botocore.config import Config

from dataflows.settings import Settings
from stack.doctor.kafka import Kafka, Record
from stack.doctor.sample import Sample, sample_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["RECENT_S", "Context", "wall_clock_ms"]

RECENT_S: Final = 300
"""What happened longer ago than this is no longer news."""

_IMPATIENT: Final = Config(
    connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2}
)


def wall_clock_ms() -> int:
    """Return the time of day in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a check goes by; services are asked when a check first needs them.

    `newest` is how many messages of the source topic to look at, `patience_s` how long
    the profiles table has to take what the profiles topic has, `recovery` the flow's
    recovery folder where one was named.
    """

    settings: Settings
    newest: int = 1_000
    patience_s: float = 10.0
    recovery: Path | None = None
    clock: Callable[[], int] = wall_clock_ms

    @cached_property
    def kafka(self) -> Kafka:
        """The cluster, with nothing asked of it yet."""
        return Kafka(self.settings.kafka_config())

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """A client that soon gives up, with the credentials that boto3 finds."""
        return boto3.session.Session().client(
            "dynamodb",
            endpoint_url=self.settings.aws_endpoint_url,
            region_name=self.settings.aws_region,
            config=_IMPATIENT,
        )

    @cached_property
    def sample(self) -> Sample:
        """The newest messages of the source topic."""
        records = self.kafka.newest(self.settings.source_topic, self.newest)
        return sample_of(records, self.clock())

    @cached_property
    def audience_records(self) -> list[Record]:
        """The audience's newest records, one a second, the oldest first."""
        return self.kafka.newest(self.settings.audience_topic, RECENT_S)

    def close(self) -> None:
        """Leave the services that were asked."""
        if "kafka" in self.__dict__:
            self.kafka.close()
        if "dynamodb" in self.__dict__:
            self.dynamodb.close()
