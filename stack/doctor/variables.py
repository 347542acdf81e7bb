"""The settings in the environment: what is wrong with them, and which said what."""

import dataclasses
import os
from collections.abc import Mapping
from typing import Final

from dataflows.environment import read
from dataflows.settings import Settings, SettingsError
from stack.doctor.finding import Finding, ok, problem

__all__ = ["read_settings", "variable_of"]

_CURE: Final = "correct the variable; the README lists all of them"


def read_settings(
    env: Mapping[str, str] = os.environ,
) -> tuple[Settings | None, list[Finding]]:
    """Return the settings, and what is wrong with each variable where some are bad."""
    findings = []
    for field in dataclasses.fields(Settings):
        try:
            read((field,), env)
        except SettingsError as ex:
            findings.append(problem(field.metadata["names"][0], str(ex), _CURE))
    if findings:
        return None, findings
    try:
        settings = Settings.from_env(env)
    except SettingsError as ex:
        return None, [problem("environment", str(ex), _CURE)]
    return settings, [ok("environment", "every variable is sound")]


def variable_of(settings: Settings, value: str) -> str:
    """Return the variable that names a topic or table."""
    return next(
        str(field.metadata["names"][0])
        for field in dataclasses.fields(settings)
        if getattr(settings, field.name) == value
    )
