"""The titles that most watch."""

import re

from dashboard.model import AudienceModel
from dashboard.store import AudienceStore
from dashboard.views.titles import TopTitles, sparkline
from dataflows.playback.audience import TITLE_CHARS, Audience
from tests.dashboard.records import NOW, audience


def _html(*records: Audience) -> str:
    model = AudienceModel()
    model.history.append(records)
    store = AudienceStore(model, lambda: NOW)
    store.pull()
    view = TopTitles(store=store)
    view.refresh()
    return str(view.markup.html)


def _rows(html: str) -> list[list[str]]:
    body = html.split("<tbody>")[1].partition("</tbody>")[0]
    rows = (re.sub(r"<svg.*?</svg>", "", row) for row in body.split("<tr>")[1:])
    return [[*filter(None, re.split(r"\s*<[^>]*>\s*", row))] for row in rows]


def test_largest_come_first() -> None:
    """Ten titles, the most watched first, each with its share of all viewers."""
    titles = {f"t{i:02}": i for i in range(1, 13)}
    rows = _rows(_html(audience(titles=titles, other_titles=22)))

    assert rows[0] == ["t12", "12", "12.0 %"]
    assert len(rows) == 10


def test_nothing_is_said_to_be_nothing() -> None:
    """Before the first record nobody knows; with one, nobody watches."""
    assert "No record of the audience yet" in _html()
    assert "Nobody watches a title" in _html(audience(titles={}))


def test_title_is_text() -> None:
    """Markup in a title is shown, not obeyed, also where it is a tooltip or a link."""
    html = _html(audience(titles={'"><img src=x onerror=alert(1)>': 1}))

    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert "%22%3E%3Cimg" in html


def test_title_leads_to_its_viewers() -> None:
    """A title is a link; one that was cut is none, for it would find nobody."""
    html = _html(audience(titles={"A & B": 2, "x" * TITLE_CHARS: 1}))

    assert 'href="?page=viewers&amp;title=A+%26+B"' in html
    assert "title=xxx" not in html


def test_line_ends_with_the_newest_count() -> None:
    """The last point is now, at the right end, and the scale is the line's own."""
    line = sparkline([5, 10])

    assert "M119 24.0L120 2.0" in line
    assert 'aria-label="from 5 to 10"' in line


def test_line_has_gaps() -> None:
    """What is unknown is not drawn, and not drawn over."""
    path = re.findall(r'd="([^"]*)"', sparkline([1, None, 2, 3]))[0]

    assert path.count("M") == 2
    assert path.count("L") == 1


def test_line_of_nothing_is_none() -> None:
    """Without a count there is no line."""
    assert sparkline([None]) == ""
