"""What Terraform itself says; skipped where it, or its AWS provider, is missing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import boto3
import pytest
from moto.server import ThreadedMotoServer

from dataflows.settings import Settings
from stack.services.ports import HOST
from stack.services.tables import ensure_tables, local_client, tables_of
from stack.services.topics import Found
from tests.terraform.command import TERRAFORM, copy_to, provider_mirror, run
from tests.terraform.rendering import Rendered, render

_MIRROR: Final = provider_mirror()
_URL: Final = "AWS_ENDPOINT_URL"

if shutil.which("terraform") is None or _MIRROR is None:
    pytest.skip(
        "Terraform is not installed, or has no AWS provider to install from a folder",
        allow_module_level=True,
    )

pytestmark = pytest.mark.xdist_group("terraform")

_CERTIFICATE: Final = "arn:aws:acm:eu-west-1:123456789012:certificate/a"
_OIDC: Final = {
    name: f"https://id.example.com/{name}"
    for name in (
        *("issuer", "authorization_endpoint", "token_endpoint"),
        *("user_info_endpoint", "client_id"),
    )
}
_BOTH: Final = {
    "image_tag": "1.0.0",
    "dashboard_domain": "viewers.example.com",
    "dashboard_certificate_arn": _CERTIFICATE,
}
_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "complete": {
        **_BOTH,
        "accept_limited_use_license": True,
        "collector_certificate_arn": _CERTIFICATE,
        "snowbridge_password": "only-the-tests-know-this",
    },
    "existing-kafka": {
        **_BOTH,
        "vpc": {
            "id": "vpc-1",
            "public_subnet_ids": ["subnet-1", "subnet-2"],
            "private_subnet_ids": ["subnet-3", "subnet-4"],
        },
        "kafka": {
            "bootstrap_servers": "broker.example:9096",
            "cidr_blocks": ["10.0.0.0/16"],
            "password_secret_arn": "arn:aws:secretsmanager:eu-west-1:1:secret:kafka",
        },
    },
}
# Files so called change what the others say.
_LOCAL: Final = """
terraform {
  backend "local" {}
}

provider "aws" {
  skip_metadata_api_check = true
}
"""
_TABLES: Final = """
module "tables" {
  source              = "../modules/tables"
  deletion_protection = false
}
"""


@pytest.fixture(scope="module")
def aws_env() -> Iterator[dict[str, str]]:
    """Run moto; return the environment in which it is AWS to Terraform."""
    server = ThreadedMotoServer(HOST, port=0)
    server.start()
    _, port = server.get_host_and_port()
    yield {"AWS_ENDPOINT_URL": f"http://{HOST}:{port}", "AWS_REGION": "eu-west-1"}
    server.stop()


def test_format() -> None:
    """Terraform's files are formatted as Terraform formats them."""
    run("fmt", "-check", "-diff", "-recursive", folder=TERRAFORM)


def test_rendered_is_in_step(rendered: Rendered) -> None:
    """Terraform's own tests pass, and what they make is what is kept in the tree."""
    assert render() == rendered, "run `python -m tests.terraform.rendering`"


@pytest.mark.parametrize("example", _EXAMPLES)
def test_plan(tmp_path: Path, aws_env: dict[str, str], example: str) -> None:
    """The provider itself plans each example, as it would before an apply."""
    secrets = boto3.client("secretsmanager", "eu-west-1", endpoint_url=aws_env[_URL])
    secret = secrets.create_secret(Name=example, SecretString="client-secret")
    oidc = _OIDC | {"client_secret_arn": secret["ARN"]}
    folder = copy_to(tmp_path) / "examples" / example
    (folder / "local_override.tf").write_text(_LOCAL)
    (folder / "terraform.tfvars.json").write_text(
        json.dumps(_EXAMPLES[example] | {"oidc": oidc})
    )
    run("init", "-input=false", f"-plugin-dir={_MIRROR}", folder=folder)

    plan = run("plan", "-input=false", "-no-color", folder=folder, **aws_env)

    assert " to add, 0 to change, 0 to destroy." in plan


def test_apply_tables(tmp_path: Path, aws_env: dict[str, str]) -> None:
    """The tables, made by Terraform for real, are found to be what the flow wants."""
    folder = copy_to(tmp_path) / "local"
    folder.mkdir()
    (folder / "main.tf").write_text(_LOCAL + _TABLES)
    run("init", "-input=false", f"-plugin-dir={_MIRROR}", folder=folder)
    run("apply", "-auto-approve", "-input=false", folder=folder, **aws_env)

    outcomes = ensure_tables(local_client(aws_env[_URL]), tables_of(Settings()))

    assert [outcome.found for outcome in outcomes] == [Found.EXISTS, Found.EXISTS]
