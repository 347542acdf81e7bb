"""Terraform itself, where it is installed and has the AWS provider at hand."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = [
    "ROOT",
    "TERRAFORM",
    "copy_to",
    "digest",
    "provider_mirror",
    "run",
    "sources",
]

ROOT: Final = Path(__file__).parents[2]
TERRAFORM: Final = ROOT / "terraform"

_PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
_SUFFIXES: Final = frozenset({".tf", ".hcl", ".tftpl"})
# Outside of terraform/, and still part of what it makes.
_SNOWPLOW: Final = ROOT / "stack" / "snowplow"
_READ: Final = ("resolver.json", "enrichments/*.json", "snowbridge/media.js")


def provider_mirror() -> Path | None:
    """Return a folder on this machine from which the AWS provider can be installed.

    `TERRAFORM_PROVIDERS` names one; else Terraform's own places are searched, and
    folders of plugins under /opt.
    """
    named = os.environ.get("TERRAFORM_PROVIDERS")
    places = [Path(named)] if named else []
    places += [Path.home() / ".terraform.d" / "plugins"]
    places += [Path("/usr/share/terraform/plugins")]
    places += [Path("/usr/local/share/terraform/plugins")]
    places += sorted(Path("/opt").glob("*plugins"))
    return next((place for place in places if (place / _PROVIDER).is_dir()), None)


def sources() -> Iterator[Path]:
    """Yield the files that decide what Terraform makes, in a fixed order."""
    for path in sorted(TERRAFORM.rglob("*")):
        # Neither what `terraform init` leaves behind.
        if path.suffix in _SUFFIXES and ".terraform" not in str(path):
            yield path
    for pattern in _READ:
        yield from sorted(_SNOWPLOW.glob(pattern))


def digest() -> str:
    """Return what changes when one of the `sources` does."""
    total = hashlib.sha256()
    for path in sources():
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def copy_to(folder: Path) -> Path:
    """Copy the `sources` below `folder`, so that nothing is left in the tree.

    Returns:
        The copy of terraform/.

    """
    for path in sources():
        to = folder / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    return folder / "terraform"


def run(*arguments: str, folder: Path, **env: str) -> str:
    """Run a command of Terraform in a folder and return what it prints.

    Raises:
        AssertionError: it fails; the message is what it said.

    """
    done = subprocess.run(
        ["terraform", *arguments],  # noqa: S607, wherever it is installed
        cwd=folder,
        env=os.environ
        | {
            "TF_CLI_CONFIG_FILE": os.devnull,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
        }
        | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout
