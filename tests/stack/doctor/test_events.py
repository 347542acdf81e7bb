"""The newest messages are looked at with the flow's own decoder."""

import pytest

from stack.doctor.events import arrival_findings, decoding_findings
from stack.doctor.finding import Level
from stack.doctor.sample import sample_of
from tests.dataflows.playback.decode.messages import (
    enriched_fields,
    enriched_tsv,
    event,
    flat_fields,
    message,
)
from tests.stack.doctor.samples import NOW_MS, levels, record

FLAT = message(flat_fields(event()))
NOBODY = message(flat_fields(event(), viewer_id=""))
PAGE_VIEW = message(
    enriched_fields(event(), event_vendor="com.snowplow", event_name="page_view")
)


def test_no_messages() -> None:
    """An empty topic is a warning that tells where to look, and how to try."""
    (finding,) = arrival_findings("events", sample_of([], NOW_MS))

    assert finding.level is Level.WARNING
    assert "Snowbridge" in finding.cure
    assert "`python -m stack simulate`" in finding.cure


@pytest.mark.parametrize(("age_s", "level"), [(2, Level.OK), (3_000, Level.WARNING)])
def test_age(age_s: int, level: Level) -> None:
    """What came minutes ago is no longer arriving."""
    old = record(FLAT, stamped_ms=NOW_MS - age_s * 1000)

    assert levels(arrival_findings("events", sample_of([old], NOW_MS))) == [level]


def test_rate_adds_partitions_up() -> None:
    """Messages a second are those of all partitions together."""
    records = [
        record(FLAT, partition=n, stamped_ms=NOW_MS - 100 * k)
        for n in (0, 1)
        for k in range(11)
    ]

    (finding,) = arrival_findings("events", sample_of(records, NOW_MS))

    assert "20 a second" in finding.found


def test_unstamped_messages() -> None:
    """Without stamps the age is not guessed."""
    sample = sample_of([record(FLAT, stamped_ms=None)], NOW_MS)

    assert levels(arrival_findings("events", sample)) == [Level.NOTE]


def test_shapes_are_counted() -> None:
    """Media events are counted by shape, the most common first."""
    values = [FLAT, FLAT, FLAT, enriched_tsv(event()), enriched_tsv(event())]

    (finding,) = decoding_findings(sample_of(map(record, values), NOW_MS))

    assert finding.level is Level.OK
    assert finding.found.endswith("flat_json 3, enriched_tsv 2")


def test_skipped_and_refused() -> None:
    """Others are counted by name, and dead letters by reason with an example."""
    values = [FLAT, PAGE_VIEW, NOBODY]
    records = [record(value, offset=n) for n, value in enumerate(values)]

    _, skipped, refused = decoding_findings(sample_of(records, NOW_MS))

    assert "1 of 3" in skipped.found
    assert "page_view 1" in skipped.found
    assert refused.subject == "`missing_viewer_id`"
    assert refused.level is Level.WARNING
    assert "partition 0, offset 2" in refused.found
    assert "user id" in refused.cure


def test_few_refused_are_noise() -> None:
    """One in hundreds that can't be used is a note."""
    sample = sample_of([record(NOBODY), *map(record, [FLAT] * 200)], NOW_MS)

    assert levels(decoding_findings(sample)) == [Level.OK, Level.NOTE]


def test_no_media_events() -> None:
    """Messages without a media event among them are a warning."""
    first, *_ = decoding_findings(sample_of([record(PAGE_VIEW)], NOW_MS))

    assert first.level is Level.WARNING
    assert "com.snowplowanalytics.snowplow.media" in first.cure


def test_message_without_value() -> None:
    """A message without a value is the dead letter that the flow makes of it."""
    _, refused = decoding_findings(sample_of([record(None)], NOW_MS))

    assert refused.subject == "`unparsable`"
