"""Recent events as bytes."""

from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.events import EventName, MediaEvent
from dataflows.playback.packing import pack_event, pack_event_id, unpack_events
from tests.dataflows.playback.streams import flat
from tests.strategies import media_event, plain_event


@given(st.lists(media_event() | plain_event(), min_size=1, max_size=5))
def test_round_trip(events: list[MediaEvent]) -> None:
    """Events come back as they were, however much they say."""
    events = [msg for msg in events if msg.viewer_id == events[0].viewer_id]
    packed = b"".join(pack_event(event) for event in events)

    assert unpack_events(packed, len(events), events[0].viewer_id) == events
    assert all(pack_event_id(event.event_id) in packed for event in events)


def test_plain_event_is_small() -> None:
    """Of an event of the original's eight fields little more than its id is kept."""
    event = flat(EventName.PING, 5, 12.0, event_id="x" * 36)

    assert len(pack_event(event)) <= 36 + 24
