"""What all handlers of a server process share."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Final, Protocol, TypeVar

from dashboard.api.door import Door
from dashboard.api.hub import Hub
from dashboard.feed import shared_model
from dashboard.model import AudienceModel
from dashboard.settings import DashboardSettings
from dashboard.tables import HistoryPage, read_history
from dataflows.settings import Settings

__all__ = ["HistoryReader", "Service", "service_of", "shared_service"]

T = TypeVar("T")

_THREADS: Final = 4
_MIB: Final = 1 << 20


class HistoryReader(Protocol):
    """Reads a page of a viewer's history, up to a key; waits for the answer."""

    def __call__(self, viewer_id: str, *, before: str | None) -> HistoryPage:
        """Return the page, as `dashboard.tables.read_history` does."""
        ...


@dataclass(frozen=True)
class Service:
    """The model and who may read it, the clients of /ws, and threads to wait in."""

    model: AudienceModel
    door: Door
    hub: Hub
    history: HistoryReader
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_THREADS, "api")
    )

    async def aside(self, work: Callable[[], T]) -> T:
        """Do work that takes a while, or waits, beside the server's loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)


def service_of(
    model: AudienceModel, settings: DashboardSettings, history: HistoryReader
) -> Service:
    """Return the service that the settings ask for."""
    hub = Hub(
        model.viewers,
        most_clients=settings.ws_clients,
        most_waiting_bytes=settings.ws_queue_mib * _MIB,
    )
    return Service(model, Door(settings), hub, history)


@cache
def shared_service() -> Service:
    """Return the service of this server process, and start its feed.

    Raises:
        SettingsError: a variable of the environment holds what it must not.

    """
    history = partial(read_history, Settings.from_env())
    return service_of(shared_model(), DashboardSettings.from_env(), history)
