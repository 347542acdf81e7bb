"""A consumer that throws messages away: what the client and the broker can do.

BOOTSTRAP=... IN_TOPIC=... python -m tests.benchmarks.programs.raw_consumer
"""

import os
from typing import Final

from tests.benchmarks.programs.meter import Meter
from tests.benchmarks.topics import reading

_BATCH: Final = 1_000


def main() -> None:
    """Consume until killed."""
    meter = Meter()
    meter.start()
    with reading(os.environ["BOOTSTRAP"], os.environ["IN_TOPIC"]) as consumer:
        while True:
            meter.done += len(consumer.consume(_BATCH, timeout=0.1))


if __name__ == "__main__":
    main()
