"""The Live page."""

from dashboard.model import AudienceModel
from dashboard.pages.live import LivePage
from dashboard.store import AudienceStore
from tests.dashboard.records import NOW, audience, minute, profile


def test_refresh_brings_all_of_it_up_to_date() -> None:
    """Figures, both charts, titles and breakdown show what the model holds."""
    model = AudienceModel()
    store = AudienceStore(model, lambda: NOW)
    page = LivePage(store=store)
    model.history.append([audience(0)])
    model.minutes.append([minute(0)])
    model.viewers.apply([("alice", profile("alice", player_type="html5"))])
    store.pull()
    page.refresh()

    assert "1,220" in page.summary.markup.html
    assert len(page.charts.hour.source.data["tstamp"]) == 1
    assert len(page.charts.day.source.data["tstamp"]) == 1
    assert "A film" in page.titles.markup.html
    assert "html5" in page.breakdown.markup.html


def test_nothing_is_sent_while_nothing_changes() -> None:
    """A second look at the same model changes no piece of the page."""
    model = AudienceModel()
    model.history.append([audience(0)])
    store = AudienceStore(model, lambda: NOW)
    store.pull()
    page = LivePage(store=store)
    page.refresh()
    changes: list[object] = []
    for view in (page.summary, page.titles, page.breakdown):
        view.markup.param.watch(changes.append, "html")
    drawn = page.charts.hour.source
    drawn.on_change("data", lambda _attr, _old, new: changes.append(new))
    page.refresh()

    assert changes == []
