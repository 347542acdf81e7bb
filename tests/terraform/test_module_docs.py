"""Terraform's modules are built alike, and their READMEs tell what is so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.terraform.command import TERRAFORM
from tests.terraform.hcl import Block, folders, named, read, text
from tests.terraform.module_docs import documented, with_tables

_FILES: Final = {"main.tf", "outputs.tf", "variables.tf", "versions.tf"}


def _variables() -> Iterator[tuple[str, Block]]:
    for folder in folders():
        for name, block in named(read(folder)["variable"]):
            yield f"{folder.relative_to(TERRAFORM)}: {name}", block


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_four_files(folder: Path) -> None:
    """A module is four files, and a README tells of it."""
    assert {path.name for path in folder.glob("*.tf")} == _FILES
    assert (folder / "README.md").is_file()


@pytest.mark.parametrize("readme", documented(), ids=lambda r: r.parent.name)
def test_tables(readme: Path) -> None:
    """A README's tables hold every input and output, and no other."""
    asked = "run `python -m tests.terraform.module_docs`"

    assert with_tables(readme) == readme.read_text(), asked


def test_variables_are_described() -> None:
    """Every variable says what it is, in a sentence, and of which type."""
    for where, block in _variables():
        assert text(block["description"]).endswith("."), where
        assert "type" in block, where


def test_variables_are_validated() -> None:
    """Every variable has a rule that its value must keep, unless its type is one."""
    for where, block in _variables():
        assert "validation" in block or block["type"] == "bool", where


def test_refusals_are_worded_alike() -> None:
    """A rule says what must be, with the variable in backticks."""
    for where, block in _variables():
        for rule in block.get("validation", ()):
            said = text(rule["error_message"])

            assert said.startswith("`"), where
            assert " must " in said, where


def test_outputs_are_described() -> None:
    """Every output says what it is."""
    for folder in folders():
        for name, block in named(read(folder)["output"]):
            assert text(block["description"]).endswith("."), f"{folder.name}: {name}"


def test_versions_are_pinned() -> None:
    """Every module wants the same Terraform and the same provider."""
    wanted = (TERRAFORM / "versions.tf").read_text().rpartition("}\n}\n")[0]
    for folder in folders():
        assert (folder / "versions.tf").read_text().startswith(wanted), folder
