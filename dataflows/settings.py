"""What can be set, all of it in the environment.

Each field of `Settings` names its variable, its rule and what it is for; the README's
table and `.env.sample` say the same, and a test holds them to it.
"""

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from dataflows.playback.timing import Timing

__all__ = ["Settings", "SettingsError"]

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})
_START: Final = re.compile(r"beginning|end")
# https://kafka.apache.org/documentation/#topicconfigs, `Topic.validate`
_TOPIC: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
_TABLE: Final = re.compile(r"[A-Za-z0-9._-]{3,255}")
# a name, an IPv4 address, or an IPv6 address in brackets
_SERVER: Final = re.compile(r"(?:[^\s,:\[\]]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")
_LAST_PORT: Final = 65_535
_URL: Final = re.compile(r"https?://\S+")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]+")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


class SettingsError(ValueError):
    """A variable of the environment holds what it must not."""


def _matching(pattern: re.Pattern[str], must: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise SettingsError(must)
        return value

    return parse


def _servers(value: str) -> str:
    for server in value.split(","):
        match = _SERVER.fullmatch(server)
        if match is None or not 1 <= int(match[1]) <= _LAST_PORT:
            msg = "host:port, several with commas between"
            raise SettingsError(msg)
    return value


def _flag(value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    msg = "true or false"
    raise SettingsError(msg)


def _duration(unit: str, most: int) -> Callable[[str], timedelta]:
    must = f"a whole number of {unit}, 1 to {most}"

    def parse(value: str) -> timedelta:
        if not (_NUMBER.fullmatch(value) and 1 <= int(value) <= most):
            raise SettingsError(must)
        return timedelta(**{unit: int(value)})

    return parse


_topic = _matching(_TOPIC, "a Kafka topic name: letters, digits, '.', '_', '-'")
_table = _matching(_TABLE, "a DynamoDB table name: 3 to 255 letters, digits, ._-")
_seconds = _duration("seconds", 86_400)
_days = _duration("days", 3_650)


def _variable(
    names: str, parse: Callable[[str], Any], default: str | None, help_: str
) -> Any:  # noqa: ANN401, a dataclass field stands for a value of its field's type
    """Declare a field read from the first of `names` that is set and not empty."""
    value = None if default is None else parse(default)
    metadata = {
        "names": tuple(names.split()),
        "parse": parse,
        "default": default or "",
        "help": help_,
    }
    return dataclasses.field(default=value, metadata=metadata)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the flow reads and writes, and the times that it goes by."""

    bootstrap_servers: str = _variable(
        "KAFKA_BOOTSTRAP_SERVERS",
        _servers,
        "127.0.0.1:9092",
        "Kafka brokers to ask first",
    )
    source_topic: str = _variable(
        "SOURCE_TOPIC", _topic, "snowplow-enriched-good", "events come from here"
    )
    source_start: str = _variable(
        "SOURCE_START",
        _matching(_START, "beginning or end"),
        "beginning",
        "where to begin without recovery: `beginning` or `end` of the source topic",
    )
    profiles_topic: str = _variable(
        "PROFILES_TOPIC", _topic, "live-viewer-profiles", "profiles, compacted"
    )
    audience_topic: str = _variable(
        "AUDIENCE_TOPIC", _topic, "live-audience", "the audience, a record a second"
    )
    audience_minutes_topic: str = _variable(
        "AUDIENCE_MINUTES_TOPIC", _topic, "live-audience-minutes", "a record a minute"
    )
    dead_letters_topic: str = _variable(
        "DEAD_LETTERS_TOPIC",
        _topic,
        "live-viewer-dead-letters",
        "messages that can't be used, untouched, each with its reason",
    )
    aws_endpoint_url: str | None = _variable(
        "AWS_ENDPOINT_URL_DYNAMODB AWS_ENDPOINT_URL",
        _matching(_URL, "an http or https URL"),
        None,
        "DynamoDB elsewhere than on AWS; read as boto3 reads it",
    )
    aws_region: str = _variable(
        "AWS_REGION AWS_DEFAULT_REGION",
        _matching(_REGION, "an AWS region such as eu-west-1"),
        "eu-west-1",
        "region of the tables",
    )
    profiles_table: str = _variable(
        "PROFILES_TABLE", _table, "viewer_profiles", "the current profile of a viewer"
    )
    history_table: str = _variable(
        "HISTORY_TABLE", _table, "video_events", "one item a status change"
    )
    write_profiles: bool = _variable(
        "WRITE_PROFILES", _flag, "true", "whether to write the profiles table"
    )
    write_history: bool = _variable(
        "WRITE_HISTORY", _flag, "true", "whether to write the history table"
    )
    profiles_retention: timedelta = _variable(
        "PROFILES_RETENTION_DAYS", _days, "30", "a profile's item expires after this"
    )
    history_retention: timedelta = _variable(
        "HISTORY_RETENTION_DAYS", _days, "90", "a history item expires after this"
    )
    gap_playing: timedelta = _variable(
        "GAP_PLAYING_S",
        _seconds,
        "90",
        "silence that ends a session while playing, buffering or in an ad",
    )
    gap_paused: timedelta = _variable(
        "GAP_PAUSED_S", _seconds, "600", "silence that ends a paused session"
    )
    gap_completed: timedelta = _variable(
        "GAP_COMPLETED_S", _seconds, "30", "silence that ends a completed session"
    )
    lateness: timedelta = _variable(
        "LATENESS_S",
        _seconds,
        "30",
        "disorder that changes nothing; events later than this are dead letters",
    )
    future_tolerance: timedelta = _variable(
        "FUTURE_TOLERANCE_S",
        _seconds,
        "60",
        "how far ahead of the clock an event may be stamped",
    )
    closed_retention: timedelta = _variable(
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
                come.

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

    def timing(self) -> Timing:
        """Return the times as the core takes them."""
        names = Timing.__struct_fields__
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
        values = {}
        for field in dataclasses.fields(cls):
            name = next((n for n in field.metadata["names"] if env.get(n)), None)
            if name is not None:
                try:
                    values[field.name] = field.metadata["parse"](env[name])
                except SettingsError as ex:
                    msg = f"`{name}` must be {ex}; got {env[name]!r} instead"
                    raise SettingsError(msg) from None
        return cls(**values)
