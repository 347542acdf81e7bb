"""What became of the messages, in what shapes they came, and where reading stands."""

from collections.abc import Callable, Sequence
from typing import Final

from dashboard.definitions import DEFINITIONS
from dashboard.rates import Growth, share
from dashboard.views.rows import Rows
from dashboard.wording import count_text, known, number_text, percent_text, shown_text
from dataflows.playback.audience import Audience, EventTally

__all__ = ["MessageTables", "outcomes"]

_COUNTS: Final = {
    "A second": "Messages a second in the last five minutes.",
    "Last hour": "Messages in the last hour.",
    "Share": "Of all messages of the last hour.",
}


class MessageTables:
    """Tables by outcome, by shape, and by source partition."""

    def __init__(self) -> None:
        empty = "No two audience records tell yet."
        self.outcomes = Rows(
            "What became of the messages",
            {"Outcome": "What the flow did with them, and why.", **_COUNTS},
            words=["Outcome"],
            empty=empty,
        )
        self.shapes = Rows(
            "By shape",
            {"Shape": "Flat JSON, enriched TSV or enriched JSON.", **_COUNTS},
            words=["Shape"],
            empty=empty,
        )
        self.partitions = Rows(
            "Source partitions",
            {
                "Partition": "Of the source topic.",
                "Messages behind": DEFINITIONS["lag"].text,
                "Seconds behind": DEFINITIONS["lag"].text,
            },
            words=["Partition"],
            empty="No partition told its lag yet.",
        )

    def draw(
        self, newest: Audience | None, recent: Growth | None, hour: Growth | None
    ) -> None:
        """Show what the newest record and the growths of the two spans tell."""
        for table, counts in ((self.outcomes, outcomes), (self.shapes, _shapes)):
            table.draw(_rows(counts, recent, hour) if recent and hour else [])
        self.partitions.draw(_partitions(newest) if newest else [])


def outcomes(events: EventTally) -> dict[str, int]:
    """Return how many messages had which outcome; those of each reason apart."""
    dead = sorted(events.dead_letters.items(), key=lambda one: (-one[1], one[0]))
    return {
        "● used": events.used,
        "○ skipped (not of playback)": events.skipped,
        "❚❚ duplicate": events.duplicate,
        "▲ late (also a dead letter)": events.late,
        **{f"✕ dead letter: {shown_text(reason)}": count for reason, count in dead},
    }


def _shapes(events: EventTally) -> dict[str, int]:
    return {shown_text(shape): n for shape, n in sorted(events.shapes.items())}


def _rows(
    counts: Callable[[EventTally], dict[str, int]], recent: Growth, hour: Growth
) -> list[Sequence[str]]:
    lately, hourly = counts(recent.events), counts(hour.events)
    # What was read just before the hour has its outcome in it: more than were received.
    whole = max(hour.events.received, sum(hourly.values()))
    return [
        (
            name,
            known(number_text(share(lately.get(name, 0), recent.seconds), digits=2)),
            known(count_text(count)),
            known(percent_text(share(count, whole), 2)),
        )
        for name, count in hourly.items()
    ]


def _partitions(newest: Audience) -> list[Sequence[str]]:
    return [
        (lag.partition, f"{lag.messages:,}", f"{lag.seconds:,.1f}")
        for lag in newest.lag
    ]
