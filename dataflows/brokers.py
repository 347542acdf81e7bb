"""How a Kafka client gets to the brokers: where they are, TLS, and who logs in.

Every client of the project, of the flow, the dashboard and the stack, starts from
`Brokers.config`, so what lets one in lets all of them in.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from aws_msk_iam_sasl_signer.MSKAuthTokenProvider import generate_auth_token

from dataflows.errors import SettingsError

__all__ = ["MSK_IAM", "Brokers", "Signer"]

_log = logging.getLogger(__name__)

MSK_IAM: Final = "AWS_MSK_IAM"
"""The mechanism, by the name that Kafka's Java client has for it."""

Signer = Callable[[str], tuple[str, int]]
"""Takes a region; returns a token and when it expires, in ms since 1970."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Brokers:
    """The brokers, and how to be let in; its fields are those of `Settings`.

    Raises:
        SettingsError: they don't go together.

    """

    bootstrap_servers: str
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ssl_ca_location: str | None = None
    aws_region: str = ""
    sign: Signer = field(default=generate_auth_token, repr=False)

    def __post_init__(self) -> None:
        """Check what holds between the fields; a value that is secret is not told."""
        sasl = self.security_protocol.startswith("SASL_")
        tls = self.security_protocol.endswith("SSL")
        iam = self.sasl_mechanism == MSK_IAM
        self._check(
            "KAFKA_SASL_MECHANISM", self.sasl_mechanism is not None, wanted=sasl
        )
        for name, value in (
            ("KAFKA_SASL_USERNAME", self.sasl_username),
            ("KAFKA_SASL_PASSWORD", self.sasl_password),
        ):
            self._check(name, value is not None, wanted=sasl and not iam)
        if iam and not tls:
            msg = (
                f"`KAFKA_SECURITY_PROTOCOL` must be SASL_SSL with {MSK_IAM}; got "
                f"{self.security_protocol} instead"
            )
            raise SettingsError(msg)
        if self.ssl_ca_location is not None and not tls:
            self._check("KAFKA_SSL_CA_LOCATION", is_set=True, wanted=False)

    def config(self) -> dict[str, Any]:
        """Return librdkafka's properties, `bootstrap.servers` among them.

        See https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md.
        """
        config: dict[str, Any] = {"bootstrap.servers": self.bootstrap_servers}
        if self.security_protocol != "PLAINTEXT":
            config["security.protocol"] = self.security_protocol
        if self.ssl_ca_location is not None:
            config["ssl.ca.location"] = self.ssl_ca_location
        if self.sasl_mechanism == MSK_IAM:
            config["sasl.mechanism"] = "OAUTHBEARER"
            config["oauth_cb"] = partial(_token, self.sign, self.aws_region)
        elif self.sasl_mechanism is not None:
            config["sasl.mechanism"] = self.sasl_mechanism
            config["sasl.username"] = self.sasl_username
            config["sasl.password"] = self.sasl_password
        return config

    def _check(self, name: str, is_set: bool, *, wanted: bool) -> None:  # noqa: FBT001, what is and what should be
        if is_set == wanted:
            return
        by = f"`KAFKA_SECURITY_PROTOCOL` {self.security_protocol}"
        if self.sasl_mechanism is not None and name != "KAFKA_SASL_MECHANISM":
            by += f" and `KAFKA_SASL_MECHANISM` {self.sasl_mechanism}"
        must, cure = ("be set", "set it") if wanted else ("be unset", "unset it")
        msg = f"`{name}` must {must} with {by}; {cure}, or change the other"
        raise SettingsError(msg)


def _token(sign: Signer, region: str, oauth_config: object) -> tuple[str, float]:
    """Return a token, and when it expires in seconds, as `oauth_cb` must.

    librdkafka asks for it in a thread of its own: when the client is made, which waits
    for the first one, and again when most of its time has passed.
    """
    del oauth_config
    try:
        token, expires_ms = sign(region)
    except Exception:
        # All that librdkafka tells is that there is no token.
        _log.exception(
            "%s: can't sign a token for %s; see that AWS credentials can be found",
            MSK_IAM,
            region,
        )
        raise
    return token, expires_ms / 1000
