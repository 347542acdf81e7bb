"""What the figures were measured on, and with; nothing that names a host."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

__all__ = ["described"]

_PACKAGES: Final = ("bytewax", "confluent-kafka", "msgspec")


def described() -> dict[str, str]:
    """Return the machine and the versions, in words."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": f"{os.cpu_count()} cores, {_first('/proc/cpuinfo', 'model name')}",
        "memory": f"{_memory_gb():.0f} GB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": packages,
        "services": "Kafka and DynamoDB Local, on the same machine",
    }


def _memory_gb() -> float:
    return int(_first("/proc/meminfo", "MemTotal").split()[0]) / 1e6


def _first(path: str, key: str) -> str:
    """Return the value of the first line `key : value` of a file."""
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "unknown"
