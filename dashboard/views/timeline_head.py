"""What stands above the viewer chart: who it is, and what they amount to; pure HTML."""

import json
from datetime import datetime
from html import escape
from typing import Final, NamedTuple
from urllib.parse import urlencode

from dashboard.definitions import DEFINITIONS
from dashboard.frames import clock_text
from dashboard.happenings import AdOutcome
from dashboard.theme import LOOKS, status_text
from dashboard.timeline import UNKNOWN_STATUS, Timeline
from dashboard.views.timeline_words import moment_text
from dashboard.wording import count_text, known, number_text, shown_text
from dataflows.playback.profile import (
    STATUS_RULES,
    PlaybackStatus,
    ViewerProfile,
    ms_from_iso,
    profile_json,
)

__all__ = ["HEAD_CSS", "facts_html", "link_to", "raw_html", "who_html"]

HEAD_CSS: Final = """
h2 { margin: 0; font-size: 20px; overflow-wrap: anywhere; }
a { color: var(--accent); }
.who { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; }
.status { font-weight: 600; padding: 1px 0 1px 9px;
  border-left: 6px solid var(--colour); }
.about { color: var(--quiet); }
.about { margin: 4px 0 0; overflow-wrap: anywhere; }
.warn { color: var(--warn); font-weight: 600; }
.facts { display: grid; gap: 1px; margin: 0; overflow: hidden;
  grid-template-columns: repeat(auto-fill, minmax(128px, 1fr)); }
.fact { padding: 7px 12px 9px; box-shadow: 0 0 0 1px var(--edge); }
dt { font-size: 12.5px; color: var(--quiet); white-space: nowrap; cursor: help; }
dd { margin: 0; font-variant-numeric: tabular-nums; }
.figure { font-size: 19px; font-weight: 600; line-height: 1.35; }
.figure.unknown { font-size: 15px; font-weight: 400; line-height: 1.7;
  color: var(--quiet); }
.note { font-size: 12.5px; color: var(--quiet); min-height: 1.4em; }
.empty { padding: 28px 20px; text-align: center; color: var(--quiet);
  border-style: dashed; }
.empty strong { display: block; color: var(--ink); font-size: 16px; }
.empty ul { list-style: none; padding: 0; margin: 12px 0 0; display: flex;
  flex-wrap: wrap; gap: 6px 14px; justify-content: center; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12.5px;
  max-height: 460px; overflow-y: auto; }
"""

_SILENT_S: Final = 60.0
"""A player that runs says something more often than this."""
_LOUD: Final = frozenset(
    {
        PlaybackStatus.WATCHING_VIDEO,
        PlaybackStatus.WATCHING_AD,
        PlaybackStatus.BUFFERING,
    }
)


class _Fact(NamedTuple):
    word: str
    title: str
    figure: str | None
    note: str = ""


def link_to(viewer_id: str, session: str = "") -> str:
    """Return the address of a viewer's page, from `?` on; anything can be an id."""
    fields = {"page": "viewer", "viewer": viewer_id}
    return "?" + urlencode(fields | ({"session": session} if session else {}))


def who_html(
    viewer_id: str, profile: ViewerProfile | None, now: datetime, session: str
) -> str:
    """Return who it is and what they do, with the link to share."""
    link = escape(link_to(viewer_id, session))
    head = (
        f"<h2>{escape(shown_text(viewer_id))}</h2>{_status(profile, now)}"
        f'<a href="{link}" title="The address of this view, to share">'
        "Link to this view</a>"
    )
    about = "" if profile is None else _about(profile)
    return f'<div class="who">{head}</div>\n<p class="about">{escape(about)}</p>'


def facts_html(part: Timeline, profile: ViewerProfile | None) -> str:
    """Return the figures of what is shown.

    Args:
        part: One session, or several.
        profile: The profile where it is of the session that is shown.

    """
    facts = [*_places(part, profile), *_times(part, profile), *_counts(part, profile)]
    # A line each, for of a change only the lines are sent that differ.
    lines = "\n".join(map(_fact_html, facts))
    return f'<dl class="facts box">\n{lines}\n</dl>'


def raw_html(profile: ViewerProfile | None) -> str:
    """Return the profile as the topic has it: JSON, in HTML that shows it as text."""
    if profile is None:
        return "<p class='quiet'>No profile is known.</p>"
    text = json.dumps(json.loads(profile_json(profile)), indent=2, ensure_ascii=False)
    return f'<pre tabindex="0">{escape(text)}</pre>'


def _status(profile: ViewerProfile | None, now: datetime) -> str:
    if profile is None:
        return ""
    if profile.session_end is not None:
        lasts = f", session over since {moment_text(profile.session_end)} UTC"
    else:
        lasts = f" for {clock_text(_ago_s(profile.status_since, now))}"
    silent = (
        profile.session_end is None
        and profile.status in _LOUD
        and _ago_s(profile.collector_tstamp, now) > _SILENT_S
    )
    word = "▲ no event since" if silent else "last event"
    heard = f"{word} {moment_text(profile.collector_tstamp)} UTC"
    return (
        f'<span class="status" style="--colour: {LOOKS[profile.status].colour}">'
        f"{status_text(profile.status)}{lasts}</span>"
        f'<span class="{"warn" if silent else "quiet"}">{heard}</span>'
    )


def _ago_s(stamp: str, now: datetime) -> float:
    return now.timestamp() - ms_from_iso(stamp) / 1000


def _about(profile: ViewerProfile) -> str:
    kind = {True: "livestream", False: "on demand", None: None}[profile.livestream]
    words = (
        profile.label or "(no title)",
        profile.player_type,
        profile.quality,
        kind,
        *(f"{name}: {value}" for name, value in sorted(profile.dimensions.items())),
    )
    return " · ".join(shown_text(word) for word in words if word)


def _places(part: Timeline, profile: ViewerProfile | None) -> list[_Fact]:
    session = part.sessions[-1] if part.sessions else None
    position = session.video_ts if session else None
    of = f"of {clock_text(profile.duration)}" if profile and profile.duration else ""
    startup = profile.startup_time if profile else None
    return [
        _Fact(
            "Position",
            "Where in the content the player was when it was heard last.",
            None if position is None else clock_text(position),
            of,
        ),
        _Fact(
            "Startup, estimated",
            DEFINITIONS["startup"].text,
            number_text(startup, "s"),
        ),
    ]


_TIMES: Final = {
    PlaybackStatus.WATCHING_VIDEO: "Watched",
    PlaybackStatus.PAUSED_VIDEO: "Paused",
    PlaybackStatus.WATCHING_AD: "In ads",
    PlaybackStatus.BUFFERING: "Buffering",
}
_TIME_MEANS: Final = (
    "Time in this status, as the chart has it: the silence before a session was taken "
    "for over is part of the last one. Where the chart has stretches that are not "
    "known, it is the flow's own count up to the last event."
)


def _times(part: Timeline, profile: ViewerProfile | None) -> list[_Fact]:
    unknown = sum(s.seconds.get(UNKNOWN_STATUS, 0.0) for s in part.sessions)
    note = f"{clock_text(unknown)} not known" if unknown and not profile else ""
    facts = []
    for status, word in _TIMES.items():
        seconds = sum(s.seconds.get(status, 0.0) for s in part.sessions)
        if unknown and profile is not None:
            seconds = getattr(profile, STATUS_RULES[status].time or "")
        facts.append(_Fact(word, _TIME_MEANS, clock_text(seconds), note))
    return facts


def _counts(part: Timeline, profile: ViewerProfile | None) -> list[_Fact]:
    """Return what is counted: by the flow, where its profile is of this session."""
    if profile is not None:
        ads, done = profile.ads, profile.ads_completed
        skipped, clicked = profile.ads_skipped, profile.ads_clicked
        stalls, errors = profile.stalls, profile.errors
    else:
        outcomes = [ad.outcome for ad in part.ads]
        ads, done = len(outcomes), outcomes.count(AdOutcome.COMPLETED)
        skipped = outcomes.count(AdOutcome.SKIPPED)
        clicked = sum(ad.clicks for ad in part.ads)
        stalls = sum(b.status is PlaybackStatus.BUFFERING for b in part.bands)
        errors = len(part.errors)
    outcome = f"{done} completed, {skipped} skipped, {clicked} clicked"
    events = count_text(profile.events) if profile else None
    return [
        _Fact("Ads seen", DEFINITIONS["ad_starts"].text, count_text(ads), outcome),
        _Fact("Stalls", DEFINITIONS["stalls"].text, count_text(stalls)),
        _Fact("Errors", DEFINITIONS["errors"].text, count_text(errors)),
        _Fact("Events", "Media events that the flow used in this session.", events),
    ]


def _fact_html(fact: _Fact) -> str:
    quiet = " unknown" if fact.figure is None else ""
    return (
        f'<div class="fact"><dt title="{escape(fact.title)}">{escape(fact.word)}</dt>'
        f'<dd class="figure{quiet}">{escape(known(fact.figure))}</dd>'
        f'<dd class="note">{escape(fact.note)}</dd></div>'
    )
