"""The evening that the notebooks look at."""

from itertools import islice

from notebooks.evening import MINUTES, START_MS, happenings


def test_same_seed_is_the_same_evening() -> None:
    """The seed decides all that is left to chance."""
    first, again = (list(islice(happenings(3), 200)) for _ in range(2))

    assert [h.event for h in first] == [h.event for h in again]
    assert first[0].event != next(happenings(4)).event


def test_events_are_of_the_evening_in_order() -> None:
    """Events come in order of time, none before the evening or after it."""
    times = [happening.event.time for happening in happenings()]

    assert times == sorted(times)
    assert START_MS <= times[0] <= times[-1] < START_MS + MINUTES * 60_000


def test_no_two_scenes_share_a_viewer() -> None:
    """A viewer who is signed in belongs to one scene, and so to one country."""
    visits = {id(happening.visit): happening.visit for happening in happenings()}
    countries: dict[str, set[str]] = {}
    for visit in visits.values():
        country = visit.fixed["geo_country"]
        countries.setdefault(visit.viewer_id, set()).add(country)

    assert {len(found) for found in countries.values()} == {1}
