"""The dashboard's settings."""

import dataclasses

import pytest

from dashboard.settings import Settings, SettingsError
from dataflows.settings import Settings as FlowSettings


def test_defaults_are_the_flows() -> None:
    """Without an environment both find the same brokers and topics."""
    flow = FlowSettings()

    for field in dataclasses.fields(Settings):
        assert getattr(flow, field.name) == field.default


def test_same_names_as_the_flow() -> None:
    """One environment serves the flow and the dashboard."""
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": "kafka-1:9092,kafka-2:9093",
        "PROFILES_TOPIC": "p",
        "AUDIENCE_TOPIC": "a",
    }
    flow = FlowSettings.from_env(env)

    assert Settings.from_env(env) == Settings(
        bootstrap_servers=flow.bootstrap_servers,
        profiles_topic=flow.profiles_topic,
        audience_topic=flow.audience_topic,
    )


def test_empty_is_unset() -> None:
    """A variable that is empty has its default."""
    assert Settings() == Settings.from_env({"PROFILES_TOPIC": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA_BOOTSTRAP_SERVERS", "localhost"),
        ("PROFILES_TOPIC", "no spaces"),
        ("AUDIENCE_TOPIC", "a" * 250),
    ],
)
def test_error_names_variable_and_value(name: str, value: str) -> None:
    """What breaks its rule is told by name, rule and value."""
    with pytest.raises(SettingsError, match=f"`{name}` must be .*; got '{value}'"):
        Settings.from_env({name: value})
