"""Each of our containers gets the settings that it needs, by names that there are."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from dashboard.settings import DashboardSettings
from dataflows.settings import Settings
from tests.terraform.rendering import Rendered

_FLOW: Final = "module.dataflow.module.task.aws_ecs_task_definition.this"
_TOPICS: Final = 'module.dataflow.module.topics.aws_ecs_task_definition.this["this"]'
_DASHBOARD: Final = 'module.dashboard.module.task.aws_ecs_task_definition.this["this"]'

# Of Bytewax itself: `python -m bytewax.run --help`.
_OF_BYTEWAX: Final = {
    "BYTEWAX_ADDRESSES",
    "BYTEWAX_PROCESS_ID",
    "BYTEWAX_RECOVERY_BACKUP_INTERVAL",
    "BYTEWAX_RECOVERY_DIRECTORY",
    "BYTEWAX_SNAPSHOT_INTERVAL",
}

# What must be said where the program is to run; all else may keep its default.
_OF_PLACES: Final = re.compile(
    r"KAFKA_(BOOTSTRAP_SERVERS|SECURITY_PROTOCOL|SASL_MECHANISM)|\w+_TOPIC|\w+_TABLE"
    r"|AWS_REGION|KAFKA_GROUP_ID|WRITE_\w+"
)
_FOR_WRITERS: Final = re.compile(r"SOURCE_TOPIC|WRITE_\w+|KAFKA_GROUP_ID")


def _settings() -> set[str]:
    fields = (*dataclasses.fields(Settings), *dataclasses.fields(DashboardSettings))
    return {name for field in fields for name in field.metadata["names"]}


def _wanted() -> set[str]:
    first = {field.metadata["names"][0] for field in dataclasses.fields(Settings)}
    return {name for name in first if _OF_PLACES.fullmatch(name)}


def _containers(rendered: Rendered, run: str, task: str) -> dict[str, dict[str, Any]]:
    told = rendered["runs"][run][task]["container_definitions"]
    return {container["name"]: container for container in told}


def _environment(container: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container.get("environment", ())}


def _ours(rendered: Rendered) -> Iterator[tuple[str, dict[str, Any]]]:
    for run in rendered["runs"]:
        for task, name in (
            (f'{_FLOW}["0"]', "dataflow"),
            (_TOPICS, "topics"),
            (_DASHBOARD, "dashboard"),
        ):
            yield name, _containers(rendered, run, task)[name]


def test_no_unknown_name(rendered: Rendered) -> None:
    """No container of ours gets a variable that nothing reads."""
    known = _settings() | _OF_BYTEWAX
    for name, container in _ours(rendered):
        secrets = {secret["name"] for secret in container.get("secrets", ())}

        assert _environment(container).keys() | secrets <= known, name


def test_no_missing_name(rendered: Rendered) -> None:
    """Every container of ours is told where all that it uses is."""
    for name, container in _ours(rendered):
        wanted = _wanted()
        if name == "dashboard":
            wanted = {one for one in wanted if not _FOR_WRITERS.fullmatch(one)}

        assert wanted <= _environment(container).keys(), name


def test_settings_accept_it(rendered: Rendered) -> None:
    """The settings accept what the containers get, value by value."""
    for _, container in _ours(rendered):
        environment = _environment(container)
        secrets = {secret["name"]: "secret" for secret in container.get("secrets", ())}
        settings = Settings.from_env(environment | secrets)
        DashboardSettings.from_env(environment | secrets)

        assert settings.bootstrap_servers == environment["KAFKA_BOOTSTRAP_SERVERS"]


@pytest.mark.parametrize("process", [0, 1])
def test_cluster_of_processes(rendered: Rendered, process: int) -> None:
    """Each process knows its number, listens, and finds the others by their names."""
    task = f'{_FLOW}["{process}"]'
    environment = _environment(_containers(rendered, "everything", task)["dataflow"])
    names = [f"dataflow-{n}.live-viewers.internal:2101" for n in (0, 1)]
    names[process] = "0.0.0.0:2101"

    assert environment["BYTEWAX_PROCESS_ID"] == str(process)
    assert environment["BYTEWAX_ADDRESSES"] == ";".join(names)


def test_no_password_in_the_open(rendered: Rendered) -> None:
    """A password comes out of a secret, and never as a plain variable."""
    for task, told in rendered["runs"]["existing_kafka"].items():
        for container in told.get("container_definitions", ()):
            assert "KAFKA_SASL_PASSWORD" not in _environment(container), task
    flow = _containers(rendered, "existing_kafka", f'{_FLOW}["0"]')["dataflow"]

    assert {secret["name"] for secret in flow["secrets"]} == {
        "KAFKA_SASL_USERNAME",
        "KAFKA_SASL_PASSWORD",
    }
