"""The page of both holds both, whatever their addresses are."""

from pathlib import Path

from stack.demo.side_by_side import write


def test_page_holds_both(tmp_path: Path) -> None:
    """Each address is framed and linked, and none is left to be filled in."""
    folder = write(tmp_path, "http://player/", "http://dashboard/")
    page = (folder / "index.html").read_text()

    assert page.count('src="http://player/?viewer=you"') == 1
    assert page.count('src="http://dashboard/"') == 1
    assert page.count('href="http://player/"') == 1
    assert "$" not in page


def test_addresses_are_escaped(tmp_path: Path) -> None:
    """An address is no markup."""
    folder = write(tmp_path, "http://player/", 'http://dashboard/"><script>')

    assert "<script>" not in (folder / "index.html").read_text()


def test_only_the_page_is_served(tmp_path: Path) -> None:
    """The folder holds nothing but the page: all in it can be fetched."""
    folder = write(tmp_path, "http://player/", "http://dashboard/")

    assert [path.name for path in folder.iterdir()] == ["index.html"]
