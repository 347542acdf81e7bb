"""README, CHANGELOG, `.env.sample` and docs/metrics.md tell what is so."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from prometheus_client import REGISTRY

import dataflows.settings
from tests.metrics_docs import ALARMS, METRICS, documented, metrics_page
from tests.settings_docs import ENV_SAMPLE, README, env_sample, readme_with_settings

_ROOT: Final = README.parent
_PAGES: Final = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "stack/README.md",
    "terraform/README.md",
)
_LINK: Final = re.compile(
    r"""(?:\]\(|(?:src|href)="|^\[[^\]]+\]: )([^)"\s]+)""", re.MULTILINE
)


def _links() -> Iterator[tuple[str, str]]:
    for page in _PAGES:
        for target in _LINK.findall((_ROOT / page).read_text()):
            if "://" not in target and not target.startswith(("#", "mailto:")):
                path = Path(page).parent / target.partition("#")[0]
                yield page, path.as_posix()


def _sample_variables() -> dict[str, str]:
    assignments = re.findall(r"^#?(\w+)=(.*)$", ENV_SAMPLE.read_text(), re.MULTILINE)
    return dict(assignments)


def test_readme_settings_table() -> None:
    """README's table holds every setting, its default and meaning, and no other."""
    readme = README.read_text()

    assert readme_with_settings(readme) == readme, "run `make docs`"


def test_env_sample() -> None:
    """`.env.sample` holds every setting, its default and meaning, and no other."""
    assert env_sample() == ENV_SAMPLE.read_text(), "run `make docs`"


def test_env_sample_as_it_stands() -> None:
    """`.env.sample` with nothing changed sets nothing but the defaults."""
    settings = dataflows.settings.Settings.from_env(_sample_variables())

    assert dataflows.settings.Settings() == settings


def test_metrics_page() -> None:
    """docs/metrics.md holds each metric, its type, labels and meaning, and no other."""
    assert metrics_page() == METRICS.read_text(), "run `make docs`"
    assert set(ALARMS) == set(documented())


def test_every_metric_is_documented() -> None:
    """What a process tells under our prefix is what the page is made of."""
    told = {
        sample.name.removesuffix("_created")
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name.startswith("live_viewers_")
    }
    bases = {name.removesuffix("_total") for name in documented()}

    assert not [name for name in told if not name.startswith(tuple(bases))]


@pytest.mark.parametrize(("page", "target"), sorted(set(_links())))
def test_link_exists(page: str, target: str) -> None:
    """A link to a file of the repository leads to one."""
    assert (_ROOT / Path(target)).exists(), f"{page} links to {target}"


def test_readme_length() -> None:
    """README stays under 120 lines."""
    assert len(README.read_text().splitlines()) < 120
