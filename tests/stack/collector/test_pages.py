"""The page, its clip and the tracker's files over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.collector.pages import page_routes
from tests.stack.collector.posting import TP2
from tests.stack.collector.serving import Client, StandInProducer, serving

CLIP = bytes(range(256)) * 40


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Return a client of a collector that serves a page."""
    page, vendor = tmp_path / "page", tmp_path / "vendor"
    (page / "clips").mkdir(parents=True)
    vendor.mkdir()
    (tmp_path / "secret.js").write_text("secret")
    (page / "index.html").write_text("<html>")
    (page / "main.js").write_text("main")
    (page / "make.sh").write_text("script")
    (page / "package.json").write_text("{}")
    (page / "clips" / "clip.webm").write_bytes(CLIP)
    (vendor / "tracker.js").write_text("tracker")
    routes = page_routes(page, vendor)
    with (
        serving(StandInProducer(), routes=routes) as served,
        Client(served.address) as client,
    ):
        yield client


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/", "text/html; charset=UTF-8", b"<html>"),
        ("/?viewer=a", "text/html; charset=UTF-8", b"<html>"),
        ("/main.js", "text/javascript; charset=UTF-8", b"main"),
        ("/vendor/tracker.js", "text/javascript; charset=UTF-8", b"tracker"),
        ("/clips/clip.webm", "video/webm", CLIP),
    ],
)
def test_file(path: str, content_type: str, body: bytes, client: Client) -> None:
    """A file comes with the type that its ending stands for."""
    answer = client.ask("GET", path)

    assert (answer.status, answer.body) == (200, body)
    assert answer.headers["Content-Type"] == content_type


def test_range(client: Client) -> None:
    """A part of the clip comes when a part is asked for, so that players can seek."""
    answer = client.ask("GET", "/clips/clip.webm", headers={"Range": "bytes=256-511"})

    assert (answer.status, answer.body) == (206, CLIP[256:512])
    assert answer.headers["Content-Range"] == f"bytes 256-511/{len(CLIP)}"


@pytest.mark.parametrize(
    "path",
    [
        "/clips",
        "/clips/",
        "/vendor/",
        "/make.sh",
        "/package.json",
        "/nothing.js",
        "/main.js%00",
        "/../secret.js",
        "/vendor/../../secret.js",
        "/vendor/..%2f..%2fsecret.js",
        "/%2e%2e/secret.js",
        "//etc/passwd",
    ],
)
def test_nothing_else(path: str, client: Client) -> None:
    """No folder is listed, no other file served, and nothing from outside."""
    answer = client.ask("GET", path)

    assert answer.status in {301, 403, 404}
    assert b"secret" not in answer.body
    assert b"clip.webm" not in answer.body


def test_an_edited_page_is_another(client: Client, tmp_path: Path) -> None:
    """A browser asks each time, and gets the page anew once it was changed."""
    first = client.ask("GET", "/main.js")
    seen = {"If-None-Match": first.headers["ETag"]}
    unchanged = client.ask("GET", "/main.js", headers=seen)
    (tmp_path / "page" / "main.js").write_text("edited")
    changed = client.ask("GET", "/main.js", headers=seen)

    assert first.headers["Cache-Control"] == "no-cache"
    assert unchanged.status == 304
    assert (changed.status, changed.body) == (200, b"edited")


def test_collects_beside_the_page(client: Client) -> None:
    """The collector's own paths are no files."""
    assert client.ask("GET", "/health").body == b"ok"
    assert client.post({"e": "pv"}).body == b"ok"
    assert client.ask("OPTIONS", TP2).status == 200
