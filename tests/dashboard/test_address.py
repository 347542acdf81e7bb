"""What an address says, and the address of what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.address import Address, address_text, read_address
from dashboard.pages import PAGES


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", Address("live")),
        ("?", Address("live")),
        ("?page=ads", Address("ads")),
        ("?page=none", Address("live")),
        ("?page=__init__", Address("live")),
        ("?viewer=alice", Address("viewer", "alice")),
        ("?page=viewer&viewer=true", Address("viewer", "true")),
        ("?page=viewers&text=a%26b", Address("viewers", "", {"text": "a&b"})),
        ("?" + "&".join(f"a{i}=1" for i in range(60)), Address("live")),
    ],
)
def test_address_is_read(search: str, expected: Address) -> None:
    """A page that is none is the first one; values are all text."""
    assert read_address(search, PAGES) == expected


_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(
    page=st.sampled_from(sorted(PAGES)),
    viewer=st.just("") | _text,
    query=st.dictionaries(st.sampled_from(["by", "text", "span"]), _text),
)
def test_address_goes_round(page: str, viewer: str, query: dict[str, str]) -> None:
    """Whatever a viewer is called, the address of what shows brings it back."""
    address = Address(page, viewer, query)

    assert read_address(address_text(address), PAGES) == address
