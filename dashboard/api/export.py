"""All live viewers that match, for spreadsheets: /api/viewers.csv, and a page's."""

from datetime import UTC, datetime

from dashboard.api.handlers import ApiHandler
from dashboard.api.parameters import FilterParameters
from dashboard.export import csv_parts

__all__ = ["ExportHandler", "PageExportHandler"]


class ExportHandler(ApiHandler):
    """The viewers that match at this moment, as a file.

    It is made beside the server's loop and sent as it is made, so that a hundred
    thousand rows hold up nobody and are never in memory at once.
    """

    async def answer(self, *arguments: str) -> None:
        """Send the file part by part."""
        del arguments
        query = self.parameters(FilterParameters)
        viewers = self.service.model.viewers
        profiles = await self.service.aside(lambda: viewers.all(query))
        name = f"viewers-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.csv"
        self.set_header("Content-Type", "text/csv; charset=utf-8; header=present")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        parts = csv_parts(profiles)
        while part := await self.service.aside(lambda: next(parts, b"")):
            self.write(part)
            await self.flush()


class PageExportHandler(ExportHandler):
    """The same file beside a page, for whoever may see that: it asks for no token."""

    # Panel hands all routes the same arguments, whatever a handler takes.
    def initialize(self, **_of_page: object) -> None:  # type: ignore[override]
        """Take nothing of the page; the service comes with the class."""

    async def admit(self) -> None:
        """Refuse whom the page would not be shown."""
        await self.service.door.admit_to_pages(self)
