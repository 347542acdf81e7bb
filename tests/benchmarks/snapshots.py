"""What the epochs of a running flow write, and how long packing holds the stream."""

import time
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from stack.services.ports import HOST
from tests.benchmarks import store

__all__ = ["EPOCH_S", "Writes", "metrics_env", "slowest_ms"]

EPOCH_S: Final = 2.0
_PACKING: Final = "live_viewers_snapshot_seconds_sum"
_ASK_TIMEOUT_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.4


def metrics_env(port: int) -> dict[str, str]:
    """Return the environment that has the flow tell its metrics on a port."""
    return {"BYTEWAX_DATAFLOW_API_ENABLED": "1", "BYTEWAX_DATAFLOW_API_PORT": str(port)}


class Writes:
    """What is written from now on: to be looked at more often than an epoch ends.

    A snapshot that was replaced is deleted soon, so what an epoch wrote is not to be
    seen at the end.
    """

    def __init__(self, recovery: Path, port: int) -> None:
        self._recovery = recovery
        self._url = f"http://{HOST}:{port}/metrics"
        self._since = store.newest_epoch(recovery)
        self._begun_s = self._looked_s = time.monotonic()
        self._written: dict[int, float] = {}
        self._packed: list[tuple[float, float]] = []
        self._disk_bytes: list[int] = [0]

    def look(self) -> None:
        """Look, if it is time to."""
        if time.monotonic() - self._looked_s < _LOOK_EVERY_S:
            return
        self._disk_bytes.append(store.disk_bytes(self._recovery))
        for epoch, size in store.written_bytes(self._recovery, self._since).items():
            self._written[epoch] = max(size, self._written.get(epoch, 0.0))
        with suppress(URLError, TimeoutError):  # it has yet to open the port
            self._packed.append((time.monotonic(), _packing_s(self._url)))
        self._looked_s = time.monotonic()

    def figures(self) -> dict[str, float]:
        """Return the figures of all that was seen."""
        took_s = self._looked_s - self._begun_s
        written = sum(self._written.values())
        # Fewer than time has room for, where their ends take long.
        epochs = max(self._written, default=self._since) - self._since
        live = max(store.live_bytes(self._recovery), 1.0)
        return {
            "epochs": epochs,
            "live_mb": live / 1e6,
            "store_mb": max(self._disk_bytes) / 1e6,
            "store_ratio": max(self._disk_bytes) / live,
            "mb_a_s": written / 1e6 / max(took_s, EPOCH_S),
            "written_percent": 100 * written / live / max(epochs, 1),
            "snapshot_ms": slowest_ms(self._packed),
        }


def slowest_ms(packed: list[tuple[float, float]]) -> float:
    """Return the most milliseconds that were spent within the time of an epoch.

    Args:
        packed: when it was looked, and how many seconds had been spent by then.

    """
    most_s, first = 0.0, 0
    for at_s, spent_s in packed:
        while at_s - packed[first][0] > EPOCH_S:
            first += 1
        most_s = max(most_s, spent_s - packed[first][1])
    return most_s * 1000


def _packing_s(url: str) -> float:
    with urlopen(url, timeout=_ASK_TIMEOUT_S) as answer:  # noqa: S310, our own flow
        text = answer.read().decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == _PACKING:
                return float(sample.value)
    return 0.0
