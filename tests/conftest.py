"""What holds for every test: its environment, Hypothesis, and no skips in CI."""

import dataclasses
import os
from collections.abc import Generator
from typing import Any

import hypothesis
import pytest

from dataflows.settings import Settings

_CI = bool(os.environ.get("CI"))

# No deadline: the machine may be busy, and what is slow is not wrong.
hypothesis.settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=100, print_blob=True
)
hypothesis.settings.register_profile("dev", deadline=None, max_examples=50)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if _CI else "dev")
)


def pytest_configure() -> None:
    """Set the environment, of child processes too.

    The developer's settings and AWS account are none of the tests' business.
    """
    for field in dataclasses.fields(Settings):
        for name in field.metadata["names"]:
            os.environ.pop(name, None)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN"):
        os.environ.pop(name, None)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Bytewax panics when a flow fails, and the backtrace of it takes seconds.
        "RUST_BACKTRACE": "0",
    }


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what is skipped in CI, where everything that a test needs must be."""
    del item, call
    report = yield
    if _CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be: {report.longrepr}"
    return report
