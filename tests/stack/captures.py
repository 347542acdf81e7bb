"""The recorded tracker requests of `tests/data`, translated once for all tests."""

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from stack.collector.enriched import Row
from stack.collector.tracking import Request, recorded_request
from stack.collector.translation import translate

CAPTURES: Final = Path(__file__).parents[1] / "data" / "tracker-captures.jsonl"


@cache
def requests_of(run: str) -> tuple[Request, ...]:
    """Return the requests of one run of the captures."""
    lines = CAPTURES.read_bytes().splitlines()
    return tuple(
        recorded_request(line)
        for line in lines
        if msgspec.json.decode(line)["run"] == run
    )


def rows_of(run: str) -> list[Row]:
    """Return the enriched events of one run, in order of arrival."""
    return [row for request in requests_of(run) for row in translate(request).rows]


def stories_of(run: str) -> dict[str, list[Row]]:
    """Return each user's events of one run, in the order of the browser's clock."""
    stories = defaultdict(list)
    for row in sorted(rows_of(run), key=lambda row: row["dvce_created_tstamp"]):
        stories[row["user_id"]].append(row)
    return stories
