"""What a request may ask for."""

import msgspec

from dashboard.api.parameters import (
    FilterParameters,
    HistoryParameters,
    ViewersParameters,
)
from dashboard.api.reading import read_parameters
from dashboard.query import ViewerColumn, ViewerQuery
from dataflows.playback.profile import PlaybackStatus


def test_nothing_asked_for() -> None:
    """Without parameters it is what the dashboard's table asks for."""
    asked = read_parameters(FilterParameters, {})

    assert msgspec.structs.asdict(asked) == msgspec.structs.asdict(ViewerQuery())


def test_all_asked_for() -> None:
    """Each parameter is the field of the query that has its name."""
    query = {
        "text": "é",
        "status": "BUFFERING",
        "title": "A film",
        "buffering_longer_s": "2.5",
        "order": "stalls",
        "descending": "false",
        "page": "3",
        "size": "7",
    }
    asked = read_parameters(
        ViewersParameters, {name: [text.encode()] for name, text in query.items()}
    )

    assert asked == ViewersParameters(
        text="é",
        status=PlaybackStatus.BUFFERING,
        title="A film",
        buffering_longer_s=2.5,
        order=ViewerColumn.STALLS,
        descending=False,
        page=3,
        size=7,
    )


def test_any_moment() -> None:
    """Without moments, history is asked for from its beginning to its end."""
    since, until = read_parameters(HistoryParameters, {}).between()

    assert since < -1e12
    assert until > 1e12
