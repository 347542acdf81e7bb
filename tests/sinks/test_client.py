"""The client that the sink opens; what it writes is tested with the table."""

from typing import Any

import pytest

from sinks.client import CONNECTIONS, create_client


def test_create_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes where it is told, has a connection a writer, and does not retry."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client: Any = create_client("eu-west-1", "http://127.0.0.1:8000")

    assert client.meta.endpoint_url == "http://127.0.0.1:8000"
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.config.max_pool_connections == CONNECTIONS
    assert client.meta.config.retries["total_max_attempts"] == 1
