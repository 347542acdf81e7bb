"""A table of figures."""

from dashboard.views.rows import Rows

_HOSTILE = '<img src=x onerror="alert(1)">'


def _rows() -> Rows:
    return Rows(
        "Ads", {"Ad": "The ad.", "Starts": "How often."}, words=["Ad"], empty="No ad."
    )


def test_empty_table_says_so() -> None:
    """A table without rows says why there are none."""
    assert '<div class="empty">No ad.</div>' in _rows().markup.html


def test_rows_are_shown_under_their_headers() -> None:
    """Words stand left, figures right; headers say what they mean."""
    rows = _rows()
    rows.draw([("x", "7")])
    html = rows.markup.html

    assert '<td class="words">x</td>\n<td class="figures">7</td>' in html
    assert '<th scope="col" class="figures" title="How often.">Starts</th>' in html
    assert "No ad." not in html


def test_text_of_a_stranger_is_text() -> None:
    """Markup in a row is shown, not obeyed."""
    rows = _rows()
    rows.draw([(_HOSTILE, "7")])

    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in rows.markup.html
    assert "<img" not in rows.markup.html
