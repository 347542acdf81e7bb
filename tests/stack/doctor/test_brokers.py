"""The brokers answer at the addresses in the settings and at those that they tell."""

import pytest

from dataflows.settings import Settings
from stack.doctor.brokers import (
    api_findings,
    bootstrap_findings,
    check_brokers,
    listener_findings,
)
from stack.doctor.finding import Level
from stack.doctor.reach import Apis, Unreachable
from stack.services.ports import HOST, free_ports
from tests.stack.doctor.samples import context, levels

APIS: Apis = {0: (0, 13), 1: (4, 18), 22: (0, 5)}
LOST = Unreachable("its name can't be resolved", "use another")


def test_brokers_are_well(servers: str) -> None:
    """A cluster that answers everywhere is well; the stand-in is said to be one."""
    looked = context(servers)
    findings = check_brokers(looked)
    looked.close()

    assert levels(findings) == [Level.OK, Level.OK, Level.NOTE]
    assert "stand-in" in findings[-1].found


def test_dead_brokers_stop_the_rest() -> None:
    """When no server answers, all are told, and nothing else is asked of Kafka."""
    servers = ",".join(f"{HOST}:{port}" for port in free_ports(2))

    findings = check_brokers(context(servers))

    assert [finding.subject for finding in findings] == servers.split(",")
    assert all(finding.stops for finding in findings)
    assert "`KAFKA_BOOTSTRAP_SERVERS`" in findings[0].cure


def test_one_dead_bootstrap_server() -> None:
    """One that does not answer beside one that does is a warning."""
    findings = bootstrap_findings({"one:9092": APIS, "two:9092": LOST})

    assert levels(findings) == [Level.OK, Level.WARNING]
    assert "another server answered" in findings[1].found


def test_docker_mistake() -> None:
    """An advertised name that only Docker knows is told with the setting to mend."""
    (finding,) = listener_findings({"kafka:29092": LOST})

    assert finding.level is Level.PROBLEM
    assert finding.subject == "kafka:29092"
    assert "`KAFKA_ADVERTISED_LISTENERS`" in finding.cure
    assert finding.stops


def test_some_listeners_are_lost() -> None:
    """While one broker can be reached, the rest is looked at all the same."""
    (finding,) = listener_findings({"one:9092": APIS, "two:9092": LOST})

    assert finding.level is Level.PROBLEM
    assert not finding.stops


@pytest.mark.parametrize("apis", [{**APIS, 0: (0, 2)}, {0: (0, 13), 1: (0, 11)}])
def test_old_broker(apis: Apis) -> None:
    """A broker that speaks too low a version, or not at all, is told to be too old."""
    (finding,) = api_findings("one:9092", apis)

    assert finding.level is Level.PROBLEM
    assert "Apache Kafka 2.1 or newer" in finding.cure


def test_silent_cluster_stops_the_rest(
    servers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broker that lets this user see nothing is told with what the client said."""
    monkeypatch.setattr("stack.doctor.kafka._TIMEOUT_S", 1.0)
    settings = Settings(
        bootstrap_servers=servers,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_username="nobody",
        sasl_password="secret",
    )

    *_, finding = check_brokers(context(settings=settings))

    assert finding.stops
    assert "SASL" in finding.found
    assert "`KAFKA_SASL_...`" in finding.cure


def test_certificates_that_are_not_there() -> None:
    """A file of certificates that can't be read is told before anybody is asked."""
    settings = Settings(security_protocol="SSL", ssl_ca_location="/nowhere/ca.pem")

    (finding,) = check_brokers(context(settings=settings))

    assert finding.subject == "KAFKA_SSL_CA_LOCATION"
    assert finding.stops
