"""What `conftest.py` does to every test, seen from a test session of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import boto3
import pytest

_ROOT: Final = Path(__file__).parents[1]
_SKIPPED: Final = """
import pytest

@pytest.mark.skip(reason="no browser")
def test_marked():
    pass

def test_called():
    pytest.skip("no services")

@pytest.mark.xfail
def test_expected():
    raise AssertionError
"""


def _summary(folder: Path, ci: str) -> str:
    (folder / "test_skipped.py").write_text(_SKIPPED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", str(folder)]
    env = os.environ | {"CI": ci, "PYTHONPATH": str(_ROOT)}
    result = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return result.stdout.splitlines()[-1]


def test_skip_in_ci(tmp_path: Path) -> None:
    """In CI what is skipped fails; what is expected to fail does not."""
    summary = _summary(tmp_path, ci="true")

    assert "1 failed, 1 xfailed, 1 error" in summary


def test_skip_elsewhere(tmp_path: Path) -> None:
    """On a developer's machine a skipped test is a skipped test."""
    summary = _summary(tmp_path, ci="")

    assert "2 skipped, 1 xfailed" in summary


def test_credentials() -> None:
    """No test ever has the developer's AWS account."""
    credentials = boto3.Session().get_credentials()

    assert credentials is not None
    assert credentials.access_key == "testing"


@pytest.mark.parametrize("name", ["KAFKA_BOOTSTRAP_SERVERS", "AWS_ENDPOINT_URL"])
def test_settings_unset(name: str) -> None:
    """No test sees where the developer's own services are."""
    assert name not in os.environ
