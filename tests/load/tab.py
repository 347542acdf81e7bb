"""A browser's tab that is measured from outside: paint, frames, memory, work."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page, WebSocket

__all__ = ["Tab", "opened"]

_PATIENCE_MS: Final = 60_000
# https://chromedevtools.github.io/devtools-protocol/tot/Performance/#method-getMetrics
_HEAP: Final = "JSHeapUsedSize"
_WORK: Final = "TaskDuration"


class Tab:
    """A page in a context of its own; `paint_s` is until its first row was there."""

    def __init__(self, page: Page, url: str, awaited: str) -> None:
        self.page = page
        self.frames: list[tuple[float, int]] = []
        page.on("websocket", self._on_websocket)
        began = time.monotonic()
        page.goto(url, wait_until="commit", timeout=_PATIENCE_MS)
        page.wait_for_selector(awaited, timeout=_PATIENCE_MS)
        self.paint_s = time.monotonic() - began
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._cdp.send("Performance.enable")

    def heap_bytes(self) -> int:
        """Return the bytes of JavaScript that are in use, after a collection."""
        self._cdp.send("HeapProfiler.collectGarbage")
        return int(self._metrics()[_HEAP])

    def work_s(self) -> float:
        """Return the seconds that its main thread has worked so far."""
        return self._metrics()[_WORK]

    def received_bytes(self, since: float) -> int:
        """Return the bytes that came over its WebSockets since a monotonic moment."""
        return sum(size for at, size in self.frames if at >= since)

    def gaps_s(self, since: float) -> list[float]:
        """Return the seconds between one message and the next."""
        moments = [at for at, _ in self.frames if at >= since]
        return [b - a for a, b in pairwise(moments)]

    def forget_frames(self) -> None:
        """Start to count anew, for an hour's frames need not be kept."""
        self.frames.clear()

    def _metrics(self) -> dict[str, float]:
        answer = self._cdp.send("Performance.getMetrics")
        return {metric["name"]: metric["value"] for metric in answer["metrics"]}

    def _on_websocket(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived",
            lambda data: self.frames.append((time.monotonic(), len(data))),
        )


@contextmanager
def opened(browser: Browser, url: str, awaited: str) -> Iterator[Tab]:
    """Open a page for the time of the block, and wait for what is `awaited`."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    try:
        yield Tab(context.new_page(), url, awaited)
    finally:
        context.close()
