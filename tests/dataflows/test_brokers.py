"""What lets a client in, and which parts of it go together."""

import base64
import logging
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from dataflows.brokers import MSK_IAM, Brokers
from dataflows.errors import SettingsError

SERVERS = "127.0.0.1:1"
LOGIN: dict[str, Any] = {"sasl_username": "viewer", "sasl_password": "s3cret"}


def msk(**more: Any) -> Brokers:
    """Return brokers of MSK that let in by IAM."""
    return Brokers(
        bootstrap_servers=SERVERS,
        security_protocol="SASL_SSL",
        sasl_mechanism=MSK_IAM,
        aws_region="eu-west-1",
        **more,
    )


def test_plaintext_says_nothing_of_security() -> None:
    """Without security a client is told where the brokers are, and no more."""
    assert Brokers(bootstrap_servers=SERVERS).config() == {"bootstrap.servers": SERVERS}


def test_tls_alone() -> None:
    """TLS needs no login, and takes a file of certificates."""
    brokers = Brokers(
        bootstrap_servers=SERVERS, security_protocol="SSL", ssl_ca_location="ca.pem"
    )

    assert brokers.config() == {
        "bootstrap.servers": SERVERS,
        "security.protocol": "SSL",
        "ssl.ca.location": "ca.pem",
    }


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_login(protocol: str, mechanism: str) -> None:
    """A user and a password go with their mechanism, and librdkafka takes them."""
    brokers = Brokers(
        bootstrap_servers=SERVERS,
        security_protocol=protocol,
        sasl_mechanism=mechanism,
        **LOGIN,
    )

    assert brokers.config() == {
        "bootstrap.servers": SERVERS,
        "security.protocol": protocol,
        "sasl.mechanism": mechanism,
        "sasl.username": "viewer",
        "sasl.password": "s3cret",
    }
    Producer({**brokers.config(), "log_level": 0}).flush(0)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        (
            {"security_protocol": "SASL_SSL"},
            (
                "`KAFKA_SASL_MECHANISM` must be set with `KAFKA_SECURITY_PROTOCOL` "
                "SASL_SSL; set it, or change the other"
            ),
        ),
        (
            {"sasl_mechanism": "PLAIN"},
            (
                "`KAFKA_SASL_MECHANISM` must be unset with `KAFKA_SECURITY_PROTOCOL` "
                "PLAINTEXT; unset it, or change the other"
            ),
        ),
        (
            {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "PLAIN",
                "sasl_username": "viewer",
            },
            (
                "`KAFKA_SASL_PASSWORD` must be set with `KAFKA_SECURITY_PROTOCOL` "
                "SASL_SSL and `KAFKA_SASL_MECHANISM` PLAIN; set it, or change the other"
            ),
        ),
        (
            {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": MSK_IAM,
                "sasl_username": "viewer",
            },
            (
                "`KAFKA_SASL_USERNAME` must be unset with `KAFKA_SECURITY_PROTOCOL` "
                "SASL_SSL and `KAFKA_SASL_MECHANISM` AWS_MSK_IAM; unset it, or change "
                "the other"
            ),
        ),
        (
            {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": MSK_IAM},
            (
                "`KAFKA_SECURITY_PROTOCOL` must be SASL_SSL with AWS_MSK_IAM; got "
                "SASL_PLAINTEXT instead"
            ),
        ),
        (
            {"ssl_ca_location": "ca.pem"},
            (
                "`KAFKA_SSL_CA_LOCATION` must be unset with `KAFKA_SECURITY_PROTOCOL` "
                "PLAINTEXT; unset it, or change the other"
            ),
        ),
    ],
)
def test_parts_go_together(fields: dict[str, Any], error: str) -> None:
    """What lacks a part, or has one that nothing uses, is refused with its cure."""
    with pytest.raises(SettingsError) as caught:
        Brokers(bootstrap_servers=SERVERS, **fields)

    assert error == str(caught.value)


def test_token_and_its_end_in_seconds() -> None:
    """The signer's milliseconds are seconds to librdkafka."""
    asked: list[str] = []

    def sign(region: str) -> tuple[str, int]:
        asked.append(region)
        return "token", 1_795_000_900_500

    config = msk(sign=sign).config()

    assert config["oauth_cb"](None) == ("token", 1_795_000_900.5)
    assert asked == ["eu-west-1"]
    assert config["sasl.mechanism"] == "OAUTHBEARER"


def test_signed_for_the_region_with_the_environments_credentials() -> None:
    """The token is a signed request to connect to the region's MSK, not yet over."""
    token, expires_s = msk().config()["oauth_cb"](None)

    url = urlparse(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    query = parse_qs(url.query)
    assert url.netloc == "kafka.eu-west-1.amazonaws.com"
    assert query["Action"] == ["kafka-cluster:Connect"]
    assert query["X-Amz-Credential"][0].startswith("testing/")
    assert expires_s > time.time()


@pytest.mark.parametrize(
    "client",
    [AdminClient, Producer, lambda config: Consumer({**config, "group.id": "test"})],
    ids=["admin", "producer", "consumer"],
)
def test_client_asks_for_its_token_by_itself(
    client: Callable[[dict[str, Any]], object],
) -> None:
    """A client has its first token before it is used, without being polled."""
    asked = threading.Event()

    def sign(_region: str) -> tuple[str, int]:
        asked.set()
        return "token", round(time.time() * 1000) + 900_000

    made = client({**msk(sign=sign).config(), "log_level": 0})

    assert asked.wait(20)
    del made


def test_signer_that_fails_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """What keeps a token from being signed is logged, with the cure, and raised."""

    def sign(_region: str) -> tuple[str, int]:
        raise ValueError("AWS Credentials can not be empty")  # noqa: EM101, TRY003, the signer's own

    with caplog.at_level(logging.ERROR), pytest.raises(ValueError, match="empty"):
        msk(sign=sign).config()["oauth_cb"](None)

    assert "can't sign a token for eu-west-1; see that AWS credentials" in caplog.text


def test_password_is_not_shown() -> None:
    """No password stands in what is printed of brokers."""
    brokers = Brokers(
        bootstrap_servers=SERVERS,
        security_protocol="SASL_SSL",
        sasl_mechanism="PLAIN",
        **LOGIN,
    )

    assert "s3cret" not in repr(brokers)
