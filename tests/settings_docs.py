"""The settings as README.md and `.env.sample` tell them; `make docs` writes both."""

import dataclasses
from pathlib import Path
from typing import Final

from dashboard.settings import DashboardSettings
from dataflows.settings import Settings

__all__ = ["ENV_SAMPLE", "README", "env_sample", "readme_with_settings", "table"]

README: Final = Path(__file__).parents[1] / "README.md"
ENV_SAMPLE: Final = README.with_name(".env.sample")

_FIELDS: Final = (*dataclasses.fields(Settings), *dataclasses.fields(DashboardSettings))
_BEGIN, _END = "<!-- settings -->\n", "<!-- /settings -->\n"
_ENV_HEADER = """\
# What can be set, with its default. Copy this file to .env, change what you need, and
# run `set -a; . ./.env; set +a` before the dataflow. Unset or empty means the default.
"""


def table() -> str:
    """Render the settings as a Markdown table."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for field in _FIELDS:
        names = ", else ".join(f"`{name}`" for name in field.metadata["names"])
        default = field.metadata["default"]
        rows.append(
            f"| {names} | {f'`{default}`' if default else 'unset'} "
            f"| {field.metadata['help']} |"
        )
    return "\n".join(rows) + "\n"


def env_sample() -> str:
    """Render the settings as an environment file in which nothing is set yet."""
    blocks = [_ENV_HEADER]
    for field in _FIELDS:
        name, *others = field.metadata["names"]
        also = f" (else {', '.join(others)})" if others else ""
        blocks.append(
            f"# {field.metadata['help']}{also}\n#{name}={field.metadata['default']}\n"
        )
    return "\n".join(blocks)


def readme_with_settings(readme: str) -> str:
    """Put the table between the markers of `readme`.

    Raises:
        ValueError: there is not one pair of markers.

    """
    before, rest = readme.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}{table()}{_END}{after}"


if __name__ == "__main__":
    README.write_text(readme_with_settings(README.read_text()))
    ENV_SAMPLE.write_text(env_sample())
