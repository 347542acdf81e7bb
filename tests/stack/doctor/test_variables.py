"""Every variable that is wrong is told at once, by its name."""

from dataflows.settings import Settings
from stack.doctor.finding import Level
from stack.doctor.variables import read_settings, variable_of


def test_sound_settings() -> None:
    """Sound variables give the settings that the flow would have."""
    settings, (finding,) = read_settings({"SOURCE_TOPIC": "events"})

    assert settings == Settings(source_topic="events")
    assert finding.level is Level.OK


def test_each_bad_variable_is_told() -> None:
    """Of several bad variables none hides another, and there are no settings."""
    settings, findings = read_settings({"SOURCE_TOPIC": "a b", "LATENESS_S": "soon"})

    assert settings is None
    assert {f.subject for f in findings} == {"SOURCE_TOPIC", "LATENESS_S"}
    assert all("; got " in finding.found for finding in findings)


def test_variables_that_do_not_go_together() -> None:
    """Variables that are sound alone and not together are told as one."""
    settings, (finding,) = read_settings({"CLOSED_RETENTION_S": "1"})

    assert settings is None
    assert finding.level is Level.PROBLEM
    assert "`CLOSED_RETENTION_S` must be at least twice" in finding.found


def test_variable_of_a_name() -> None:
    """The variable that named a topic is known, be it by default."""
    assert variable_of(Settings(), "live-audience") == "AUDIENCE_TOPIC"
