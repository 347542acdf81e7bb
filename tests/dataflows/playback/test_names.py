"""Counts by strangers' names: what counts, what is kept, what grows."""

import msgspec
import pytest

from dataflows.playback.audience import AdTally
from dataflows.playback.events import Ad, AdBreak, EventData, EventName, MediaEvent
from dataflows.playback.names import NameCounts, added, grown, shown
from dataflows.playback.tallies import NamedTallies
from tests.dataflows.playback.streams import flat


def counts_of(**counts: int) -> list[int]:
    """Return the counts of an ad, by the fields of `AdTally`."""
    return list(msgspec.structs.astuple(AdTally(**counts)))


def told(*events: MediaEvent) -> NamedTallies:
    """Return what a shard that counted these tells."""
    counts = NameCounts()
    for event in events:
        counts.count(event)
    return counts.told()


def quartile(percent: int) -> MediaEvent:
    """Return a quartile of an ad."""
    data = EventData(percent_progress=percent)
    return flat(EventName.AD_QUARTILE, ad=Ad("a"), data=data)


def error(code: str | None, name: str | None = None) -> MediaEvent:
    """Return an error."""
    return flat(EventName.ERROR, data=EventData(error_code=code, error_name=name))


def test_ads() -> None:
    """Each event of an ad counts under the ad and under its break."""
    ad, pre = Ad("a"), AdBreak("b", name="pre-roll")
    named = told(
        flat(EventName.AD_START, ad=ad, ad_break=pre),
        flat(EventName.AD_SKIP, ad=ad, ad_break=pre),
        quartile(25),
        quartile(33),
        flat(EventName.AD_BREAK_START, ad_break=pre),
    )

    assert named.ads_by_id == {"a": counts_of(starts=1, skips=1, first_quartiles=1)}
    assert named.ads_by_break == {
        "pre-roll": counts_of(starts=1, skips=1, breaks=1),
        "unknown": counts_of(first_quartiles=1),
    }


@pytest.mark.parametrize(
    ("ad_break", "standing"),
    [
        (AdBreak("b", name="post-roll", start_time=0.0), "post-roll"),
        (AdBreak("b", start_time=0.0), "pre-roll"),
        (AdBreak("b", start_time=12.5), "mid-roll"),
        (AdBreak("b"), "unknown"),
        (None, "unknown"),
    ],
)
def test_break(ad_break: AdBreak | None, standing: str) -> None:
    """A break stands where its name says, else where its start does."""
    named = told(flat(EventName.AD_BREAK_START, ad_break=ad_break))

    assert list(named.ads_by_break) == [standing]


def test_errors() -> None:
    """An error counts under its code, else its name, cut where it is very long."""
    named = told(
        error("404", "Lost"), error(None, "Lost"), error(None), error("x" * 99)
    )

    assert named.errors_by_code == {"404": 1, "Lost": 1, "unknown": 1, "x" * 80: 1}


def test_last_counted_are_kept() -> None:
    """Of too many names the one that was counted longest ago makes room."""
    codes = [str(number) for number in range(64)]
    named = told(*[error(code) for code in codes], error("0"), error("new"))

    assert "1" not in named.errors_by_code
    assert named.errors_by_code["0"] == 2
    assert len(named.errors_by_code) == 64


def test_packed() -> None:
    """What is unpacked tells what was packed, and goes on."""
    counts = NameCounts()
    counts.count(error("404"))
    again = NameCounts.unpack(counts.pack())
    again.count(error("404"))

    assert again.told().errors_by_code == {"404": 2}


def test_packed_before_a_field_was_added() -> None:
    """A count that is younger than the snapshot begins at none."""
    again = NameCounts.unpack([{"a": [3]}, {}, {}])

    assert again.told().ads_by_id == {"a": counts_of(starts=3)}


def test_added_and_grown() -> None:
    """Shards are added up by name; what began anew has not shrunk."""
    one = NamedTallies({"a": counts_of(starts=2)}, {}, {"404": 3, "500": 1})
    two = NamedTallies({"a": counts_of(starts=1, clicks=1)}, {}, {"404": 1})
    total = added([one, two])
    before = NamedTallies({"a": counts_of(starts=1)}, {}, {"404": 1, "500": 7})
    more = grown(total, before)

    assert total.ads_by_id == {"a": counts_of(starts=3, clicks=1)}
    assert more.ads_by_id == {"a": counts_of(starts=2, clicks=1)}
    assert more.errors_by_code == {"404": 3, "500": 0}


def test_shown_are_the_largest() -> None:
    """A record names no more than it has room for, and nothing that is nothing."""
    ads = {f"ad-{n:03}": counts_of(starts=n) for n in range(99)}
    named = NamedTallies(ads, {"pre-roll": counts_of()}, {"404": 0, "500": 2})
    fields = shown(named)

    assert list(fields["ads_by_id"].items())[:2] == [
        ("ad-098", AdTally(starts=98)),
        ("ad-097", AdTally(starts=97)),
    ]
    assert len(fields["ads_by_id"]) == 30
    assert fields["ads_by_break"] == {}
    assert fields["errors_by_code"] == {"500": 2}


def test_told_stays_as_it_was() -> None:
    """What is counted later does not change what was told."""
    counts = NameCounts()
    counts.count(flat(EventName.AD_START, ad=Ad("a")))
    before = counts.told()
    counts.count(flat(EventName.AD_START, ad=Ad("a")))

    assert before.ads_by_id == {"a": counts_of(starts=1)}
    assert counts.told().ads_by_id == {"a": counts_of(starts=2)}
