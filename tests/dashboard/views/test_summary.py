"""The summary cards."""

import re

from dashboard.model import AudienceModel
from dashboard.store import AudienceStore
from dashboard.views.summary import Summary
from tests.dashboard.records import audience


def _figures(view: Summary) -> list[str]:
    html = str(view._pane.object)
    return re.findall(r'<div class="figure[^>]*>([^<]*)</div>', html)


def test_figures_come_from_the_newest_record() -> None:
    """Each card shows its status' viewers; completed is the last minute's."""
    store = AudienceStore(AudienceModel())
    view = Summary(store=store)
    store.param.update(audience=audience(), completed=7)

    assert _figures(view) == ["1,200", "30", "20", "0", "7"]


def test_what_is_not_known_says_so() -> None:
    """Before the first record no card shows a number."""
    view = Summary(store=AudienceStore(AudienceModel()))

    assert _figures(view) == ["unknown"] * 5


def test_status_that_the_record_lacks_is_unknown() -> None:
    """A status that was not counted is not 0."""
    store = AudienceStore(AudienceModel())
    view = Summary(store=store)
    store.audience = audience(viewers={})

    assert _figures(view)[0] == "unknown"
