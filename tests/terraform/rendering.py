"""What Terraform would make, kept in the tree so that every test can read it.

    python -m tests.terraform.rendering

runs `terraform test`, in which Terraform itself answers for AWS, and writes what comes
out of it: the policies, the containers, the tables and so on, with all names and
addresses filled in. A change to Terraform shows there, line by line.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.terraform.command import ROOT, copy_to, digest, provider_mirror, run

__all__ = ["RENDERED", "Rendered", "load", "render"]

RENDERED: Final = ROOT / "tests" / "data" / "terraform-rendered.json"

Rendered = dict[str, Any]

# What is told of each kind; what is JSON inside is told as what it holds.
_KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_appautoscaling_target": ("resource_id", "min_capacity", "max_capacity"),
    "aws_backup_plan": ("name", "rule"),
    "aws_cloudwatch_dashboard": ("dashboard_body",),
    "aws_cloudwatch_log_group": ("name", "retention_in_days", "kms_key_id"),
    "aws_cloudwatch_metric_alarm": (
        *("namespace", "metric_name", "dimensions", "statistic", "period"),
        *("evaluation_periods", "comparison_operator", "threshold"),
        "treat_missing_data",
    ),
    "aws_dynamodb_table": (
        *("name", "billing_mode", "hash_key", "range_key", "attribute", "ttl"),
        *("deletion_protection_enabled", "point_in_time_recovery"),
        "server_side_encryption",
    ),
    "aws_ecs_service": (
        *("name", "desired_count", "deployment_minimum_healthy_percent"),
        *("deployment_maximum_percent", "deployment_circuit_breaker"),
        *("availability_zone_rebalancing", "health_check_grace_period_seconds"),
    ),
    "aws_ecs_task_definition": (
        *("family", "cpu", "memory", "volume", "container_definitions"),
    ),
    "aws_efs_file_system": ("encrypted", "kms_key_id", "throughput_mode"),
    "aws_efs_access_point": ("posix_user", "root_directory"),
    "aws_efs_file_system_policy": ("policy",),
    "aws_iam_role": ("name", "assume_role_policy"),
    "aws_iam_role_policy": ("name", "policy"),
    "aws_kinesis_stream": ("name", "encryption_type", "kms_key_id", "retention_period"),
    "aws_kms_key": ("policy", "enable_key_rotation"),
    "aws_lb": ("name", "idle_timeout", "enable_deletion_protection"),
    "aws_lb_listener": ("port", "protocol", "ssl_policy", "default_action"),
    "aws_lb_target_group": ("name", "port", "health_check", "stickiness"),
    "aws_msk_cluster": (
        *("cluster_name", "kafka_version", "client_authentication"),
        *("encryption_info", "number_of_broker_nodes"),
    ),
    "aws_msk_configuration": ("server_properties",),
    "aws_s3_bucket_policy": ("policy",),
    "aws_secretsmanager_secret_policy": ("policy",),
    "aws_service_discovery_service": (
        "name",
        "dns_config",
        "health_check_custom_config",
    ),
    "aws_vpc_security_group_egress_rule": (
        *("security_group_id", "cidr_ipv4", "referenced_security_group_id"),
        *("from_port", "to_port"),
    ),
    "aws_vpc_security_group_ingress_rule": (
        *("security_group_id", "cidr_ipv4", "referenced_security_group_id"),
        *("from_port", "to_port"),
    ),
}
_JSON: Final = frozenset(
    {"policy", "assume_role_policy", "container_definitions", "dashboard_body"}
)
# Made up anew at every run, as nobody says what AWS would say.
_MADE_UP: Final = frozenset({"session_cookie_name"})


def load() -> Rendered:
    """Read what was rendered last: by run, by address, the attributes told of it."""
    loaded: Rendered = json.loads(RENDERED.read_text())
    return loaded


def render() -> Rendered:
    """Run Terraform's tests and return what `load` shall return from now on.

    Raises:
        AssertionError: a test of Terraform's fails, or Terraform can't run.

    """
    mirror = provider_mirror()
    assert mirror is not None, "there is no AWS provider on this machine"
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_to(Path(folder))
        run(
            "init",
            "-backend=false",
            "-input=false",
            f"-plugin-dir={mirror}",
            folder=copy,
        )
        printed = run("test", "-json", "-verbose", folder=copy)
    runs = {}
    for line in printed.splitlines():
        message = json.loads(line)
        if message["type"] == "test_state":
            state = message["test_state"]["root_module"]
            runs[message["@testrun"]] = dict(sorted(_resources(state)))
    return {"digest": digest(), "runs": runs}


def _resources(module: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in module.get("resources", ()):
        kept = _KEPT.get(resource["type"])
        if resource["mode"] == "managed" and kept is not None:
            values = resource["values"]
            yield (
                resource["address"],
                {
                    name: _plain(name, values[name])
                    for name in kept
                    if _told(values[name])
                },
            )
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _told(value: object) -> bool:
    return value not in (None, "", [], {})


def _plain(name: str, value: Any) -> Any:
    if name in _JSON:
        value = json.loads(value)
    if isinstance(value, dict):
        told = value.keys() - _MADE_UP
        return {k: _plain("", v) for k, v in value.items() if k in told and _told(v)}
    if isinstance(value, list):
        return [_plain("", kept) for kept in value]
    return value


if __name__ == "__main__":
    RENDERED.write_text(json.dumps(render(), indent=1) + "\n")
    sys.stdout.write(f"{RENDERED.relative_to(ROOT)}\n")
