"""What is kept of Terraform's output belongs to Terraform's files as they are."""

from tests.terraform.command import digest
from tests.terraform.rendering import Rendered


def test_digest(rendered: Rendered) -> None:
    """What was rendered was rendered from these very files."""
    assert digest() == rendered["digest"], "run `python -m tests.terraform.rendering`"
