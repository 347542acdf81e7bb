"""What the browser's address says, and the address of what is shown."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

__all__ = ["FIRST_PAGE", "Address", "address_text", "read_address"]

FIRST_PAGE: Final = "live"
_MOST_FIELDS: Final = 50


class Address(NamedTuple):
    """A page, the viewer it is about, and what else the page's address says."""

    page: str = FIRST_PAGE
    viewer: str = ""
    query: Mapping[str, str] = {}


def read_address(search: str, pages: Mapping[str, str]) -> Address:
    """Return what the part from `?` on says; a page that is none is the first one.

    A viewer without a page is that viewer's page, so that `?viewer=alice` is enough.
    """
    try:
        fields = dict(parse_qsl(search.lstrip("?"), max_num_fields=_MOST_FIELDS))
    except ValueError:
        return Address()
    viewer = fields.pop("viewer", "")
    page = fields.pop("page", "viewer" if viewer else FIRST_PAGE)
    if page not in pages:
        return Address()
    return Address(page, viewer, fields)


def address_text(address: Address) -> str:
    """Return the address as a browser holds it, from `?` on."""
    viewer = {"viewer": address.viewer} if address.viewer else {}
    return "?" + urlencode({"page": address.page} | viewer | dict(address.query))
