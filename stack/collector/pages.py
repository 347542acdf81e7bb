"""The player's page, its clip and the tracker's files, as far as a browser needs them.

Tornado answers ranges, without which a browser can't seek in a clip.
"""

from pathlib import Path
from typing import Any, Final

from tornado.web import HTTPError, StaticFileHandler

__all__ = ["PageHandler", "page_routes"]

_CONTENT_TYPES: Final = {
    ".html": "text/html; charset=UTF-8",
    ".css": "text/css; charset=UTF-8",
    ".js": "text/javascript; charset=UTF-8",
    ".webm": "video/webm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
"""What is served, and as what, whatever the machine's own table says; nothing else is.

The folders hold files for other eyes, too, such as the script that makes the clip.
"""


class PageHandler(StaticFileHandler):
    """Serves the files of a folder."""

    def set_extra_headers(self, path: str) -> None:
        """Let a browser ask each time whether a file has changed."""
        del path
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Content-Type-Options", "nosniff")

    def get_content_type(self) -> str:
        """Return what the ending of the file stands for."""
        return _CONTENT_TYPES[Path(self.absolute_path or "").suffix]

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Return the path of a file that may be served.

        Raises:
            HTTPError: there is none.

        """
        # No file system takes a NUL, and Python would raise another error.
        if "\0" in absolute_path:
            raise HTTPError(404)
        path = super().validate_absolute_path(root, absolute_path)
        if path is not None and Path(path).suffix not in _CONTENT_TYPES:
            raise HTTPError(404)
        return path


def page_routes(page: Path, vendor: Path) -> list[tuple[str, type, dict[str, Any]]]:
    """Return the routes: the page at `/`, and the tracker's files at `/vendor/`."""
    files = {"path": str(page), "default_filename": "index.html"}
    return [
        (r"/vendor/(.*)", PageHandler, {"path": str(vendor)}),
        (r"/(.*)", PageHandler, files),
    ]
