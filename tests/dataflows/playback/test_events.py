"""The events and the one order that they have."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataflows.playback.events import (
    AD_EVENTS,
    Ad,
    EventName,
    MediaEvent,
    MediaPlayer,
    entity_fields,
    event_order,
)
from tests.strategies import media_events

N = EventName


def _event(name: EventName, event_id: str = "e", time: int = 0) -> MediaEvent:
    return MediaEvent(viewer_id="v", event_id=event_id, name=name, time=time)


def test_vocabulary() -> None:
    """The vocabulary has 25 events, and every name ends as the schemas' do."""
    assert len(EventName) == 25
    assert all(name.endswith("_event") for name in EventName)


def test_ad_events() -> None:
    """Nine events are of an ad or of its break."""
    assert len(AD_EVENTS) == 9
    assert {N.AD_BREAK_START, N.AD_BREAK_END, N.AD_START, N.AD_CLICK} < AD_EVENTS


@pytest.mark.parametrize(
    "names",
    [
        (N.AD_BREAK_START, N.PAUSE),
        (N.AD_BREAK_START, N.AD_START, N.PAUSE),
        (N.AD_BREAK_END, N.PLAY),
        (N.AD_COMPLETE, N.AD_START),
        (N.AD_SKIP, N.AD_START),
        (N.AD_COMPLETE, N.AD_BREAK_END, N.PLAY),
        (N.SEEK_START, N.SEEK_END),
        (N.BUFFER_END, N.BUFFER_START),
        (N.PAUSE, N.PLAY),
        (N.PAUSE, N.PING, N.END),
    ],
)
def test_order_in_one_millisecond(names: tuple[EventName, ...]) -> None:
    """Events of one stamp have the order that leaves the state the page is in."""
    for arrived in permutations(names):
        ordered = sorted(map(_event, arrived), key=event_order)

        assert names == tuple(event.name for event in ordered)


def test_time_orders_first() -> None:
    """Time comes before kind, and kind before `event_id`."""
    events = [
        _event(N.END, "b", time=2),
        _event(N.END, "a", time=2),
        _event(N.READY, "b", time=2),
        _event(N.END, "b", time=1),
    ]

    assert events[::-1] == sorted(events, key=event_order)


@given(
    media_events(
        st.builds(
            _event,
            st.sampled_from(EventName),
            st.sampled_from("abc"),
            st.integers(0, 2),
        )
    )
)
def test_order_is_total(events: list[MediaEvent]) -> None:
    """No two events are equal in order, so arrival never decides."""
    assert len(events) == len({event_order(event) for event in events})


def test_words_of_the_schemas() -> None:
    """Entities are written in the schemas' own names."""
    player = MediaPlayer(current_time=1.5, player_type="html5")

    assert entity_fields(player) == {"currentTime": 1.5, "playerType": "html5"}
    assert entity_fields(Ad("a", pod_position=2)) == {"adId": "a", "podPosition": 2}
