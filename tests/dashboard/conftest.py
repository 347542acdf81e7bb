"""Kafka for the dashboard's tests: librdkafka's mock cluster, in this process."""

import logging
from collections.abc import Iterator

import pytest

from dataflows.settings import Settings
from tests.dashboard.cluster import MockCluster


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    """Return a mock broker that lives for one test."""
    mock = MockCluster()
    yield mock
    mock.stop()


@pytest.fixture
def settings(cluster: MockCluster) -> Settings:
    """Return settings that find the mock broker."""
    logging.getLogger("dashboard.feed").setLevel(logging.CRITICAL)
    return Settings(bootstrap_servers=cluster.servers)
