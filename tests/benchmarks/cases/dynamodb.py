"""DynamoDB: the flow with its tables on, beside writing batches and nothing else."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from stack.collector.shapes import Shape
from stack.services.tables import Table, ensure_tables, local_client
from tests.benchmarks.bench import Bench
from tests.benchmarks.dynamodb import Client
from tests.benchmarks.flow import BOTH_TABLES, flow_over
from tests.benchmarks.progress import in_topic, span
from tests.benchmarks.results import Measurement, once
from tests.benchmarks.runs import watch
from tests.benchmarks.topics import reading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import WriteRequestTypeDef

__all__ = ["measure"]

_BATCH: Final = 25
_WRITERS: Final = (1, 4)
_ONLY_HISTORY: Final = BOTH_TABLES | {"WRITE_PROFILES": "false"}


def measure(bench: Bench) -> Iterator[Measurement]:
    """Write batches alone, then run the flow with the history on, then with both."""
    for _ in range(bench.wanted.repeat):
        for writers in _WRITERS:
            what = {"engine": f"BatchWriteItem alone, connections: {writers}"}
            yield once("dynamodb", what, {"items_a_s": _alone(bench, writers)})
        for name, tables in (("history", _ONLY_HISTORY), ("both", BOTH_TABLES)):
            what = {"engine": f"this project, {name}"}
            yield once("dynamodb", what, _flow(bench, tables))


def _alone(bench: Bench, writers: int) -> float:
    """Return the items a second that so many writers of full batches reach."""
    client = local_client(bench.services.dynamodb_url)
    table = Table(name=bench.unique("alone"), keys=("viewer_id", "collector_tstamp"))
    ensure_tables(client, [table])
    until_s = time.monotonic() + bench.wanted.dynamodb_s
    with ThreadPoolExecutor(writers) as pool:
        arguments = [(bench, table.name, number, until_s) for number in range(writers)]
        written = sum(pool.map(_write, *zip(*arguments, strict=True)))
    client.delete_table(TableName=table.name)
    return written / bench.wanted.dynamodb_s


def _write(bench: Bench, table: str, writer: int, until_s: float) -> int:
    # Of its own, for a client has few connections.
    client = local_client(bench.services.dynamodb_url)
    written = 0
    while time.monotonic() < until_s:
        numbers = range(written, written + _BATCH)
        batch = [_item(f"{writer}-{number}") for number in numbers]
        left = client.batch_write_item(RequestItems={table: batch})["UnprocessedItems"]
        written += _BATCH - len(left.get(table, ()))
    return written


def _item(name: str) -> "WriteRequestTypeDef":
    """Return a put of an item that is as large as one of the history."""
    texts = {
        "viewer_id": f"viewer-{name}",
        "collector_tstamp": "2026-11-23T05:08:10.699Z",
        "event_id": "f33b3246-9e02-46bb-872c-7644af3a2658",
        "event_name": "ad_break_start_event",
        "status": "WATCHING_AD",
        "previous_status": "WATCHING_VIDEO",
        "session_start": "2026-11-23T05:06:10.699Z",
    }
    numbers = ("video_ts", "adsClicked", "adsSkipped", "expires_at")
    return {
        "PutRequest": {
            "Item": {
                **{name: {"S": text} for name, text in texts.items()},
                **{name: {"N": "1803186490"} for name in numbers},
            }
        }
    }


def _flow(bench: Bench, tables: dict[str, str]) -> dict[str, float]:
    """Return the flow's rates; profiles are written over, so only the last counts."""
    source = bench.wanted.source(Shape.FLAT, bench.wanted.middle)
    topic, servers = bench.filled(source), bench.services.bootstrap_servers
    with flow_over(bench, topic, more=tables) as flow:
        audience = reading(servers, flow.settings.audience_topic)
        with audience as consumer, flow.running() as processes:
            told = in_topic(consumer)
            longest_s = bench.wanted.dynamodb_s * 2
            run = watch(told, processes, source.events, longest_s)
            with Client(bench.services.dynamodb_url) as client:
                ended_s = time.time()
                history = client.count(flow.settings.history_table)
                profiles = 0
                if flow.settings.write_profiles:
                    profiles = client.count(flow.settings.profiles_table)
    took_s = ended_s - span(run.samples)[0].at_s
    return {
        "whole_eps": run.figures()["whole_eps"],
        "items_a_s": (history + profiles) / took_s,
        "history_a_s": history / took_s,
        "profiles_a_s": profiles / took_s,
    }
