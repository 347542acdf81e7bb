"""What can be set of the dashboard alone."""

import pytest

from dashboard.settings import DashboardSettings
from dataflows.errors import SettingsError


def test_nothing_set() -> None:
    """Unset or empty means the default, which lets in nobody but this machine."""
    settings = DashboardSettings.from_env({"DASHBOARD_ACCESS": ""})

    assert settings == DashboardSettings()
    assert settings.access == "local"


def test_all_set() -> None:
    """Each variable sets its field."""
    env = {
        "DASHBOARD_ACCESS": "open",
        "DASHBOARD_API_TOKEN": "x" * 16,
        "DASHBOARD_WS_CLIENTS": "7",
        "DASHBOARD_WS_QUEUE_MIB": "9",
    }

    assert DashboardSettings.from_env(env) == DashboardSettings(
        access="open", api_token="x" * 16, ws_clients=7, ws_queue_mib=9
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DASHBOARD_ACCESS", "Open"),
        ("DASHBOARD_WS_CLIENTS", "0"),
        ("DASHBOARD_WS_CLIENTS", "10001"),
        ("DASHBOARD_WS_QUEUE_MIB", "1.5"),
    ],
)
def test_broken_rule(name: str, value: str) -> None:
    """A value that breaks its rule is told with its variable."""
    with pytest.raises(SettingsError, match=f"`{name}` must be .*; got '{value}'"):
        DashboardSettings.from_env({name: value})


@pytest.mark.parametrize("token", ["x" * 15, "x" * 513, "with a space in it", "é" * 16])
def test_token_that_is_none(token: str) -> None:
    """A token that could be guessed or not be sent is refused, and told to nobody."""
    with pytest.raises(SettingsError, match="`DASHBOARD_API_TOKEN`") as refused:
        DashboardSettings.from_env({"DASHBOARD_API_TOKEN": token})

    assert token not in str(refused.value)


def test_token_stays_secret() -> None:
    """The token stands in no log."""
    assert "x" * 16 not in repr(DashboardSettings(api_token="x" * 16))
