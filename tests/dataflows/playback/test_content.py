"""What is known of the content."""

from dataflows.playback.content import content_of
from dataflows.playback.events import EventData, EventName
from dataflows.playback.folding import fold
from dataflows.playback.session import Session
from tests.dataflows.playback.streams import TIMING, full

QUALITY_CHANGE, PING = EventName.QUALITY_CHANGE, EventName.PING


def session_of(viewer_id: str) -> Session:
    """Return the session of one who watches a title, in a quality they changed to."""
    title = {"label": "The Lighthouse Keeper", "duration": 6_840.0}
    session = fold(None, full(PING, player=title, viewer_id=viewer_id), TIMING, [])
    better = EventData(new_quality="1080p", bitrate=5_000_000)
    change = full(QUALITY_CHANGE, 1, player=title, viewer_id=viewer_id, data=better)
    return fold(session, change, TIMING, [])


def test_content_is_shared() -> None:
    """Viewers of the same share what is known of it, and keep it while it stays."""
    alice, bob = session_of("alice"), session_of("bob")
    content = alice.content

    assert content is bob.content
    assert (content.label, content.quality) == ("The Lighthouse Keeper", "1080p")
    assert (content.duration, content.bitrate) == (6_840, 5_000_000)


def test_same_texts_of_contents_that_differ() -> None:
    """Contents that differ have the texts in common that do not."""
    texts = [f"title-{number}" for number in (1, 1)]
    one, other = (
        content_of(text, duration, None, None, 0, None)
        for duration, text in enumerate(texts)
    )

    assert one is not other
    assert one.label is other.label
