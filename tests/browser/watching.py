"""A page in the browser, and whatever a page must not do."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect

__all__ = ["ViewersTable", "Watched"]

_TIMEOUT_MS = 20_000


class Watched:
    """A page of the dashboard: its faults are errors, dialogs and foreign requests."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.faults: list[str] = []
        self._host = urlsplit(url).netloc
        page.set_default_timeout(_TIMEOUT_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self._on_request)
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        page.goto(url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self._host:
            self.faults.append(request.url)


class ViewersTable(Watched):
    """The Viewers page: what stands in its table."""

    def column(self, title: str) -> list[str]:
        headers = self.page.locator("thead button").all_inner_texts()
        # The table may not be there yet.
        found = (i for i, text in enumerate(headers, 1) if text.startswith(title))
        place = next(found, 0)
        return self.page.locator(f"tbody tr > :nth-child({place})").all_inner_texts()

    def header(self, title: str) -> Locator:
        return self.page.get_by_role("columnheader", name=title, exact=True)

    def count(self, text: str) -> None:
        expect(self.page.get_by_text(text, exact=True)).to_be_visible()
