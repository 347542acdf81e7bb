"""What can be set, all of it in the environment.

Each field of `Settings` names its variable, its rule and what it is for; the README's
table and `.env.sample` say the same, and a test holds them to it.
"""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from dataflows.brokers import Brokers
from dataflows.environment import (
    anything,
    count_of,
    flag,
    matching,
    one_of,
    read,
    servers,
    variable,
    whole_number_of,
)
from dataflows.errors import SettingsError
from dataflows.playback.timing import Timing

__all__ = ["Settings", "SettingsError"]

# https://kafka.apache.org/documentation/#topicconfigs, `Topic.validate`
_topic: Final = matching(
    r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}",
    "a Kafka topic name: letters, digits, '.', '_', '-'",
)
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_table: Final = matching(
    r"[A-Za-z0-9._-]{3,255}",
    "a DynamoDB table name: 3 to 255 letters, digits, ._-",
)
_group: Final = matching(r"[A-Za-z0-9._-]{1,255}", "letters, digits, '.', '_', '-'")
_region: Final = matching(
    r"[a-z]{2}(-[a-z]+)+-[0-9]+", "an AWS region such as eu-west-1"
)
_url: Final = matching(r"https?://\S+", "an http or https URL")
_seconds: Final = whole_number_of("seconds", 86_400)
_epochs: Final = count_of("epochs", 2, 100)
_days: Final = whole_number_of("days", 3_650)
_protocol: Final = one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
_mechanism: Final = one_of("AWS_MSK_IAM", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the flow reads and writes, and the times that it goes by."""

    bootstrap_servers: str = variable(
        "KAFKA_BOOTSTRAP_SERVERS",
        servers,
        "127.0.0.1:9092",
        "Kafka brokers to ask first",
    )
    security_protocol: str = variable(
        "KAFKA_SECURITY_PROTOCOL",
        _protocol,
        "PLAINTEXT",
        "how to talk to the brokers: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT`, `SASL_SSL`",
    )
    sasl_mechanism: str | None = variable(
        "KAFKA_SASL_MECHANISM",
        _mechanism,
        None,
        "how to log in: `AWS_MSK_IAM`, `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`",
    )
    sasl_username: str | None = variable(
        "KAFKA_SASL_USERNAME", anything, None, "who logs in, where not by AWS_MSK_IAM"
    )
    sasl_password: str | None = variable(
        "KAFKA_SASL_PASSWORD", anything, None, "that user's password", secret=True
    )
    ssl_ca_location: str | None = variable(
        "KAFKA_SSL_CA_LOCATION",
        anything,
        None,
        "a file of CA certificates that sign the brokers' own; else the system's",
    )
    group_id: str = variable(
        "KAFKA_GROUP_ID",
        _group,
        "live-viewer-profiles",
        "consumer group that lag tools look at; the flow never resumes from it",
    )
    source_topic: str = variable(
        "SOURCE_TOPIC", _topic, "snowplow-enriched-good", "events come from here"
    )
    source_start: str = variable(
        "SOURCE_START",
        one_of("beginning", "end"),
        "beginning",
        "where to begin without recovery: `beginning` or `end` of the source topic",
    )
    profiles_topic: str = variable(
        "PROFILES_TOPIC", _topic, "live-viewer-profiles", "profiles, compacted"
    )
    audience_topic: str = variable(
        "AUDIENCE_TOPIC", _topic, "live-audience", "the audience, a record a second"
    )
    audience_minutes_topic: str = variable(
        "AUDIENCE_MINUTES_TOPIC", _topic, "live-audience-minutes", "a record a minute"
    )
    dead_letters_topic: str = variable(
        "DEAD_LETTERS_TOPIC",
        _topic,
        "live-viewer-dead-letters",
        "messages that can't be used, untouched, each with its reason",
    )
    aws_endpoint_url: str | None = variable(
        "AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL",
        _url,
        None,
        "DynamoDB elsewhere than on AWS; read as boto3 reads it",
    )
    aws_region: str = variable(
        "AWS_REGION AWS_DEFAULT_REGION",
        _region,
        "eu-west-1",
        "region of the tables, and of MSK with AWS_MSK_IAM",
    )
    profiles_table: str = variable(
        "PROFILES_TABLE", _table, "viewer_profiles", "the current profile of a viewer"
    )
    history_table: str = variable(
        "HISTORY_TABLE", _table, "video_events", "one item a status change"
    )
    write_profiles: bool = variable(
        "WRITE_PROFILES", flag, "true", "whether to write the profiles table"
    )
    write_history: bool = variable(
        "WRITE_HISTORY", flag, "true", "whether to write the history table"
    )
    profiles_retention: timedelta = variable(
        "PROFILES_RETENTION_DAYS", _days, "30", "a profile's item expires after this"
    )
    history_retention: timedelta = variable(
        "HISTORY_RETENTION_DAYS", _days, "90", "a history item expires after this"
    )
    snapshot_epochs: int = variable(
        "SNAPSHOT_EPOCHS",
        _epochs,
        "8",
        "each shard is saved once in so many epochs; a restart reads as many again",
    )
    gap_playing: timedelta = variable(
        "GAP_PLAYING_S",
        _seconds,
        "90",
        "silence that ends a session while playing, buffering or in an ad",
    )
    gap_paused: timedelta = variable(
        "GAP_PAUSED_S", _seconds, "600", "silence that ends a paused session"
    )
    gap_completed: timedelta = variable(
        "GAP_COMPLETED_S", _seconds, "30", "silence that ends a completed session"
    )
    lateness: timedelta = variable(
        "LATENESS_S",
        _seconds,
        "30",
        "disorder that changes nothing; events later than this are dead letters",
    )
    future_tolerance: timedelta = variable(
        "FUTURE_TOLERANCE_S",
        _seconds,
        "60",
        "how far ahead of the clock an event may be stamped",
    )
    closed_retention: timedelta = variable(
        "CLOSED_RETENTION_S",
        _seconds,
        "600",
        "a closed session leaves memory and the profiles topic after this",
    )

    def __post_init__(self) -> None:
        """Check the rules that hold between fields.

        Raises:
            SettingsError: two outputs, or an output and the source, have one name; or a
                closed session would be forgotten while late events of it may still
                come; or the brokers' security is told in part.

        """
        self._check_names_differ("_topic")
        self._check_names_differ("_table")
        if self.closed_retention < 2 * self.lateness:
            msg = (
                "`CLOSED_RETENTION_S` must be at least twice `LATENESS_S`; got "
                f"{self.closed_retention.total_seconds():.0f} and "
                f"{self.lateness.total_seconds():.0f} instead"
            )
            raise SettingsError(msg)
        self._brokers()

    def _check_names_differ(self, suffix: str) -> None:
        variable_by_value: dict[str, str] = {}
        for field in dataclasses.fields(self):
            if field.name.endswith(suffix):
                value, variable = getattr(self, field.name), field.metadata["names"][0]
                other = variable_by_value.setdefault(value, variable)
                if other != variable:
                    msg = (
                        f"`{variable}` must differ from `{other}`; got {value!r} for "
                        "both instead"
                    )
                    raise SettingsError(msg)

    def kafka_config(self) -> dict[str, Any]:
        """Return what every Kafka client starts from, as librdkafka's properties."""
        return self._brokers().config()

    def _brokers(self) -> Brokers:
        names = [f.name for f in dataclasses.fields(Brokers) if hasattr(self, f.name)]
        return Brokers(**{name: getattr(self, name) for name in names})

    def timing(self) -> Timing:
        """Return the times as the core takes them."""
        names = [each.name for each in dataclasses.fields(Timing) if each.init]
        return Timing(
            **{n: getattr(self, n) // timedelta(milliseconds=1) for n in names}
        )

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; a variable that is unset or empty has its default.

        Raises:
            SettingsError: a value breaks its rule; the message names the variable, the
                value and what it must be.

        """
        return cls(**read(dataclasses.fields(cls), env))
