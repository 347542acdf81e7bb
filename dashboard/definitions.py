"""What the figures mean: one table, for tooltips, for the dialog and for the docs.

The terms are those of streaming analytics; how each is computed here follows from what
Snowplow's media events can tell.
"""

from typing import Final, NamedTuple

__all__ = ["DEFINITIONS", "Definition"]


class Definition(NamedTuple):
    """The word that stands at a figure, and how the figure is computed."""

    word: str
    text: str


DEFINITIONS: Final[dict[str, Definition]] = {
    "concurrent": Definition(
        "Concurrent viewers",
        "Viewers whose session goes on and who watch, sit in an ad or wait for the "
        "player to go on. Who has paused is counted apart; who has completed or left "
        "is not counted. A session ends when nothing was heard for the gap of its "
        "status: 90 s while playing, 10 min while paused, unless set otherwise.",
    ),
    "watching": Definition("Watching", "Viewers whose content plays right now."),
    "paused": Definition(
        "Paused",
        "Viewers who paused, and whose session has not ended for their silence.",
    ),
    "in_ads": Definition(
        "In ads", "Viewers on whose screen an ad is, also where the content is paused."
    ),
    "buffering": Definition(
        "Buffering",
        "Viewers whose player stalls while it should play: from a buffer start until a "
        "buffer end, a play, or a position that moves.",
    ),
    "completed": Definition(
        "Completed", "Viewers whose content reached its end and who play nothing else."
    ),
    "starts": Definition(
        "Starts a minute",
        "Sessions that began in the last minute: the first event of a viewer who was "
        "not there.",
    ),
    "exits": Definition(
        "Exits a minute",
        "Sessions that went silent without reaching the end in the last minute, and "
        "those that reached it.",
    ),
    "rebuffer_ratio": Definition(
        "Rebuffer ratio",
        "Time stalled / (time played + time stalled), of all viewers together over the "
        "last minute. Waiting for the first frame is not part of it.",
    ),
    "error_rate": Definition(
        "Errors a min per 1,000",
        "Error events in the last minute for each 1,000 concurrent viewers. Snowplow's "
        "events do not say whether an error ended the playback.",
    ),
    "events_per_second": Definition(
        "Events a second",
        "Messages that the flow took from its source topic, a second, over the last "
        "ten seconds: used, skipped, late, duplicate and unusable ones.",
    ),
    "latency": Definition(
        "Event to screen",
        "From Kafka's stamp of an event to this screen: the median time to the profile "
        "that the event changed, and the age of what is shown.",
    ),
    "stalls": Definition(
        "Stalls", "How often a viewer's status became buffering, in sessions open now."
    ),
    "startup": Definition(
        "Startup time",
        "An estimate: from the player's ready event to the first event with a position "
        "other than 0, or with an ad; the median of the sessions where both came.",
    ),
    "quality_changes": Definition(
        "Quality changes", "Events with which players told of another quality."
    ),
    "bitrate": Definition(
        "Bitrate", "What players said of their stream when its quality changed, bits/s."
    ),
    "errors": Definition("Errors", "Error events, by their code or else their name."),
    "ad_starts": Definition(
        "Ad starts", "Ad start events: what is sold as an impression."
    ),
    "ad_completion": Definition(
        "Completion rate",
        "Ad complete events / ad start events. Ads that were skipped, or left by "
        "closing the page, count as not completed.",
    ),
    "ad_quartiles": Definition(
        "Quartiles", "Ad starts of which 25, 50 and 75 % were seen, by quartile events."
    ),
    "skip_rate": Definition(
        "Skip rate",
        "Ad skip events / ad start events, whether or not skipping is open.",
    ),
    "click_through": Definition(
        "Click-through", "Ad click events / ad start events; two clicks count twice."
    ),
    "ad_breaks": Definition(
        "Ad breaks", "Ad break start events, where a site sends them."
    ),
    "throughput": Definition(
        "Throughput", "Messages a second that the flow took from its source topic."
    ),
    "lag": Definition(
        "Lag",
        "How far the flow is behind the end of a source partition, in messages and by "
        "the age of the message it is at.",
    ),
    "late": Definition(
        "Late",
        "Events older than the lateness bound when they came: kept as dead letters.",
    ),
    "duplicate": Definition(
        "Duplicate", "Events whose id was seen: they change nothing."
    ),
    "skipped": Definition("Skipped", "Events that are not of media playback."),
    "dead_letters": Definition(
        "Dead letters", "Messages that could not be used, untouched, with the reason."
    ),
    "snapshot": Definition(
        "Snapshot", "How long the flow stood still to pack shards, which take turns."
    ),
    "sink_retries": Definition(
        "Sink retries",
        "Writes that were tried again: refused, throttled, or unanswered.",
    ),
    "stall_rate": Definition(
        "Stalls an hour watched",
        "Stalls / hours that viewers spent watching or stalled: how often somebody who "
        "watches for an hour is interrupted.",
    ),
    "stalls_per_minute": Definition(
        "Stalls a minute",
        "How often a viewer's status became buffering, a minute, all viewers together.",
    ),
    "errors_per_minute": Definition(
        "Errors a minute", "Error events a minute, all viewers together."
    ),
    "quality_changes_per_minute": Definition(
        "Quality changes a minute",
        "Events with which players told of another quality, a minute, all together.",
    ),
    "rebuffer_share": Definition(
        "Rebuffer ratio",
        "Time stalled / (time played + time stalled), of all viewers together over the "
        "time that is named. Waiting for the first frame is not part of it.",
    ),
    "event_to_profile": Definition(
        "Event to profile",
        "From Kafka's stamp of an event to the profile that it changed: 99 in 100 of "
        "the last ten seconds took no longer (p99), half of them no longer (p50).",
    ),
    "watermark": Definition(
        "Event time",
        "How old the newest event time is that the flow has seen. It decides when "
        "silent viewers have left.",
    ),
    "unused": Definition(
        "Late and unusable",
        "(Late events + dead letters) / messages received: what the figures lack.",
    ),
    "sink_throttles": Definition(
        "Throttles",
        "Answers of DynamoDB or Kafka that said that the flow is too fast.",
    ),
    "sink_waits": Definition(
        "Waits",
        "Times that the flow stood still because too much was not acknowledged.",
    ),
}
"""By the name that pages and `docs/definitions.md` link with."""
