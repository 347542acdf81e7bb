"""What the system costs a month, reckoned for README.md.

    python -m tests.terraform.costs

writes the table between its markers. Every price and every rate is below, to be changed
and reckoned again: prices differ by region, and change.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.terraform.command import TERRAFORM

__all__ = ["README", "SITES", "Site", "items", "table", "with_table"]

README: Final = TERRAFORM / "README.md"
_BEGIN, _END = "<!-- costs -->\n", "<!-- /costs -->\n"

_HOURS: Final = 730
_SECONDS: Final = _HOURS * 3600
_GB: Final = 1e9
_MILLION: Final = 1e6

# US dollars, eu-west-1, as known in 2025; check them before you rely on them.
PRICES: Final[Mapping[str, float]] = {
    "fargate vcpu hour": 0.04048,
    "fargate gb hour": 0.004445,
    "kafka.m7g.large hour": 0.2268,
    "kafka.m7g.xlarge hour": 0.4536,
    "kafka gb month": 0.11,
    "kinesis stream hour": 0.044,
    "kinesis gb in": 0.088,
    "kinesis gb out": 0.044,
    "dynamodb million writes": 0.705,
    "dynamodb gb month": 0.283,
    "dynamodb backup gb month": 0.2262,
    "efs gb month": 0.33,
    "efs gb written": 0.066,
    "load balancer hour": 0.0252,
    "load balancer unit hour": 0.008,
    "nat hour": 0.048,
    "nat gb": 0.048,
    "endpoint hour": 0.011,
    "logs gb": 0.57,
    "metric month": 0.30,
    "alarm month": 0.10,
    "key month": 1.00,
}

# What viewers do. A ping a half minute, and another event a minute: plays, pauses, ads.
EVENTS_A_VIEWER_S: Final = 1 / 30 + 1 / 60
# The flow writes a profile at most every half minute, and at each change of status.
STATUS_CHANGES_A_VIEWER_S: Final = 1 / 120
PROFILE_WRITES_A_VIEWER_S: Final = 1 / 30 + STATUS_CHANGES_A_VIEWER_S
# A month's mean, as a part of the peak.
MEAN_OF_PEAK: Final = 0.4

# Bytes: as collected, as enriched, as Snowbridge writes it, an item of each table (a
# write counts by the KiB begun), and what a viewer takes in a snapshot.
RAW_BYTES, ENRICHED_BYTES, MESSAGE_BYTES = 2_000, 3_500, 4_000
PROFILE_UNITS, HISTORY_UNITS, HISTORY_BYTES = 2, 1, 400
SNAPSHOT_BYTES, SNAPSHOT_S = 1_000, 30
HISTORY_DAYS, KAFKA_DAYS, REPLICAS = 90, 7, 3


@dataclass(frozen=True, kw_only=True)
class Site:
    """A size: viewers at the peak, and what runs for them.

    Tasks are `(how many, vCPU, GB)`.
    """

    viewers: int
    broker: str
    nat_gateways: int
    flow: tuple[int, float, float]
    dashboard: tuple[int, float, float]
    collector: tuple[int, float, float]
    enrich: tuple[int, float, float]
    snowbridge: tuple[int, float, float]

    @property
    def mean_viewers(self) -> float:
        """Viewers as a mean of the month."""
        return self.viewers * MEAN_OF_PEAK

    @property
    def events(self) -> float:
        """Events a month."""
        return self.mean_viewers * EVENTS_A_VIEWER_S * _SECONDS


SITES: Final = (
    Site(
        viewers=1_000,
        broker="kafka.m7g.large",
        nat_gateways=1,
        flow=(1, 2, 4),
        dashboard=(1, 1, 4),
        collector=(2, 0.5, 1),
        enrich=(1, 1, 2),
        snowbridge=(1, 0.5, 1),
    ),
    Site(
        viewers=10_000,
        broker="kafka.m7g.large",
        nat_gateways=3,
        flow=(2, 2, 4),
        dashboard=(2, 1, 4),
        collector=(2, 0.5, 1),
        enrich=(2, 1, 2),
        snowbridge=(2, 0.5, 1),
    ),
    Site(
        viewers=100_000,
        broker="kafka.m7g.xlarge",
        nat_gateways=3,
        flow=(2, 2, 8),
        dashboard=(2, 2, 8),
        collector=(4, 1, 2),
        enrich=(6, 1, 2),
        snowbridge=(4, 0.5, 1),
    ),
)


def _tasks(site: Site) -> float:
    groups = (site.flow, site.dashboard, site.collector, site.enrich, site.snowbridge)
    vcpus = sum(count * vcpu for count, vcpu, _ in groups)
    gigabytes = sum(count * gb for count, _, gb in groups)
    hour = vcpus * PRICES["fargate vcpu hour"] + gigabytes * PRICES["fargate gb hour"]
    return hour * _HOURS


def _kafka(site: Site) -> float:
    kept_s = KAFKA_DAYS * 86_400
    kept = site.mean_viewers * EVENTS_A_VIEWER_S * kept_s * MESSAGE_BYTES * REPLICAS
    # A third is left free, and no broker begins with less than 100 GB.
    gigabytes = max(kept / _GB * 1.5, 3 * 100)
    brokers = 3 * PRICES[f"{site.broker} hour"] * _HOURS
    return brokers + gigabytes * PRICES["kafka gb month"]


def _kinesis(site: Site) -> float:
    gigabytes = site.events * (RAW_BYTES + ENRICHED_BYTES) / _GB
    moved = gigabytes * (PRICES["kinesis gb in"] + PRICES["kinesis gb out"])
    return 5 * PRICES["kinesis stream hour"] * _HOURS + moved


def _profiles(site: Site) -> float:
    writes = site.mean_viewers * PROFILE_WRITES_A_VIEWER_S * _SECONDS * PROFILE_UNITS
    return writes / _MILLION * PRICES["dynamodb million writes"]


def _history(site: Site) -> float:
    changes_s = site.mean_viewers * STATUS_CHANGES_A_VIEWER_S
    writes = changes_s * _SECONDS * HISTORY_UNITS
    gigabytes = changes_s * HISTORY_DAYS * 86_400 * HISTORY_BYTES / _GB
    kept = PRICES["dynamodb gb month"] + PRICES["dynamodb backup gb month"]
    return writes / _MILLION * PRICES["dynamodb million writes"] + gigabytes * kept


def _store(site: Site) -> float:
    written = site.mean_viewers * SNAPSHOT_BYTES * _SECONDS / SNAPSHOT_S / _GB
    kept = site.viewers * SNAPSHOT_BYTES * 20 / _GB
    return written * PRICES["efs gb written"] + kept * PRICES["efs gb month"]


def _network(site: Site) -> float:
    nat = site.nat_gateways * PRICES["nat hour"] + 3 * 7 * PRICES["endpoint hour"]
    # A unit is 25 new connections or 1 GB an hour; browsers keep theirs for a while.
    units = max(1.0, site.mean_viewers * EVENTS_A_VIEWER_S / 25)
    balancers = 2 * PRICES["load balancer hour"]
    balancers += units * PRICES["load balancer unit hour"]
    return (nat + balancers) * _HOURS + 20 * PRICES["nat gb"]


def _watching(site: Site) -> float:
    gigabytes = 5 + site.viewers / 2_000
    metrics = 10 * PRICES["metric month"] + 35 * PRICES["alarm month"]
    return gigabytes * PRICES["logs gb"] + metrics + PRICES["key month"]


_ITEMS: Final[Mapping[str, Callable[[Site], float]]] = {
    "Fargate: what runs": _tasks,
    "MSK": _kafka,
    "Kinesis": _kinesis,
    "DynamoDB: profiles": _profiles,
    "DynamoDB: history, kept 90 days": _history,
    "EFS: recovery store": _store,
    "Load balancers, NAT, endpoints": _network,
    "Logs, metrics, alarms, key": _watching,
}


def items(site: Site) -> dict[str, float]:
    """Return what each part costs a site, in dollars a month."""
    return {name: reckon(site) for name, reckon in _ITEMS.items()}


def table() -> str:
    """Render the costs of all `SITES` as a Markdown table."""
    columns = [items(site) for site in SITES]
    heads = " | ".join(f"{site.viewers:,} viewers" for site in SITES)
    lines = [f"| US dollars a month | {heads} |", f"|---|{'---:|' * len(SITES)}"]
    for name in _ITEMS:
        cells = " | ".join(f"{column[name]:,.0f}" for column in columns)
        lines.append(f"| {name} | {cells} |")
    totals = " | ".join(f"**{sum(column.values()):,.0f}**" for column in columns)
    return "\n".join([*lines, f"| **Sum** | {totals} |"]) + "\n"


def with_table(readme: str) -> str:
    """Put the table between the markers of `readme`.

    Raises:
        ValueError: there is not one pair of markers.

    """
    before, rest = readme.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}{table()}{_END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
    sys.stdout.write(table())
