"""What a request may ask for."""

from dashboard.api.parameters import HistoryParameters, ViewersParameters
from dashboard.api.reading import read_parameters
from dashboard.query import ViewerColumn, ViewerQuery
from dataflows.playback.profile import PlaybackStatus


def test_nothing_asked_for() -> None:
    """Without parameters it is what the dashboard's table asks for."""
    assert read_parameters(ViewersParameters, {}).query() == ViewerQuery()


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

    assert asked.query() == ViewerQuery(
        text="é",
        status=PlaybackStatus.BUFFERING,
        title="A film",
        buffering_longer_s=2.5,
        order=ViewerColumn.STALLS,
        descending=False,
    )
    assert (asked.page, asked.size) == (3, 7)


def test_any_moment() -> None:
    """Without moments, history is asked for from its beginning to its end."""
    since, until = read_parameters(HistoryParameters, {}).between()

    assert since < -1e12
    assert until > 1e12
