"""What keeps the viewer page from being whole, told in words; pure HTML."""

from collections.abc import Sequence
from html import escape
from typing import Final

from dashboard.model import FeedState, FeedStatus
from dashboard.past import Past, PastState
from dashboard.theme import status_text
from dashboard.views.timeline_head import link_to
from dashboard.wording import shown_text
from dataflows.playback.profile import ViewerProfile

__all__ = ["empty_html", "notes_html"]

_FEED_TROUBLES: Final = {
    FeedState.DISCONNECTED: "no Kafka broker answers",
    FeedState.FAILED: "the dashboard's reading of Kafka failed",
    FeedState.WAITING: "Kafka has not all of the topics yet",
    FeedState.LOADING: "the topics are still being read",
}


def notes_html(past: Past, feed: FeedStatus) -> str:
    """Return what is missing from what shows; empty where nothing is."""
    notes = [_feed_note(feed), *_past_notes(past)]
    lines = "".join(f"<div>{escape(note)}</div>" for note in notes if note)
    return f'<div class="warn" role="status">{lines}</div>' if lines else ""


def empty_html(
    viewer_id: str, past: Past, feed: FeedStatus, others: Sequence[ViewerProfile]
) -> str:
    """Return what stands where there is nothing to show, and who could be meant.

    Args:
        viewer_id: Who is asked for; empty where nobody is.
        past: What the tables say of them.
        feed: How the feed stands, which knows of nobody under this id.
        others: Viewers to offer instead.

    """
    title, text = _empty_words(viewer_id, past, feed)
    links = "".join(
        f'<li><a href="{escape(link_to(other.viewer_id))}">'
        f"{escape(shown_text(other.viewer_id))}</a> {status_text(other.status)}</li>"
        for other in others
    )
    offer = f"<ul>{links}</ul>" if links else ""
    return (
        f'<div class="empty box" role="status"><strong>{escape(title)}</strong>'
        f"{escape(text)}{offer}</div>"
    )


def _empty_words(viewer_id: str, past: Past, feed: FeedStatus) -> tuple[str, str]:
    if not viewer_id:
        return "No viewer chosen", (
            "Type a viewer's id above, or pick a row of the Viewers page."
        )
    who = shown_text(viewer_id)
    if past.state is PastState.LOADING:
        return f"◌ Looking for {who}", "Reading the history from DynamoDB."
    if past.state is PastState.FAILED:
        return f"✕ Nothing can be told of {who}", (
            f"Kafka knows nobody under this id, and {past.detail}."
        )
    if feed.state is not FeedState.FOLLOWING:
        return f"◌ Nothing is known of {who} yet", (
            f"DynamoDB has no history of them, and {_FEED_TROUBLES[feed.state]}."
        )
    if past.state is PastState.OFF:
        return f"○ {who} is not known", (
            f"Nobody is here under this id; who left can't be known: {past.detail}."
        )
    return f"○ {who} is not known", (
        "Neither the live profiles nor the history have a viewer with exactly this id."
    )


def _feed_note(feed: FeedStatus) -> str:
    trouble = _FEED_TROUBLES.get(feed.state)
    return f"▲ What shows may be old: {trouble}." if trouble else ""


def _past_notes(past: Past) -> list[str]:
    notes = []
    if past.state is PastState.LOADING:
        notes.append("◌ Reading the history from DynamoDB; what shows is from Kafka.")
    elif past.state is PastState.OFF:
        notes.append(f"○ What shows is from Kafka alone: {past.detail}.")
    elif past.state is PastState.FAILED:
        kept = "what was read before and what Kafka tells" if past.items else "Kafka"
        notes.append(f"✕ What shows is from {kept}: {past.detail}.")
    if past.unreadable:
        notes.append(f"▲ {past.unreadable:,} items of the history can't be read.")
    if past.full:
        notes.append("▲ No more of the history than this is kept here.")
    return notes
