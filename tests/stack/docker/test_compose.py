"""The Compose files hold together: what they name is there, and can be waited for."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from dashboard.settings import DashboardSettings
from dataflows.settings import Settings
from tests.stack.docker.files import (
    COMPOSE_FILES,
    SNOWPLOW,
    STACK,
    depends_on,
    interpolated,
    services,
    stages,
    variables,
)

SAMPLE: Final = (STACK / ".env.sample").read_text()
OURS: Final = sorted(n for n, s in services().items() if "build" in s)
PORTS: Final = {n: s["ports"] for n, s in services().items() if "ports" in s}
LICENCE: Final = "ACCEPT_LIMITED_USE_LICENSE"


def has_healthcheck(name: str) -> bool:
    """Tell whether a service can become healthy: by its own word or its image's."""
    service = services()[name]
    own = service.get("healthcheck")
    if own is not None:
        return not own.get("disable")
    return "build" in service and (
        "HEALTHCHECK" in stages()[service["build"]["target"]]
    )


def test_schema(tmp_path: Path) -> None:
    """Every file is what the Compose specification says, once its variables are in."""
    for file in COMPOSE_FILES:
        (tmp_path / file.name).write_text(interpolated(file, {LICENCE: "yes"}))
    copies = [str(tmp_path / file.name) for file in COMPOSE_FILES]
    command = [sys.executable, "-m", "check_jsonschema"]

    done = subprocess.run(
        [*command, "--builtin-schema", "vendor.compose-spec", *copies],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_includes() -> None:
    """`compose.yaml` includes all of the other files."""
    included = re.findall(
        r"^  - (\S+)$", (STACK / "compose.yaml").read_text(), re.MULTILINE
    )

    assert sorted(included) == [f.name for f in COMPOSE_FILES if f.stem != "compose"]


def test_sample_has_each_variable() -> None:
    """`.env.sample` holds every variable with its default, and no other."""
    sample = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", SAMPLE, re.MULTILINE))

    assert variables() == sample


def test_default_is_one() -> None:
    """A variable that is read in two places has one default."""
    read = set()
    for file in COMPOSE_FILES:
        read |= set(re.findall(r"\$\{(\w+):-([^}]*)\}", file.read_text()))

    assert len(read) == len({name for name, _ in read})


def test_licence_is_asked_for() -> None:
    """Who has not accepted Snowplow's licence is told so, and nothing starts."""
    assert f"${{{LICENCE}:?" in (STACK / "compose.snowplow.yaml").read_text()


def test_images_are_pinned() -> None:
    """Every image that is fetched has a version, and a variable to choose another."""
    fetched = {n: s["image"] for n, s in services().items() if "build" not in s}

    assert all(re.search(r":\d+\.\d+\.\d+", image) for image in fetched.values())
    assert set(fetched.values()) <= set(variables().values())


@pytest.mark.parametrize("name", OURS)
def test_build(name: str) -> None:
    """What is built has its files, and a stage of that name."""
    build = services()[name]["build"]

    assert (STACK / build["context"] / build["dockerfile"]).samefile(
        STACK / "Dockerfile"
    )
    assert build["target"] in stages()


def test_mounted_files_exist() -> None:
    """Whatever is mounted from the repository is in it, and read-only."""
    mounts = [v for s in services().values() for v in s.get("volumes", ())]
    files = [mount.split(":") for mount in mounts if mount.startswith(".")]

    assert len(files) == 6
    for source, _, mode in files:
        assert (STACK / source).exists(), source
        assert mode == "ro"


def test_ports() -> None:
    """Ports are on the loopback address, by a variable, and none is taken twice."""
    published = [port.split(":") for ports in PORTS.values() for port in ports]
    numbers = [number for _, number, _ in published]

    assert {address for address, _, _ in published} == {"127.0.0.1"}
    assert len(numbers) == len(set(numbers)) == 5
    assert set(numbers) == {v for n, v in variables().items() if n.endswith("_PORT")}


@pytest.mark.parametrize("name", sorted(PORTS))
def test_server_has_healthcheck(name: str) -> None:
    """What listens can tell that it is well."""
    assert has_healthcheck(name)


@pytest.mark.parametrize("name", sorted(services()))
def test_conditions_can_be_met(name: str) -> None:
    """A service waits only for what can happen: health of a server, end of a task."""
    for other, condition in depends_on(services()[name]).items():
        ends = "restart" not in services()[other]
        possible = {
            "service_healthy": has_healthcheck(other) and not ends,
            "service_completed_successfully": ends,
            "service_started": not has_healthcheck(other) and not ends,
        }
        assert possible[condition], f"{name} waits for {other}: {condition}"


@pytest.mark.parametrize("name", sorted(services()))
def test_no_fixed_name(name: str) -> None:
    """No container has a name of its own, so that two projects fit on a machine."""
    assert "container_name" not in services()[name]


@pytest.mark.parametrize("name", OURS)
def test_environment_is_known(name: str) -> None:
    """Our containers get settings of the flow, and what boto3 reads; nothing else."""
    fields = (*dataclasses.fields(Settings), *dataclasses.fields(DashboardSettings))
    known = {name for field in fields for name in field.metadata["names"]}
    boto3 = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL_KINESIS"}

    assert set(services()[name]["environment"]) <= known | boto3


@pytest.mark.parametrize("name", OURS)
def test_ours_are_hardened(name: str) -> None:
    """Our containers can't write outside their volumes, and have no rights."""
    service = services()[name]

    assert (service["read_only"], service["cap_drop"], service["tmpfs"]) == (
        True,
        ["ALL"],
        ["/tmp"],  # noqa: S108, the container's own
    )


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("collector", r"\$\{\??(\w+)\}"),
        ("enrich", r"\$\{\??(\w+)\}"),
        ("snowbridge", r"env\.(\w+)"),
    ],
)
def test_configuration_finds_its_variables(name: str, pattern: str) -> None:
    """Every variable that a configuration reads is in the service's environment."""
    files = [*SNOWPLOW.glob(f"{name}.hocon"), *(SNOWPLOW / name).glob("*.hcl")]
    read = {v for file in files for v in re.findall(pattern, file.read_text())}

    # Docker itself sets HOSTNAME.
    assert read
    assert read - {"HOSTNAME"} <= services()[name]["environment"].keys()
