"""Whether the brokers can be reached, and speak what the flow speaks."""

import ssl
from typing import Final

from confluent_kafka import KafkaException

from dataflows.settings import Settings
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem, warning
from stack.doctor.reach import Apis, Unreachable, reach

__all__ = ["api_findings", "bootstrap_findings", "check_brokers", "listener_findings"]

_WITH_TLS: Final = frozenset({"SSL", "SASL_SSL"})
# https://kafka.apache.org/protocol.html#protocol_api_keys: what it is, the lowest
# version that will do, and why.
_NEEDED: Final = {
    0: ("Produce", 3, "dead letters have headers"),
    1: ("Fetch", 4, "headers are read, too"),
    22: ("InitProducerId", 0, "no record is written twice"),
}


def check_brokers(context: Context) -> list[Finding]:
    """Ask the bootstrap servers, and then every broker that they tell of."""
    servers = context.settings.bootstrap_servers.split(",")
    try:
        tls = _tls(context.settings)
    except OSError as ex:
        found = f"its CA certificates can't be read: {ex}"
        cure = "name a file of certificates (PEM) that this user may read"
        return [problem("KAFKA_SSL_CA_LOCATION", found, cure, stops=True)]
    reached = reach(servers, tls)
    findings = bootstrap_findings(reached)
    if any(finding.stops for finding in findings):
        return findings
    try:
        brokers = context.kafka.cluster.brokers.values()
    except KafkaException as ex:
        why = context.kafka.trouble() or ex.args[0].str()
        found = f"it answers, but tells this user nothing of its cluster: {why}"
        cure = (
            "look at the broker's log, and at `KAFKA_SECURITY_PROTOCOL` and the "
            "`KAFKA_SASL_...` variables"
        )
        return [*findings, problem(servers[0], found, cure, stops=True)]
    advertised = {f"{broker.host}:{broker.port}" for broker in brokers}
    reached |= reach(sorted(advertised - reached.keys()), tls)
    findings += listener_findings({server: reached[server] for server in advertised})
    if context.kafka.is_stand_in:
        found = "librdkafka's stand-in for Kafka, which knows no settings and no users"
        findings.append(note("brokers", found))
    return findings


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.security_protocol not in _WITH_TLS:
        return None
    return ssl.create_default_context(cafile=settings.ssl_ca_location)


def bootstrap_findings(reached: dict[str, Apis | Unreachable]) -> list[Finding]:
    """Judge the servers of `KAFKA_BOOTSTRAP_SERVERS`; one that answers is enough."""
    some = any(isinstance(answer, dict) for answer in reached.values())
    findings = []
    for server, answer in reached.items():
        if isinstance(answer, dict):
            findings += api_findings(server, answer)
            continue
        cure = f"{answer.cure}; `KAFKA_BOOTSTRAP_SERVERS` names it"
        if some:
            found = f"{answer.why}; another server answered"
            findings.append(warning(server, found, cure))
        else:
            findings.append(problem(server, answer.why, cure, stops=True))
    return findings


def api_findings(server: str, apis: Apis) -> list[Finding]:
    """Judge what one broker speaks."""
    for api, (name, least, why) in _NEEDED.items():
        _, most = apis.get(api, (0, -1))
        if most < least:
            found = f"it speaks {name} up to version {most}, not {least}: {why}"
            return [problem(server, found, "use Apache Kafka 2.1 or newer")]
    spoken = [f"{name} up to {apis[api][1]}" for api, (name, _, _) in _NEEDED.items()]
    return [ok(server, f"Kafka answers; its API has {', '.join(spoken)}")]


def listener_findings(advertised: dict[str, Apis | Unreachable]) -> list[Finding]:
    """Judge the addresses at which the brokers tell clients to come back."""
    lost = {s: a for s, a in advertised.items() if isinstance(a, Unreachable)}
    none_left = len(lost) == len(advertised)
    findings = []
    for server, answer in sorted(lost.items()):
        found = f"the cluster tells clients to come back here, but {answer.why}"
        cure = (
            "set the broker's `advertised.listeners` (in Docker "
            "`KAFKA_ADVERTISED_LISTENERS`) to an address that can be reached from "
            "here, or run the flow inside the broker's network"
        )
        findings.append(problem(server, found, cure, stops=none_left))
    if not lost:
        found = "every broker can be reached where the cluster says that it is"
        count = len(advertised)
        findings.append(ok("listeners", f"{found} ({count})"))
    return findings
