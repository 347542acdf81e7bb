"""How the flow's processes say they do: their Prometheus endpoints, asked in turn.

The topics tell what the flow made of the events; how long its snapshots take and how
its sinks fare is told only here.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum, unique
from http.client import HTTPException
from threading import Event, Thread
from time import monotonic
from typing import Final
from urllib.request import urlopen

import msgspec

from dashboard.scrape import Scrape, SinkCounts, scrape_from_text

__all__ = ["SPAN_S", "FlowMetrics", "FlowProcess", "FlowState"]

SPAN_S: Final = 300.0
"""How long scrapes are kept, and so the longest time that counts can be compared."""
_PERIOD_S: Final = 5.0
_ANSWER_S: Final = 3.0
"""What a process has to answer."""
_ANSWER_BYTES: Final = 16_000_000
_ASKED_AT_ONCE: Final = 8


@unique
class FlowState(StrEnum):
    """How one process of the flow was last found."""

    UNASKED = "not asked yet"
    ANSWERS = "answers"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"
    """Something answers, but not as the flow does."""


class FlowProcess(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is known of one process; `detail` says why it does not answer.

    `newest` is its last answer, `before` the one `apart_s` seconds earlier, of the same
    life of the process; `None` where it is not known, as where it answers no longer.
    """

    url: str
    state: FlowState = FlowState.UNASKED
    detail: str = ""
    newest: Scrape | None = None
    before: Scrape | None = None
    apart_s: float = 0.0


class FlowMetrics:
    """Asks the endpoints every few seconds, from a thread of its own.

    Without URLs nothing is asked: `configured` is false and `processes` is empty.
    """

    def __init__(
        self,
        urls: Sequence[str] = (),
        fetch: Callable[[str], str] | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._fetch = fetch or _fetch
        self._clock = clock
        self._scrapes: dict[str, deque[tuple[float, Scrape]]] = {
            url: deque() for url in urls
        }
        self._processes = tuple(FlowProcess(url=url) for url in self._scrapes)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="flow-metrics", daemon=True)

    @property
    def configured(self) -> bool:
        """Return whether there is anything to ask."""
        return bool(self._scrapes)

    @property
    def processes(self) -> tuple[FlowProcess, ...]:
        """Return the processes in the order of their URLs, as last found."""
        return self._processes

    def start(self) -> None:
        """Start the thread, where there is anything to ask; once only."""
        if self.configured:
            self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait for its end."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def ask(self) -> None:
        """Ask every process once; the thread does, and tests."""
        with ThreadPoolExecutor(min(_ASKED_AT_ONCE, len(self._scrapes))) as pool:
            self._processes = tuple(pool.map(self._ask, self._scrapes))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.ask()
            self._stopping.wait(_PERIOD_S)

    def _ask(self, url: str) -> FlowProcess:
        scrapes = self._scrapes[url]
        try:
            scrape = scrape_from_text(self._fetch(url))
        except (OSError, HTTPException) as ex:
            scrapes.clear()
            return FlowProcess(url=url, state=FlowState.UNREACHABLE, detail=_why(ex))
        except Exception as ex:  # noqa: BLE001, whatever a stranger's text makes of us
            scrapes.clear()
            return FlowProcess(url=url, state=FlowState.UNREADABLE, detail=_why(ex))
        now = self._clock()
        if scrapes and _began_anew(scrapes[-1][1], scrape):
            scrapes.clear()
        scrapes.append((now, scrape))
        while now - scrapes[0][0] > SPAN_S:
            scrapes.popleft()
        then, before = scrapes[0]
        return FlowProcess(
            url=url,
            state=FlowState.ANSWERS,
            newest=scrape,
            before=before if now > then else None,
            apart_s=now - then,
        )


def _began_anew(before: Scrape, now: Scrape) -> bool:
    pairs = [(before.snapshots, now.snapshots)]
    pairs += [(s.batches, now.sinks[to].batches) for to, s in _both(before, now)]
    return any(new is None or new < old for old, new in pairs if old is not None)


def _both(before: Scrape, now: Scrape) -> Iterable[tuple[str, SinkCounts]]:
    return ((to, sink) for to, sink in before.sinks.items() if to in now.sinks)


def _why(ex: Exception) -> str:
    reason = getattr(ex, "reason", ex)
    return str(reason) or type(ex).__name__


def _fetch(url: str) -> str:
    with urlopen(url, timeout=_ANSWER_S) as answer:  # noqa: S310, an operator set it
        body: bytes = answer.read(_ANSWER_BYTES)
    return body.decode(errors="replace")
