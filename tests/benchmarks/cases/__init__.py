"""What is measured, a case a module: each yields measurements as it comes to them."""

from collections.abc import Callable, Iterator
from typing import Final

from tests.benchmarks import profiling
from tests.benchmarks.bench import Bench
from tests.benchmarks.cases import (
    core,
    dynamodb,
    feed,
    latency,
    recovery,
    scaling,
    throughput,
    turnovers,
)
from tests.benchmarks.results import Measurement

__all__ = ["CASES", "PROFILE", "Case"]

Case = Callable[[Bench], Iterator[Measurement]]

# Recovery comes last of those that share topics, for it adds events of its own.
CASES: Final[dict[str, Case]] = {
    "core": core.measure,
    "turnovers": turnovers.measure,
    "throughput": throughput.measure,
    "scaling": scaling.measure,
    "latency": latency.measure,
    "dynamodb": dynamodb.measure,
    "feed": feed.measure,
    "recovery": recovery.measure,
}
"""The cases by name, in the order in which they are run."""

PROFILE: Final = profiling.measure
"""One more, which asks for py-spy and so for a word of its own."""
