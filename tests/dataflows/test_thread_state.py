"""A worker's thread and Python: the state is kept from call to call."""

import threading

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource, cluster_main

from dataflows.thread_state import keep_thread_state

_ITEMS = 50


def test_a_worker_knows_its_thread_from_one_call_to_the_next() -> None:
    """Without it, each call of the engine finds a thread that is new to Python."""
    counted: list[int] = []
    of_thread = threading.local()

    def count(item: int) -> int:
        keep_thread_state()
        of_thread.calls = getattr(of_thread, "calls", 0) + 1
        counted.append(of_thread.calls)
        return item

    flow = Dataflow("flow")
    items = op.input("items", flow, TestingSource(range(_ITEMS), batch_size=1))
    op.output("out", op.map("count", items, count), TestingSink([]))

    cluster_main(flow, [], 0, worker_count_per_proc=2)

    assert counted == list(range(1, _ITEMS + 1))
