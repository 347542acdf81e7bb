"""The verdict in one line, and the table of what it was found by."""

from html import escape
from typing import Final

import panel as pn

from dashboard.verdict import CHECKS, Evidence, State, Verdict, judge
from dashboard.views.rows import Rows
from dashboard.views.styled import styled

__all__ = ["VerdictLine", "verdict_words"]

_LOOKS: Final = {
    State.WELL: "●\u00a0well",
    State.DOUBT: "▲\u00a0doubt",
    State.UNKNOWN: "○\u00a0not\u00a0known",
}
_CSS: Final = """
.verdict { border-left: 6px solid var(--good); padding: 10px 14px; font-size: 15px;
  font-variant-numeric: tabular-nums; }
.verdict.doubt { border-left: 6px double var(--warn); }
strong { font-size: 17px; margin-right: 8px; color: var(--good); }
.doubt strong { color: var(--warn); }
"""


class VerdictLine(pn.viewable.Viewer):
    """Says whether what shows is true, and what speaks against it."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.line = styled(_CSS)
        self.table = Rows(
            "What the verdict looks at",
            {
                "Check": "What must hold; the gravest first.",
                "State": "Whether it holds.",
                "Found": "What was found just now.",
            },
            words=["Check", "State", "Found"],
            empty="",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the line; the table stands apart."""
        return self.line

    def draw(self, evidence: Evidence) -> None:
        """Show what the checks say of the evidence."""
        verdict = judge(evidence)
        word, why = verdict_words(verdict)
        kind = " doubt" if verdict.doubts else ""
        self.line.html = (
            f'<div class="verdict box{kind}" role="status">'
            f"<strong>{escape(word)}</strong>{escape(why)}</div>"
        )
        pairs = zip(CHECKS, verdict.answers, strict=True)
        self.table.draw([(c.rule, _LOOKS[a.state], a.text) for c, a in pairs])


def verdict_words(verdict: Verdict) -> tuple[str, str]:
    """Return the word of a verdict, and its reasons."""
    unmade = f"{verdict.unknowns} of {len(CHECKS)} checks can't be made"
    if verdict.doubts:
        reasons = "; ".join(answer.text for _, answer in verdict.doubts)
        return f"▲ {verdict.doubts[0][0].word}", reasons
    if verdict.unknowns:
        return "● True", f"as far as can be known: {unmade}, all others hold"
    return "● True", f"all {len(CHECKS)} checks hold"
