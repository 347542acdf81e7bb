"""How the flow's processes are replaced, watched, and kept."""

from typing import Any, Final

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.metrics import MetricWrapperBase

import dataflows.metrics
import sinks.metrics
from tests.terraform.rendering import Rendered

_RUN: Final = "everything"


def _of(rendered: Rendered, kind: str) -> dict[str, dict[str, Any]]:
    told = rendered["runs"][_RUN]
    return {where: one for where, one in told.items() if f"{kind}." in where}


@pytest.mark.parametrize("process", ["0", "1"])
def test_never_two_of_one_process(rendered: Rendered, process: str) -> None:
    """A process stops before its successor starts, whatever replaces it."""
    service = rendered["runs"][_RUN][
        f'module.dataflow.aws_ecs_service.this["{process}"]'
    ]

    assert service["deployment_minimum_healthy_percent"] == 0
    assert service["deployment_maximum_percent"] == 100
    assert service["availability_zone_rebalancing"] == "DISABLED"


def test_names_do_not_wait_for_health(rendered: Rendered) -> None:
    """A process's name is known before the process is well."""
    for where, told in _of(rendered, "aws_service_discovery_service").items():
        assert "health_check_custom_config" not in told, where


def test_everything_at_rest_is_encrypted(rendered: Rendered) -> None:
    """Tables, streams, logs and the recovery store are under the system's own key."""
    key = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    for kind in ("aws_cloudwatch_log_group", "aws_kinesis_stream"):
        for where, told in _of(rendered, kind).items():
            assert told["kms_key_id"] == key, where
    for where, told in _of(rendered, "aws_dynamodb_table").items():
        assert told["server_side_encryption"] == [{"enabled": True, "kms_key_arn": key}]
        assert where
    store = rendered["runs"][_RUN][
        "module.dataflow.module.recovery_store.aws_efs_file_system.this"
    ]
    assert store["kms_key_id"] == key


def test_containers_are_closed(rendered: Rendered) -> None:
    """No container may write its own file system or has a right of the kernel's."""
    for where, told in _of(rendered, "aws_ecs_task_definition").items():
        for container in told["container_definitions"]:
            capabilities = container["linuxParameters"]["capabilities"]

            assert container["readonlyRootFilesystem"], where
            assert capabilities == {"drop": ["ALL"]}, where


def _exporter(rendered: Rendered) -> dict[str, Any]:
    task = 'module.dataflow.module.task.aws_ecs_task_definition.this["0"]'
    containers = rendered["runs"][_RUN][task]["container_definitions"]
    (sidecar,) = [one for one in containers if one["name"] == "metrics"]
    config = yaml.safe_load(sidecar["environment"][0]["value"])
    exporter: dict[str, Any] = config["exporters"]["awsemf"]
    return exporter


def _sent(rendered: Rendered) -> set[tuple[str, tuple[str, ...]]]:
    return {
        (name.strip("^$"), tuple(dimensions))
        for declared in _exporter(rendered)["metric_declarations"]
        for name in declared["metric_name_selectors"]
        for dimensions in declared["dimensions"]
    }


def test_alarms_watch_what_is_sent(rendered: Rendered) -> None:
    """An alarm on the flow's metrics is on one that it sends, by its dimensions."""
    watched = {
        (told["metric_name"], tuple(sorted(told["dimensions"])))
        for told in _of(rendered, "aws_cloudwatch_metric_alarm").values()
        if told["namespace"] == _exporter(rendered)["namespace"]
    }

    assert len(watched) == 4
    assert watched < _sent(rendered)


def test_flow_has_what_is_sent(rendered: Rendered) -> None:
    """What goes to CloudWatch is what the flow tells, under the labels that it has."""
    labels = {
        name: set(metric._labelnames)
        for module in (dataflows.metrics, sinks.metrics)
        for metric in vars(module).values()
        if isinstance(metric, MetricWrapperBase)
        for name in (metric._name, f"{metric._name}_total")
    }
    for name, dimensions in _sent(rendered):
        assert set(dimensions) <= {"flow", *labels[name]}, name
