"""The verdict in one line."""

from dashboard.model import FeedState, FeedStatus
from dashboard.verdict import CHECKS, Answer, Evidence, State, Verdict, judge
from dashboard.views.verdict_line import VerdictLine, verdict_words
from tests.dashboard.records import NOW


def _verdict(*states: State) -> Verdict:
    rest = [State.WELL] * (len(CHECKS) - len(states))
    return Verdict(tuple(Answer(s, f"because {s}") for s in (*states, *rest)))


def test_true() -> None:
    """Where all checks hold, what shows is true."""
    assert verdict_words(_verdict()) == ("● True", "all 10 checks hold")


def test_true_as_far_as_is_known() -> None:
    """A check that can't be made is no doubt, and is not kept back."""
    word, why = verdict_words(_verdict(State.UNKNOWN))

    assert word == "● True"
    assert "1 of 10 checks can't be made" in why


def test_doubts_are_told_with_their_reasons() -> None:
    """The gravest doubt is the word, and all of them are told."""
    words = verdict_words(_verdict(State.WELL, State.DOUBT, State.UNKNOWN, State.DOUBT))

    assert words == ("▲ Stale", "because doubt; because doubt")


def test_line_and_table() -> None:
    """The line tells the verdict, the table every check; a broker's words are text."""
    view = VerdictLine()
    view.draw(Evidence(NOW, FeedStatus(FeedState.DISCONNECTED, "<b>")))

    assert "<strong>▲ Blind</strong>" in view.line.html
    assert "disconnected: &lt;b&gt;" in view.line.html
    assert view.table.markup.html.count("<tr>") == len(CHECKS) + 1


def test_verdict_of_nothing_is_not_true() -> None:
    """Before anything is known, nothing is called true."""
    assert judge(Evidence(NOW, FeedStatus())).doubts
