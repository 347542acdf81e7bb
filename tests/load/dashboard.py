"""Load on the dashboard: what does it cost to look at a thousand viewers, or a hundred?

    python -m tests.load.dashboard --sizes 1000,10000,100000 --browsers 20
    python -m tests.load.dashboard --minutes 60

Kafka, the server and the browser are processes of their own on this machine, and share
its cores. The first prints a table in Markdown; the second keeps one tab of each page
open and writes down how much memory they and the server hold.
"""

import csv
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from typing import Annotated, Final

import typer
from playwright.sync_api import Browser, sync_playwright

from stack.services.running import Kind, running_services
from tests.benchmarks.processes import ROOT
from tests.load.crowd import Crowd
from tests.load.serving import DashboardServer, serving
from tests.load.tab import Tab, opened

_OPENINGS: Final = 3
_SETTLE_S: Final = 10
_EVERY_S: Final = 30
_PAGES: Final = {"live": ".figure", "viewers": "tbody tr"}
"""What of a page is awaited: its first figure, its first row."""
# Each browser asks something else, so that none gains by what another was answered.
_QUERIES: Final = (
    "",
    "&order=title",
    "&order=viewer_id",
    "&text=77",
    "&status=BUFFERING",
)
_CHROMIUM: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was measured with so many viewers; the fields are the table's columns."""

    viewers: int
    changes_a_second: int
    browsers: int
    loaded_after_s: float
    live_paints_after_s: float
    viewers_paints_after_s: float
    feed_cpu_ms_a_second: float
    tick_cpu_ms_a_browser: float
    longest_gap_s: float
    received_kb_a_second: float
    tab_work_ms_a_second: float
    server_mb: float
    tab_heap_mb: float


def _paint_s(browser: Browser, server: DashboardServer, name: str) -> float:
    """Return the median of a few openings of a page."""
    paints = []
    for _ in range(_OPENINGS):
        with opened(browser, server.page(name), _PAGES[name]) as tab:
            paints.append(tab.paint_s)
    return median(paints)


def _measure(
    browser: Browser,
    server: DashboardServer,
    crowd: Crowd,
    *,
    browsers: int,
    seconds: float,
) -> Figures:
    # Without a session first: those of pages that were closed go on for a while.
    time.sleep(_SETTLE_S)
    before_s = server.process.usage().cpu_s
    time.sleep(seconds)
    feed_s = (server.process.usage().cpu_s - before_s) / seconds
    with ExitStack() as stack:
        tabs = [
            stack.enter_context(opened(browser, _url(server, i), _PAGES["viewers"]))
            for i in range(browsers)
        ]
        _wait(tabs[0], _SETTLE_S)
        first, since = tabs[0], time.monotonic()
        before_s, worked_s = server.process.usage().cpu_s, first.work_s()
        _wait(first, seconds)
        took_s = time.monotonic() - since
        used_s = (server.process.usage().cpu_s - before_s) / took_s
        live_s, viewers_s = (_paint_s(browser, server, name) for name in _PAGES)
        return Figures(
            viewers=crowd.viewers,
            changes_a_second=crowd.rate,
            browsers=browsers,
            loaded_after_s=server.loaded_s,
            live_paints_after_s=live_s,
            viewers_paints_after_s=viewers_s,
            feed_cpu_ms_a_second=feed_s * 1e3,
            tick_cpu_ms_a_browser=(used_s - feed_s) / browsers * 1e3,
            longest_gap_s=max(max(tab.gaps_s(since), default=took_s) for tab in tabs),
            received_kb_a_second=first.received_bytes(since) / took_s / 1e3,
            tab_work_ms_a_second=(first.work_s() - worked_s) / took_s * 1e3,
            server_mb=server.process.usage().rss_bytes / 1e6,
            tab_heap_mb=first.heap_bytes() / 1e6,
        )


def _url(server: DashboardServer, number: int) -> str:
    return server.page("viewers", _QUERIES[number % len(_QUERIES)])


def _wait(tab: Tab, seconds: float) -> None:
    """Wait, and let Playwright tell of what comes meanwhile."""
    tab.page.wait_for_timeout(seconds * 1000)


def _sample(
    browser: Browser, server: DashboardServer, minutes: float, out: Path
) -> None:
    """Write what the server and a tab of each page hold, every half a minute."""
    with ExitStack() as stack, out.open("w", newline="") as file:
        pages = {
            name: stack.enter_context(opened(browser, server.page(name), awaited))
            for name, awaited in _PAGES.items()
        }
        sheet = csv.writer(file)
        heaps = [f"{name}_heap_bytes" for name in pages]
        sheet.writerow(["seconds", "server_rss_bytes", "server_cpu_s", *heaps, "bytes"])
        began = time.monotonic()
        while (past_s := time.monotonic() - began) < minutes * 60:
            usage = server.process.usage()
            heaps_now = [tab.heap_bytes() for tab in pages.values()]
            received = sum(tab.received_bytes(began) for tab in pages.values())
            sheet.writerow(
                [round(past_s), usage.rss_bytes, usage.cpu_s, *heaps_now, received]
            )
            file.flush()
            for tab in pages.values():
                tab.forget_frames()
            _wait(pages["viewers"], _EVERY_S)
    typer.echo(f"{out} holds what was measured")


def _table(figures: list[Figures]) -> str:
    """Return the figures in Markdown, a column a run."""
    lines = []
    for field in fields(Figures):
        values = (getattr(each, field.name) for each in figures)
        shown = (f"{v:,}" if isinstance(v, int) else f"{v:,.2f}" for v in values)
        lines.append(f"| {field.name.replace('_', ' ')} | {' | '.join(shown)} |")
    lines.insert(1, "|---|" + "---:|" * len(figures))
    return "\n".join(lines)


@contextmanager
def _browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browser = launch(executable_path=found, args=list(_CHROMIUM))
        yield browser
        browser.close()


def main(
    *,
    sizes: Annotated[str, typer.Option(help="viewers")] = "1000,10000,100000",
    browsers: Annotated[int, typer.Option(min=1)] = 1,
    seconds: Annotated[float, typer.Option(help="of each measurement")] = 15.0,
    changes: Annotated[int, typer.Option(help="a second, at most")] = 2_000,
    minutes: Annotated[float, typer.Option(help="of memory, at the largest size")] = 0,
    out: Annotated[Path, typer.Option()] = ROOT / ".build" / "dashboard-memory.csv",
) -> None:
    """Measure the dashboard with more and more viewers, or its memory over time."""
    wanted = sorted(int(size) for size in sizes.split(","))
    figures = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        services = stack.enter_context(
            running_services(Kind.NATIVE, folder, kafka_port=0, dynamodb_port=0)
        )
        browser = stack.enter_context(_browser())
        crowd = stack.enter_context(Crowd(services.bootstrap_servers))
        env = {**os.environ, **services.env}
        for size in wanted[-1:] if minutes else wanted:
            crowd.grow(size)
            crowd.rate = min(changes, size // 50)
            with serving(env, size, folder) as server:
                if minutes:
                    _sample(browser, server, minutes, out)
                else:
                    figures.append(
                        _measure(
                            browser, server, crowd, browsers=browsers, seconds=seconds
                        )
                    )
                    typer.echo(_table(figures))


if __name__ == "__main__":
    typer.run(main)
