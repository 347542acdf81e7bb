"""HTML that is changed in place."""

from typing import Any

from dashboard.views.markup import Markup


def test_script_is_the_components_own() -> None:
    """The script that changes the HTML in place comes with the component."""
    assert "export function render" in Markup._esm


def _sent(*htmls: str) -> list[Any]:
    """Return what the browser has after one HTML after the other was set."""
    markup = Markup(html=htmls[0])  # type: ignore[no-untyped-call]
    model: Any = markup.get_root()
    for html in htmls[1:]:
        markup.html = html
    return [model.data.whole, model.data.changes]


_LONG = "\n".join("a long line that stays" for _ in range(9))


def test_html_is_sent_whole_at_first() -> None:
    """The first HTML is there when the browser first sees the model."""
    assert _sent("<p>one</p>") == [[1, "<p>one</p>"], [1, []]]


def test_lines_that_differ_are_sent() -> None:
    """Of a change, the lines that are others than the whole's go out, and no others."""
    whole, changes = _sent(f"1\n{_LONG}\n2", f"3\n{_LONG}\n4")

    assert whole == [1, f"1\n{_LONG}\n2"]
    assert changes == [1, [[0, "3"], [10, "4"]]]


def test_changes_hold_those_before_them() -> None:
    """One change that is overtaken by the next is not missed, or is taken back."""
    _, changes = _sent(f"1\n{_LONG}\n2", f"3\n{_LONG}\n2", f"3\n{_LONG}\n4")
    _, back = _sent(f"1\n{_LONG}\n2", f"3\n{_LONG}\n2", f"1\n{_LONG}\n2")

    assert changes == [1, [[0, "3"], [10, "4"]]]
    assert back == [1, []]


def test_other_number_of_lines_is_sent_whole() -> None:
    """Where lines came or went, places mean something else."""
    assert _sent(_LONG, f"{_LONG}\nmore") == [[2, f"{_LONG}\nmore"], [2, []]]


def test_much_that_differs_is_sent_whole() -> None:
    """Changes that are most of it are no less than it."""
    assert _sent("one\ntwo", "three\nfour") == [[2, "three\nfour"], [2, []]]
