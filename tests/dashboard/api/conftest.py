"""A server of the API that anybody may ask."""

from collections.abc import Iterator

import pytest

from tests.dashboard.api.serving import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server whose model is empty yet."""
    with serving() as server:
        yield server
