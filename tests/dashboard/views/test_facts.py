"""Cards with a word, a figure and a note."""

from dashboard.definitions import DEFINITIONS
from dashboard.views.facts import Facts, Figure


def test_card_says_what_its_figure_means() -> None:
    """The word is the definition's, and its text is the tooltip."""
    html = Facts(["ad_starts"]).markup.html

    assert f'title="{DEFINITIONS["ad_starts"].text}"' in html
    assert f">{DEFINITIONS['ad_starts'].word}</dt>" in html


def test_figure_that_is_not_known_says_so() -> None:
    """Before there is a figure, the card shows none."""
    assert '<dd class="figure unknown">unknown</dd>' in Facts(["lag"]).markup.html


def test_figures_are_shown() -> None:
    """A card shows the figure and the note that it was given last."""
    facts = Facts(["lag", "snapshot"])
    facts.draw({"lag": Figure("1.0 s", "7 messages")})
    facts.draw({"snapshot": Figure("2 ms")})

    assert '<dd class="figure">1.0 s</dd>\n<dd class="note">7 messages</dd>' in (
        facts.markup.html
    )
    assert '<dd class="figure">2 ms</dd>' in facts.markup.html


def test_figure_is_no_markup() -> None:
    """Whatever comes to stand in a card is text."""
    facts = Facts(["lag"])
    facts.draw({"lag": Figure("<b>", "<i>")})

    assert "&lt;b&gt;" in facts.markup.html
    assert "<i>" not in facts.markup.html
