"""Each rule of a setting, at its edges, and what the error says."""

import dataclasses
from datetime import timedelta
from typing import Final

import pytest

from dataflows.playback.timing import Timing
from dataflows.settings import Settings, SettingsError

_TOPIC_RULE: Final = "a Kafka topic name: letters, digits, '.', '_', '-'"
_TABLE_RULE: Final = "a DynamoDB table name: 3 to 255 letters, digits, ._-"
_SERVERS_RULE: Final = "host:port, several with commas between"
_URL_RULE: Final = "an http or https URL"
_REGION_RULE: Final = "an AWS region such as eu-west-1"
_SECONDS_RULE: Final = "a whole number of seconds, 1 to 86400"
_DAYS_RULE: Final = "a whole number of days, 1 to 3650"

_TOPICS: Final = {
    "SOURCE_TOPIC": "source_topic",
    "PROFILES_TOPIC": "profiles_topic",
    "AUDIENCE_TOPIC": "audience_topic",
    "AUDIENCE_MINUTES_TOPIC": "audience_minutes_topic",
    "DEAD_LETTERS_TOPIC": "dead_letters_topic",
}
_TABLES: Final = {"PROFILES_TABLE": "profiles_table", "HISTORY_TABLE": "history_table"}
_FLAGS: Final = {"WRITE_PROFILES": "write_profiles", "WRITE_HISTORY": "write_history"}
_SECONDS: Final = {
    "GAP_PLAYING_S": "gap_playing",
    "GAP_PAUSED_S": "gap_paused",
    "GAP_COMPLETED_S": "gap_completed",
    "FUTURE_TOLERANCE_S": "future_tolerance",
    "CLOSED_RETENTION_S": "closed_retention",
}
_DAYS: Final = {
    "PROFILES_RETENTION_DAYS": "profiles_retention",
    "HISTORY_RETENTION_DAYS": "history_retention",
}


def _all_names() -> list[str]:
    return [n for f in dataclasses.fields(Settings) for n in f.metadata["names"]]


def test_defaults() -> None:
    """With nothing set, the names and times are those that DESIGN tells."""
    assert Settings.from_env({}) == Settings(
        bootstrap_servers="127.0.0.1:9092",
        security_protocol="PLAINTEXT",
        sasl_mechanism=None,
        sasl_username=None,
        sasl_password=None,
        ssl_ca_location=None,
        group_id="live-viewer-profiles",
        source_topic="snowplow-enriched-good",
        source_start="beginning",
        profiles_topic="live-viewer-profiles",
        audience_topic="live-audience",
        audience_minutes_topic="live-audience-minutes",
        dead_letters_topic="live-viewer-dead-letters",
        aws_endpoint_url=None,
        aws_region="eu-west-1",
        profiles_table="viewer_profiles",
        history_table="video_events",
        write_profiles=True,
        write_history=True,
        profiles_retention=timedelta(days=30),
        history_retention=timedelta(days=90),
        gap_playing=timedelta(seconds=90),
        gap_paused=timedelta(minutes=10),
        gap_completed=timedelta(seconds=30),
        lateness=timedelta(seconds=30),
        future_tolerance=timedelta(seconds=60),
        closed_retention=timedelta(minutes=10),
    )


def test_empty_means_default() -> None:
    """A variable that is set but empty counts as unset."""
    assert Settings() == Settings.from_env(dict.fromkeys(_all_names(), ""))


def test_reads_the_process_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument, what the process has now is read."""
    monkeypatch.setenv("SOURCE_TOPIC", "events")

    assert Settings.from_env().source_topic == "events"


def test_frozen() -> None:
    """Settings never change once read."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().source_topic = "events"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("env", "field", "expected"),
    [
        *(({name: "A.b_c-1"}, field, "A.b_c-1") for name, field in _TOPICS.items()),
        *(({name: "x" * 249}, field, "x" * 249) for name, field in _TOPICS.items()),
        *(({name: "A.b_c-1"}, field, "A.b_c-1") for name, field in _TABLES.items()),
        *(({name: "x" * 255}, field, "x" * 255) for name, field in _TABLES.items()),
        *(({name: "xyz"}, field, "xyz") for name, field in _TABLES.items()),
        *(
            ({name: value}, field, value in {"1", "true", "YES", "On"})
            for name, field in _FLAGS.items()
            for value in ("1", "true", "YES", "On", "0", "false", "No", "OFF")
        ),
        *(
            ({name: "86400"}, field, timedelta(days=1))
            for name, field in _SECONDS.items()
        ),
        *(({name: "1"}, field, timedelta(days=1)) for name, field in _DAYS.items()),
        *(
            ({name: "3650"}, field, timedelta(days=3650))
            for name, field in _DAYS.items()
        ),
        ({"GAP_PLAYING_S": "1"}, "gap_playing", timedelta(seconds=1)),
        ({"LATENESS_S": "1"}, "lateness", timedelta(seconds=1)),
        ({"SOURCE_START": "end"}, "source_start", "end"),
        ({"KAFKA_BOOTSTRAP_SERVERS": "k:1"}, "bootstrap_servers", "k:1"),
        (
            {"KAFKA_BOOTSTRAP_SERVERS": "b-1.k.example:9096,[::1]:65535"},
            "bootstrap_servers",
            "b-1.k.example:9096,[::1]:65535",
        ),
        (
            {"AWS_ENDPOINT_URL": "https://d.example"},
            "aws_endpoint_url",
            "https://d.example",
        ),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL"}, "security_protocol", "SSL"),
        ({"KAFKA_GROUP_ID": "lag.eu-1_a"}, "group_id", "lag.eu-1_a"),
        ({"AWS_REGION": "us-gov-west-1"}, "aws_region", "us-gov-west-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1"}, "aws_region", "us-east-1"),
    ],
)
def test_accepts(env: dict[str, str], field: str, expected: object) -> None:
    """A value within its rule is taken as what it means."""
    assert expected == getattr(Settings.from_env(env), field)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        *(
            (name, value, _TOPIC_RULE)
            for name in _TOPICS
            for value in ("x" * 250, "a b", "a/b", "é", ".", "..", "a\n")
        ),
        *(
            (name, value, _TABLE_RULE)
            for name in _TABLES
            for value in ("xy", "x" * 256, "a b c", "a/bc")
        ),
        *(
            (name, value, "true or false")
            for name in _FLAGS
            for value in ("2", "y", " true")
        ),
        *(
            (name, value, _SECONDS_RULE)
            for name in (*_SECONDS, "LATENESS_S")
            for value in ("0", "86401", "-1", "1.5", "90s", "٣", "²", "9" * 5000)
        ),
        *(
            (name, value, _DAYS_RULE)
            for name in _DAYS
            for value in ("0", "3651", "1.5")
        ),
        *(
            ("KAFKA_BOOTSTRAP_SERVERS", value, _SERVERS_RULE)
            for value in (
                "kafka",
                "kafka:",
                ":9092",
                "kafka:0",
                "kafka:65536",
                "a:1,",
                "a:1, b:1",
                "::1:9092",
                "kafka:٣",
            )
        ),
        ("SOURCE_START", "Beginning", "beginning or end"),
        (
            "KAFKA_SECURITY_PROTOCOL",
            "TLS",
            "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
        ),
        (
            "KAFKA_SASL_MECHANISM",
            "OAUTHBEARER",
            "AWS_MSK_IAM, PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
        ),
        ("KAFKA_GROUP_ID", "a b", "letters, digits, '.', '_', '-'"),
        ("AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000", _URL_RULE),
        ("AWS_ENDPOINT_URL", "ftp://localhost", _URL_RULE),
        ("AWS_REGION", "Ireland", _REGION_RULE),
        ("AWS_DEFAULT_REGION", "eu-west", _REGION_RULE),
    ],
)
def test_rejects(name: str, value: str, rule: str) -> None:
    """An error names the variable, the rule and the value."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})

    assert f"`{name}` must be {rule}; got {value!r} instead" == str(caught.value)


@pytest.mark.parametrize(
    ("field", "first", "second", "values"),
    [
        ("aws_region", "AWS_REGION", "AWS_DEFAULT_REGION", ("us-east-1", "us-west-2")),
        (
            "aws_endpoint_url",
            "AWS_ENDPOINT_URL_DYNAMODB",
            "AWS_ENDPOINT_URL",
            ("http://a:1", "http://b:1"),
        ),
    ],
)
class TestTwoNames:
    """A setting that two variables name is read from the first that holds anything."""

    def test_first(
        self, field: str, first: str, second: str, values: tuple[str, str]
    ) -> None:
        """With both set, the first holds."""
        settings = Settings.from_env({first: values[0], second: values[1]})

        assert values[0] == getattr(settings, field)

    def test_second(
        self, field: str, first: str, second: str, values: tuple[str, str]
    ) -> None:
        """With the first empty, the second holds."""
        settings = Settings.from_env({first: "", second: values[1]})

        assert values[1] == getattr(settings, field)


def test_retention_exact() -> None:
    """A closed session may be forgotten after exactly twice the lateness."""
    settings = Settings.from_env({"CLOSED_RETENTION_S": "60", "LATENESS_S": "30"})

    assert 2 * settings.lateness == settings.closed_retention


def test_retention_too_short() -> None:
    """A closed session is not forgotten while late events of it may still come."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"CLOSED_RETENTION_S": "59", "LATENESS_S": "30"})

    assert str(caught.value) == (
        "`CLOSED_RETENTION_S` must be at least twice `LATENESS_S`; got 59 and 30 "
        "instead"
    )


def test_topics_differ() -> None:
    """No output goes back into the source, or into another output's topic."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"PROFILES_TOPIC": "snowplow-enriched-good"})

    assert str(caught.value) == (
        "`PROFILES_TOPIC` must differ from `SOURCE_TOPIC`; got "
        "'snowplow-enriched-good' for both instead"
    )


def test_tables_differ() -> None:
    """Profiles and history never share a table."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"HISTORY_TABLE": "viewer_profiles"})

    assert str(caught.value) == (
        "`HISTORY_TABLE` must differ from `PROFILES_TABLE`; got 'viewer_profiles' for "
        "both instead"
    )


def test_timing() -> None:
    """The core takes every time in milliseconds."""
    settings = Settings.from_env({"GAP_PLAYING_S": "1", "GAP_PAUSED_S": "86400"})

    assert Timing(gap_playing=1_000, gap_paused=86_400_000) == settings.timing()


def test_timing_defaults() -> None:
    """The core's own defaults are those of the settings."""
    assert Timing() == Settings().timing()


def test_kafka_config() -> None:
    """Every client starts from the brokers and the security that are set."""
    env = {
        "KAFKA_BOOTSTRAP_SERVERS": "b-1:9096",
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "KAFKA_SASL_USERNAME": "viewer",
        "KAFKA_SASL_PASSWORD": "s3cret",
        "KAFKA_SSL_CA_LOCATION": "/etc/ssl/brokers.pem",
    }

    assert Settings.from_env(env).kafka_config() == {
        "bootstrap.servers": "b-1:9096",
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": "/etc/ssl/brokers.pem",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "viewer",
        "sasl.password": "s3cret",
    }


def test_security_in_part() -> None:
    """Security that lacks something is refused when the settings are read."""
    with pytest.raises(SettingsError, match="`KAFKA_SASL_MECHANISM` must be set"):
        Settings.from_env({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"})


def test_no_password_in_repr() -> None:
    """A password is shown nowhere that settings are."""
    settings = Settings.from_env(
        {
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": "PLAIN",
            "KAFKA_SASL_USERNAME": "viewer",
            "KAFKA_SASL_PASSWORD": "s3cret",
        }
    )

    assert "s3cret" not in f"{settings!r} {settings}"
