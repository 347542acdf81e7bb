"""What can be set of the dashboard alone, all of it in the environment.

Each field names its variable, its rule and what it is for, as in
`dataflows/settings.py`, which holds what the dashboard shares with the flow.
"""

import dataclasses
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dataflows.environment import anything, one_of, read, variable
from dataflows.errors import SettingsError

__all__ = ["DashboardSettings"]

_TOKEN: Final = re.compile(r"[\x21-\x7e]{16,512}")


def _number_to(most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not (re.fullmatch(r"[0-9]{1,9}", value) and 1 <= int(value) <= most):
            msg = f"a whole number, 1 to {most}"
            raise SettingsError(msg)
        return int(value)

    return parse


def _urls(value: str) -> tuple[str, ...]:
    urls = tuple(url.strip() for url in value.split(","))
    if not all(re.fullmatch(r"https?://\S+", url) for url in urls):
        msg = "http or https URLs, several with commas between"
        raise SettingsError(msg)
    return urls


@dataclass(frozen=True, kw_only=True, slots=True)
class DashboardSettings:
    """Who may look, and how much a program may be behind."""

    access: str = variable(
        "DASHBOARD_ACCESS",
        one_of("local", "open"),
        "local",
        "who may look where nobody signs in: `local` for this machine only, `open` for "
        "everybody, as behind a load balancer that asks people to sign in",
    )
    api_token: str | None = variable(
        "DASHBOARD_API_TOKEN",
        anything,
        None,
        "what programs show to `/api`, `/ws` and `/metrics` as `Authorization: Bearer`",
        secret=True,
    )
    ws_clients: int = variable(
        "DASHBOARD_WS_CLIENTS", _number_to(10_000), "100", "clients of `/ws` at once"
    )
    ws_queue_mib: int = variable(
        "DASHBOARD_WS_QUEUE_MIB",
        _number_to(1_024),
        "16",
        "MiB that may wait for a client of `/ws` before it is dropped as too slow",
    )
    flow_metrics: tuple[str, ...] | None = variable(
        "DASHBOARD_FLOW_METRICS",
        _urls,
        None,
        "where the flow's processes tell their metrics, for the Pipeline page: URLs "
        "such as http://127.0.0.1:3030/metrics",
    )

    def __post_init__(self) -> None:
        """Check the token here, where a broken rule does not print it.

        Raises:
            SettingsError: the token could be guessed, or not be sent.

        """
        if self.api_token is not None and not _TOKEN.fullmatch(self.api_token):
            msg = (
                "`DASHBOARD_API_TOKEN` must be 16 to 512 printable characters without "
                f"spaces; got {len(self.api_token)} characters instead"
            )
            raise SettingsError(msg)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "DashboardSettings":
        """Read the settings; a variable that is unset or empty has its default.

        Raises:
            SettingsError: a value breaks its rule.

        """
        return cls(**read(dataclasses.fields(cls), env))
