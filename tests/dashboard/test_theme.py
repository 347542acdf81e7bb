"""How statuses look."""

from itertools import combinations

from dashboard.theme import LOOKS, status_text
from dataflows.playback.profile import PlaybackStatus


def _lightness(colour: str) -> float:
    # https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def test_every_status_has_a_look() -> None:
    """No status lacks a word, a glyph and a colour."""
    assert set(PlaybackStatus) == set(LOOKS)


def test_words_and_glyphs_are_distinct() -> None:
    """A status can be told without its colour."""
    for one, other in combinations(LOOKS.values(), 2):
        assert one.word != other.word
        assert one.glyph != other.glyph


def test_colours_are_distinct_in_grey() -> None:
    """Two colours differ in lightness, or in the dash that is drawn with them."""
    for one, other in combinations(LOOKS.values(), 2):
        apart = abs(_lightness(one.colour) - _lightness(other.colour))

        assert apart > 0.03 or one.dash != other.dash


def test_status_text_has_glyph_and_word() -> None:
    """A status reads as its glyph and its word."""
    assert status_text(PlaybackStatus.WATCHING_AD) == "◆ In ad"
