"""How far ads were watched."""

import pytest
from bokeh.models import ColumnDataSource

from dashboard.views.funnel import Funnel, stages
from dataflows.playback.audience import AdTally


@pytest.mark.parametrize(
    ("tally", "counts"),
    [
        (AdTally(), [0, 0, 0, 0, 0]),
        (
            AdTally(
                starts=9,
                first_quartiles=8,
                midpoints=7,
                third_quartiles=6,
                completes=5,
            ),
            [9, 8, 7, 6, 5],
        ),
        (AdTally(starts=9, completes=5), [9, 5, 5, 5, 5]),
        (AdTally(starts=9, third_quartiles=6), [9, 6, 6, 6, 0]),
    ],
)
def test_stages(tally: AdTally, counts: list[int]) -> None:
    """Who saw a later part has seen the earlier ones, told or not."""
    assert stages(tally) == counts


def _words(funnel: Funnel) -> list[object]:
    return list(funnel.words.major_label_overrides.values())


def test_unknown_at_first() -> None:
    """Before there are records no bar has a figure."""
    assert _words(Funnel()) == ["unknown"] * 5


def test_counts_and_shares() -> None:
    """Each bar has its count, and its share of the starts, in words."""
    funnel = Funnel()
    funnel.draw([1_000, 900, 800, 700, 500])

    assert list(funnel.source.data["ads"]) == [1_000, 900, 800, 700, 500]
    assert _words(funnel)[0] == "1,000  (100.0 %)"
    assert _words(funnel)[-1] == "500  (50.0 %)"


def test_share_of_no_starts_is_not_known() -> None:
    """Ads that started before the span have no share of its starts."""
    funnel = Funnel()
    funnel.draw([0, 0, 0, 0, 3])

    assert _words(funnel)[-1] == "3  (share unknown)"


def test_nothing_is_sent_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same counts again leave the chart alone."""
    funnel = Funnel()
    funnel.draw([5, 4, 3, 2, 1])
    patched: list[object] = []
    monkeypatch.setattr(ColumnDataSource, "patch", lambda _, new: patched.append(new))
    funnel.draw([5, 4, 3, 2, 1])

    assert patched == []
