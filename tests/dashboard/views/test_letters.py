"""Samples of dead letters on a page."""

import pytest

from dashboard.letters import Letter, dead_letter
from dashboard.model import AudienceModel
from dashboard.store import AudienceStore
from dashboard.views.letters import LetterSamples

_HOSTILE = b"<img src=x onerror=alert(1)>"


def _letter(reason: str = "unparsable", value: bytes = b"{}") -> Letter:
    headers = [
        ("reason", reason.encode()),
        ("detail", b"a detail"),
        ("topic", b"events"),
        ("partition", b"3"),
        ("offset", b"17"),
    ]
    return dead_letter(value, list(headers), 1_795_435_200_000)


@pytest.fixture
def model() -> AudienceModel:
    """Return a model without a letter."""
    return AudienceModel()


@pytest.fixture
def view(model: AudienceModel) -> LetterSamples:
    """Return the samples of that model."""
    return LetterSamples(store=AudienceStore(model))


def test_no_letter(view: LetterSamples) -> None:
    """Where there is none, that is said."""
    view.refresh()

    assert "No dead letter was seen since this server began" in view.samples.html
    assert view.newer.disabled


def test_first_letters_are_shown(model: AudienceModel, view: LetterSamples) -> None:
    """The first letters come by themselves, with where they are from."""
    model.letters.append([_letter()])
    view.refresh()

    assert "The newest 1 of 1 seen" in view.samples.html
    assert "from events, partition 3, offset 17, 2 bytes" in view.samples.html
    assert "a detail" in view.samples.html


def test_samples_stand_still(model: AudienceModel, view: LetterSamples) -> None:
    """Newer letters are told of, and shown when they are asked for."""
    model.letters.append([_letter(value=b"first")])
    view.refresh()
    model.letters.append([_letter(value=b"second")])
    view.refresh()
    before = view.samples.html
    label = view.newer.label
    view.newer.clicks += 1

    assert ("second" in before, label) == (False, "Show 1 newer")
    assert "second" in view.samples.html
    assert view.newer.disabled


def test_reason_is_picked(model: AudienceModel, view: LetterSamples) -> None:
    """Another reason has other samples, and is kept while more reasons come."""
    model.letters.append([_letter(), _letter(), _letter("late", b"a late one")])
    view.refresh()
    view.reason.value = "late"
    model.letters.append([_letter("oversized")])
    view.refresh()

    assert view.reason.options == ["unparsable", "late", "oversized"]
    assert view.reason.value == "late"
    assert "a late one" in view.samples.html


def test_letter_of_a_stranger_is_text(
    model: AudienceModel, view: LetterSamples
) -> None:
    """What stands in a letter is shown, not obeyed."""
    model.letters.append([_letter(value=_HOSTILE)])
    view.refresh()

    assert "&lt;img" in view.samples.html
    assert "<img" not in view.samples.html


def test_few_samples_are_sent(model: AudienceModel, view: LetterSamples) -> None:
    """A page shows the newest few of many."""
    model.letters.append(_letter() for _ in range(50))
    view.refresh()

    assert view.samples.html.count("<article") == 5


def test_cut_sample_says_so(model: AudienceModel, view: LetterSamples) -> None:
    """Of a long letter it is told that there is more."""
    model.letters.append([_letter(value=b"x" * 3_000)])
    view.refresh()

    assert "3,000 bytes, the beginning of them" in view.samples.html
