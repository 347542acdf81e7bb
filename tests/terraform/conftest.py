"""What Terraform would make, for every test here."""

import pytest

from tests.terraform.rendering import Rendered, load


@pytest.fixture(scope="session")
def rendered() -> Rendered:
    """Return what was rendered last."""
    return load()
