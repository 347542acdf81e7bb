"""That the topics are what the figures say they are of."""

from itertools import islice

from stack.collector.shapes import Shape
from tests.benchmarks.bench import Source, Wanted
from tests.benchmarks.stream import Crowd

_VIEWERS = 20


def test_each_viewer_comes_first() -> None:
    """A topic begins with an event of each viewer, so that all are there."""
    messages = Source(Shape.FLAT, _VIEWERS, 1_000).messages(1_795_000_000_000)

    first = [message for _, message in islice(messages, _VIEWERS)]

    crowd = Crowd(Shape.FLAT, _VIEWERS)
    for viewer, message in enumerate(first):
        assert crowd.viewer_id(viewer) in message


def test_many_viewers_have_events_enough() -> None:
    """A topic of the flat shape has six events a viewer at least."""
    wanted = Wanted(events=1_000)

    assert wanted.source(Shape.FLAT, 10).events == 1_000
    assert wanted.source(Shape.FLAT, 1_000).events == 6_000
    assert wanted.source(Shape.TSV, 10).events == 250


def test_patience_has_an_end() -> None:
    """The flow may take longer where there is more to do, but not forever."""
    wanted = Wanted()

    small, large, huge = (
        wanted.patience(Source(Shape.FLAT, events, events))
        for events in (1_000, 1_000_000, 1_000_000_000)
    )

    assert small < large < huge == 900
