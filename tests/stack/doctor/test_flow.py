"""The flow is judged by what it says of itself once a second."""

import pytest

from dataflows.playback.audience import EventTally, PartitionLag
from dataflows.playback.profile import iso_from_ms
from stack.doctor.finding import Finding, Level
from stack.doctor.flow import check_flow, flow_findings, heard, recent
from tests.stack.doctor.samples import (
    NOW_MS,
    audience,
    audience_value,
    context,
    levels,
    record,
    send,
)

WATERMARK = iso_from_ms(NOW_MS - 2_000)


def lag(messages: int, seconds: float) -> tuple[PartitionLag, ...]:
    """Return the lag of two partitions, one of which has none."""
    behind = PartitionLag(partition="0", messages=messages, seconds=seconds)
    return behind, PartitionLag(partition="1", messages=0, seconds=0.0)


def lag_finding(*records: tuple[float, int, float]) -> Finding:
    """Return what is said of lags, each so long ago, of messages and of seconds."""
    audiences = [
        audience(ago, lag=lag(messages, seconds), watermark=WATERMARK)
        for ago, messages, seconds in records
    ]
    return flow_findings(audiences, NOW_MS)[1]


def test_flow_that_never_ran() -> None:
    """Without a record, the cure is how to start the flow."""
    (finding,) = flow_findings([], NOW_MS)

    assert finding.level is Level.PROBLEM
    assert 'bytewax.run "dataflows.live_viewers:get_flow()"' in finding.cure


def test_flow_that_stopped() -> None:
    """A newest record of minutes ago is a problem, and nothing is said of its lag."""
    (finding,) = flow_findings([audience(240)], NOW_MS)

    assert finding.level is Level.PROBLEM
    assert "4 min old" in finding.found


def test_flow_that_keeps_up() -> None:
    """A flow that speaks each second and lags by nothing is well, with its rate."""
    events = [EventTally(received=100), EventTally(received=1_100)]
    audiences = [
        audience(ago, events=tally, watermark=WATERMARK)
        for ago, tally in zip((10, 0), events, strict=True)
    ]

    findings = flow_findings(audiences, NOW_MS)

    assert levels(findings) == [Level.OK] * 3
    assert "100 messages a second over 10.0 s" in findings[0].found


def test_flow_that_has_just_begun() -> None:
    """A single record, without events, gives no rate and no watermark."""
    flow, _, watermark = flow_findings([audience()], NOW_MS)

    assert "just begun" in flow.found
    assert watermark.level is Level.NOTE


def test_lag_that_grows() -> None:
    """A lag that does not fall is a problem, in messages and in time."""
    finding = lag_finding((40, 1_000, 20), (0, 1_000, 40))

    assert finding.level is Level.PROBLEM
    assert (
        finding.found
        == "1,000 messages, 40.0 s, and not falling: it was 1,000 messages"
    )


def test_lag_that_falls() -> None:
    """A lag that falls ends by itself."""
    finding = lag_finding((40, 5_000, 80), (0, 1_000, 40))

    assert finding.level is Level.WARNING
    assert "falling: it was 5,000" in finding.found


def test_lag_of_a_new_flow() -> None:
    """Of a flow that has just begun nobody can tell yet."""
    assert "ask again" in lag_finding((5, 5_000, 80), (0, 1_000, 40)).cure


def test_old_events() -> None:
    """Events that are used long after they were is told where to look upstream."""
    old = iso_from_ms(NOW_MS - 3_600_000)
    audiences = [
        audience(1, events=EventTally(used=1), watermark=old),
        audience(0, events=EventTally(used=2), watermark=old),
    ]

    *_, finding = flow_findings(audiences, NOW_MS)

    assert finding.level is Level.WARNING
    assert "60 min old" in finding.found


def test_nobody_watches() -> None:
    """Without events the watermark is old, and nothing is wrong."""
    old = iso_from_ms(NOW_MS - 3_600_000)

    *_, finding = flow_findings([audience(0, watermark=old)], NOW_MS)

    assert finding.level is Level.OK


def test_records_in_their_order() -> None:
    """Records come by time however they were read, and others are counted."""
    values = [audience_value(audience(ago)) for ago in (0, 400, 200)]

    audiences, unreadable = heard([*map(record, values), record(b"{}")])

    assert audiences == [audience(400), audience(200), audience(0)]
    assert unreadable == 1
    assert recent(audiences, NOW_MS) == [audience(200), audience(0)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([b"{}"], [Level.UNCHECKED]),
        ([audience_value(audience())], [Level.OK, Level.OK, Level.NOTE]),
    ],
)
def test_topic_is_read(
    servers: str, values: list[bytes], expected: list[Level]
) -> None:
    """What the flow says is read from its topic, and what can't be read is said."""
    send(servers, "live-audience", [(None, value) for value in values])
    looked = context(servers)
    findings = check_flow(looked)
    looked.close()

    assert levels(findings) == expected
