"""Picking how far back a page looks."""

import re

import pytest

from dashboard.model import AudienceModel
from dashboard.spans import Span
from dashboard.store import AudienceStore
from dashboard.views.span_picker import SpanPicker


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ({}, Span.HOUR),
        ({"span": "5m"}, Span.FIVE_MINUTES),
        ({"span": "24h"}, Span.DAY),
        ({"span": "<script>"}, Span.HOUR),
    ],
)
def test_address_picks_the_span(query: dict[str, str], span: Span) -> None:
    """The span is the address's; what it does not know is the hour."""
    store = AudienceStore(AudienceModel())
    picker = SpanPicker("ads", store=store)
    store.query = query

    assert picker.span is span


def test_span_that_is_picked_is_marked() -> None:
    """One of the links is the current one, for eyes and for screen readers."""
    store = AudienceStore(AudienceModel(), query={"span": "24h"})
    html = SpanPicker("ads", store=store).markup.html

    assert re.findall(r'href="([^"]*)" aria-current', html) == [
        "?page=ads&amp;span=24h"
    ]
    assert html.count("<a ") == len(Span)
