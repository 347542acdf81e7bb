"""What the dashboard reads from the environment: where its topics are.

The names and defaults are those of the flow's own settings, so that one environment
serves both.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["Settings", "SettingsError"]

# https://kafka.apache.org/documentation/#topicconfigs, `Topic.validate`
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}")
_SERVERS: Final = re.compile(r"[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*")
_TOPIC_MUST: Final = "a Kafka topic name: letters, digits, '.', '_', '-'"
_SERVERS_MUST: Final = "host:port, several with commas between"


class SettingsError(ValueError):
    """A variable of the environment holds what it must not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Where the dashboard finds Kafka, and what its two topics are called."""

    bootstrap_servers: str = "127.0.0.1:9092"
    profiles_topic: str = "live-viewer-profiles"
    audience_topic: str = "live-audience"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; a variable that is unset or empty has its default.

        Raises:
            SettingsError: a value breaks its rule; the message names the variable, the
                value and what it must be.

        """
        rules = (
            ("bootstrap_servers", "KAFKA_BOOTSTRAP_SERVERS", _SERVERS, _SERVERS_MUST),
            ("profiles_topic", "PROFILES_TOPIC", _TOPIC, _TOPIC_MUST),
            ("audience_topic", "AUDIENCE_TOPIC", _TOPIC, _TOPIC_MUST),
        )
        values = {}
        for field, name, pattern, must in rules:
            value = env.get(name)
            if not value:
                continue
            if not pattern.fullmatch(value):
                msg = f"`{name}` must be {must}; got {value!r} instead"
                raise SettingsError(msg)
            values[field] = value
        return cls(**values)
