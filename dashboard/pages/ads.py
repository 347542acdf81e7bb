"""The Ads page: how far ads are watched, which are skipped and clicked, and where."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import panel as pn

from dashboard.definitions import DEFINITIONS
from dashboard.rates import Growth, rate, share
from dashboard.spans import Spans
from dashboard.views.facts import Facts, Figure
from dashboard.views.funnel import Funnel, stages
from dashboard.views.page import StoreView
from dashboard.views.rows import Rows
from dashboard.views.span_picker import SPAN_WORDS, SpanPicker
from dashboard.views.styled import half, side_by_side
from dashboard.wording import count_text, known, percent_text, shown_text
from dataflows.playback.audience import AdTally
from dataflows.playback.profile import PlaybackStatus

__all__ = ["AdsPage"]

_SHOWN: Final = 50
"""Ads that a table names, those of the most starts; the rest are one row."""
_NO_ID: Final = "(an ad without an id)"
_FACTS: Final = (
    "in_ads",
    "ad_starts",
    "ad_completion",
    "skip_rate",
    "click_through",
    "ad_breaks",
)
_COLUMNS: Final = {
    "Starts": "ad_starts",
    "25 %": "ad_quartiles",
    "50 %": "ad_quartiles",
    "75 %": "ad_quartiles",
    "Complete": "ad_completion",
    "Skipped": "skip_rate",
    "Clicked": "click_through",
}


class AdsPage(StoreView):
    """Ads over the span that is picked, and those that are on screen now."""

    def __init__(self, **params: Any) -> None:  # noqa: ANN401, of their parameters
        super().__init__(**params)
        self.picker = SpanPicker("ads", store=self.store)
        # Who picks a span does not wait for the next tick.
        self.picker.param.watch(lambda _: self.refresh(), "span")
        self.facts = Facts(_FACTS)
        self.funnel = Funnel()
        self.on_screen = Rows(
            "Ads on screen now",
            {"Ad": "The ad's id.", "Viewers": DEFINITIONS["in_ads"].text},
            words=["Ad"],
            empty="No ad is on any viewer's screen.",
        )
        self.by_ad = _tallies("By ad", "Ad", "The ad's id, as the player sends it.")
        self.by_break = _tallies(
            "By break position",
            "Break",
            "Where the break stands: the name that the player gives it, or before, "
            "within or after the content.",
        )
        self._layout = pn.Column(
            self.picker,
            self.facts,
            side_by_side(half(self.funnel, self.by_break), half(self.on_screen)),
            self.by_ad,
            sizing_mode="stretch_width",
        )

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the layout."""
        return self._layout

    def refresh(self) -> None:
        """Take over what differs in the model."""
        span = self.picker.span
        spans: Spans = self.store.model.spans
        growth = spans.growth(span)
        self.facts.draw(self._figures(growth, SPAN_WORDS[span].lower()))
        self.funnel.draw(None if growth is None else _stages(growth))
        self.by_ad.draw(_rows(growth.ads_by_id, growth.ads) if growth else [])
        self.by_break.draw(_rows(growth.ads_by_break, growth.ads) if growth else [])
        self.on_screen.draw(self._on_screen())

    def _figures(self, growth: Growth | None, when: str) -> dict[str, Figure]:
        newest = self.store.model.history.newest
        now = None if newest is None else newest.viewers.get(PlaybackStatus.WATCHING_AD)
        figures = {"in_ads": Figure(count_text(now), "now")}
        if growth is None:
            return figures | {key: Figure(None, when) for key in _FACTS[1:]}
        ads = growth.ads
        return figures | {
            "ad_starts": Figure(count_text(ads.starts), when),
            "ad_completion": _rate(ads.completes, ads.starts),
            "skip_rate": _rate(ads.skips, ads.starts),
            "click_through": _rate(ads.clicks, ads.starts, digits=2),
            "ad_breaks": Figure(count_text(ads.breaks), when),
        }

    def _on_screen(self) -> list[tuple[str, str]]:
        counts = self.store.model.on_screen.ads()
        ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0] or ""))
        rows = [(_ad(ad), f"{viewers:,}") for ad, viewers in ranked[:_SHOWN]]
        rest = sum(viewers for _, viewers in ranked[_SHOWN:])
        return [*rows, (_OTHERS, f"{rest:,}")] if rest else rows


def _rate(part: int, starts: int, digits: int = 1) -> Figure:
    note = f"{part:,} of {starts:,} ads" if starts else "no ad started"
    if part > starts:
        note = f"{part:,}, and {starts:,} ads began"
    return Figure(percent_text(rate(part, starts), digits), note)


def _tallies(caption: str, first: str, meaning: str) -> Rows:
    headers = {name: DEFINITIONS[key].text for name, key in _COLUMNS.items()}
    return Rows(
        caption,
        {first: meaning, **headers},
        words=[first],
        empty="No ad started in this span.",
    )


def _stages(growth: Growth) -> list[int]:
    """Return the stages of all ads, those of each break by themselves."""
    # Where some sites send quartiles and others don't, that tells most.
    named = growth.ads_by_break.values()
    each = [stages(tally) for tally in (*named, _rest(named, growth.ads))]
    return [sum(counts) for counts in zip(*each, strict=True)]


def _rows(named: Mapping[str, AdTally], whole: AdTally) -> list[list[str]]:
    """Return a row a name, and one for what `whole` counts beside those that show."""
    heard = [(name, tally) for name, tally in named.items() if any(_counts(tally))]
    ranked = sorted(heard, key=lambda one: (-one[1].starts, one[0]))[:_SHOWN]
    rows = [[_ad(name), *_cells(tally)] for name, tally in ranked]
    rest = _rest([tally for _, tally in ranked], whole)
    if any(_counts(rest)):
        rows.append([_OTHERS, *_cells(rest)])
    return rows


def _rest(parts: Iterable[AdTally], whole: AdTally) -> AdTally:
    """Return what `whole` counts beside its parts."""
    columns = zip(_counts(whole), *map(_counts, parts), strict=True)
    left = [max(0, all_ - sum(some)) for all_, *some in columns]
    return AdTally(**dict(zip(_NAMES, left, strict=True)))


# Breaks are not an ad's.
_NAMES: Final = tuple(n for n in AdTally.__struct_fields__ if n != "breaks")
_OTHERS: Final = "(all others)"


def _counts(tally: AdTally) -> list[int]:
    return [getattr(tally, name) for name in _NAMES]


def _cells(tally: AdTally) -> list[str]:
    starts, *further = stages(tally)
    shares = [known(percent_text(rate(count, starts))) for count in further]
    skipped = known(percent_text(rate(tally.skips, starts)))
    clicked = known(percent_text(share(tally.clicks, starts), 2))
    return [f"{starts:,}", *shares, skipped, clicked]


def _ad(name: str | None) -> str:
    return shown_text(name) if name else _NO_ID
