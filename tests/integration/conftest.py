"""Real Kafka and DynamoDB Local, shared by the tests of this folder."""

from collections.abc import Iterator

import pytest

from stack.services.running import Kind, Services, run_folder, running_services


# Before xdist, which reads the groups in a hook of the same name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the services, and keep it in one worker: they start once."""
    for item in items:
        if "services" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.integration)
            item.add_marker(pytest.mark.xdist_group("services"))


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Run the services on free ports; that they can't start is a failure."""
    folder = run_folder(tmp_path_factory.mktemp("services"))
    with running_services(
        Kind.NATIVE, folder, kafka_port=0, dynamodb_port=0
    ) as running:
        yield running
