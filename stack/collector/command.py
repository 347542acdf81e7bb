"""`python -m stack collector`: trackers' requests, turned into events on the topic."""

import asyncio
import dataclasses
import logging
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from dataflows.settings import Settings
from stack.collector.bad_rows import bad_rows_topic
from stack.collector.collecting import Collector
from stack.collector.pages import page_routes
from stack.collector.producing import BatchProducer, connect
from stack.collector.server import CollectorServer, serve
from stack.collector.shapes import Shape
from stack.errors import StackError
from stack.services.ports import HOST
from stack.services.topics import Found, ensure_topics, topics_of
from stack.vendoring import TRACKER, ensure_tracker_files

__all__ = ["collector"]

_log = logging.getLogger(__name__)

# Of the source topic where there is none yet, as `python -m stack topics` has it.
_PARTITIONS: Final = 4


def collector(
    *,
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen on; others than this machine's own "
            "let anybody in reach send events."
        ),
    ] = HOST,
    port: Annotated[int, typer.Option(help="0 takes any that is free.")] = 9090,
    shape: Annotated[Shape, typer.Option(help="Of the events.")] = Shape.TSV,
    topic: Annotated[
        str | None, typer.Option(help="Topic of the events; SOURCE_TOPIC else.")
    ] = None,
    bad_rows: Annotated[
        str,
        typer.Option(envvar="BAD_ROWS_TOPIC", help="Topic of what can't be an event."),
    ] = "snowplow-bad-rows",
    bootstrap_servers: Annotated[
        str | None, typer.Option(help="Kafka brokers; KAFKA_BOOTSTRAP_SERVERS else.")
    ] = None,
    page: Annotated[
        bool,
        typer.Option(
            "--page", help="Serve the player's page, too; npm fetches its tracker once."
        ),
    ] = False,
    vendor: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Serve the page with the tracker's files in this folder.",
        ),
    ] = None,
) -> None:
    """Collect what Snowplow trackers send, as enriched events on the source topic.

    For development on one machine. It is no replacement of Snowplow's collector and
    enrich: it checks no schemas, enriches nothing, and keeps no events of its own; an
    event that Kafka does not take goes back to the tracker.
    """
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    settings = Settings.from_env()
    servers = bootstrap_servers or settings.bootstrap_servers
    settings = dataclasses.replace(
        settings, source_topic=topic or settings.source_topic
    )
    _make_topics(servers, settings, bad_rows)
    producer = BatchProducer(connect(servers, settings.kafka_config()))
    collecting = Collector(
        producer,
        source_topic=settings.source_topic,
        bad_rows_topic=bad_rows,
        shape=shape,
    )
    if page and vendor is None:
        vendor = ensure_tracker_files(Console(stderr=True))
    routes = [] if vendor is None else page_routes(TRACKER, vendor)
    server = CollectorServer(collecting, routes)
    try:
        asyncio.run(serve(server, collecting, (host, port), _tell_address))
    finally:
        if unsettled := producer.close():
            _log.warning("%d messages are left for trackers to send again", unsettled)


def _make_topics(servers: str, settings: Settings, bad_rows: str) -> None:
    """Create the two topics if they are missing, and say where they differ.

    Raises:
        StackError: they are one, or Kafka does not answer.

    """
    if bad_rows == settings.source_topic:
        msg = f"`--bad-rows` must differ from `--topic`; got {bad_rows!r} for both"
        raise StackError(msg)
    source, *_ = topics_of(settings, _PARTITIONS)
    wanted = [source, bad_rows_topic(bad_rows)]
    for outcome in ensure_topics(servers, wanted, settings.kafka_config()):
        if outcome.found is Found.DIFFERS:
            _log.warning("topic %s: %s", outcome.name, outcome.detail)


def _tell_address(address: str) -> None:
    Console().print(f"Collector {address}", highlight=False)
