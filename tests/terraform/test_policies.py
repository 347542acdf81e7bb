"""Each role may do what its program does, to what it does it to, and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import botocore.session
import bytewax.operators as op
import pytest
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSource, run_main
from confluent_kafka import Producer
from moto import mock_aws

from dataflows.settings import Settings
from dataflows.source import KafkaBatchSource
from sinks.dynamodb import Delete, DynamoDBSink, Put
from sinks.kafka import KafkaRecord, KafkaSink
from stack.services.tables import client_of, ensure_tables, tables_of
from tests.dashboard.cluster import MockCluster
from tests.stack.polling import until
from tests.terraform.calls import Requests, recorded_calls
from tests.terraform.policies import Grant, allows, granted, grants, statements_of
from tests.terraform.rendering import Rendered

_RUN: Final = "everything"
_FLOW: Final = "module.dataflow.module.task.aws_iam_role.task"
_TOPICS: Final = "module.dataflow.module.topics.aws_iam_role.task"
_DASHBOARD: Final = "module.dashboard.module.task.aws_iam_role.task"

_IN: Final = "eu-west-1:123456789012"
_CLUSTER: Final = "live-viewers/11111111-2222-3333-4444-555555555555-1"
_TABLE: Final = f"arn:aws:dynamodb:{_IN}:table"
_TOPIC: Final = f"arn:aws:kafka:{_IN}:topic/{_CLUSTER}"
_GROUP: Final = f"arn:aws:kafka:{_IN}:group/{_CLUSTER}"
_KAFKA: Final = f"arn:aws:kafka:{_IN}:cluster/{_CLUSTER}"

# Actions that know no resource, and why a role has them.
_WITHOUT_RESOURCE: Final = {
    "ecr:GetAuthorizationToken": "the token is for the whole registry",
    "cloudwatch:PutMetricData": "held to one namespace by a condition",
}

_SETTINGS: Final = Settings()

_OF_STREAMS: Final = {
    "logs:CreateLogStream",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
}


@pytest.fixture
def aws() -> Iterator[Any]:
    """Be on an AWS that has the flow's tables."""
    with mock_aws():
        client = client_of(_SETTINGS)
        ensure_tables(client, tables_of(_SETTINGS))
        yield client


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    """Run a broker."""
    running = MockCluster()
    yield running
    running.stop()


def _on_tables(calls: set[tuple[str, str]]) -> set[Grant]:
    return {(action, f"{_TABLE}/{table}") for action, table in calls}


def _write(sink: DynamoDBSink, *changes: Put | Delete) -> None:
    flow = Dataflow("writes")
    stream = op.input("in", flow, TestingSource([("0", change) for change in changes]))
    op.output("out", stream, sink)
    run_main(flow, epoch_interval=timedelta(0))


def _write_both_tables() -> None:
    key = {"viewer_id": "v", "collector_tstamp": "2026-01-01T00:00:00.000Z"}
    profiles = DynamoDBSink(
        _SETTINGS.profiles_table,
        key=("viewer_id",),
        version="version",
        region=_SETTINGS.aws_region,
    )
    history = DynamoDBSink(
        _SETTINGS.history_table, key=tuple(key), region=_SETTINGS.aws_region
    )
    _write(profiles, Put({"viewer_id": "v", "version": "1"}))
    _write(history, Put(key), Delete(key))


@pytest.mark.usefixtures("aws")
def test_flow_on_tables(rendered: Rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    """The flow may make the calls of DynamoDB that its sinks make, and no others."""
    with recorded_calls(monkeypatch) as calls:
        _write_both_tables()

    statements = statements_of(rendered, _RUN, _FLOW)
    assert _on_tables(calls) == granted(statements, "dynamodb")


def test_topics_task_on_tables(
    rendered: Rendered, monkeypatch: pytest.MonkeyPatch, aws: Any
) -> None:
    """The topics task may look at the tables, which are there, and not make them."""
    with recorded_calls(monkeypatch) as calls:
        ensure_tables(aws, tables_of(_SETTINGS))

    statements = statements_of(rendered, _RUN, _TOPICS)
    assert _on_tables(calls) == granted(statements, "dynamodb")


def _requests_of_source(cluster: MockCluster) -> set[str]:
    requests = Requests()
    topic, group = _SETTINGS.source_topic, {"group.id": _SETTINGS.group_id}
    cluster.send(topic, None, b"an event")
    source = KafkaBatchSource(cluster.servers, topic, config=requests.config | group)
    parts = [source.build_part("events", name, None) for name in source.list_parts()]
    until(lambda: any(b.values for part in parts for b in part.next_batch()))

    def told() -> bool:
        # An epoch's end tells the group where the one before it ended.
        for part in parts:
            part.snapshot()
            part.next_batch()
        return "OffsetCommit" in requests.sent

    until(told)
    for part in parts:
        part.close()
    return requests.actions()


def _requests_of_sink(cluster: MockCluster, topic: str) -> set[str]:
    requests = Requests()
    sink = KafkaSink(
        cluster.servers,
        topic,
        producer_factory=lambda config: Producer(config | requests.config),
    )
    part = sink.build_part("out", "0", None)
    part.write_batch([KafkaRecord(b"key", b"value")])
    part.snapshot()
    part.close()
    return requests.actions()


def test_flow_on_kafka(rendered: Rendered, cluster: MockCluster) -> None:
    """The flow may send the requests that it sends, where it does, and no others."""
    sent = {_grant(a, _SETTINGS.source_topic) for a in _requests_of_source(cluster)}
    for topic in (
        *(_SETTINGS.profiles_topic, _SETTINGS.audience_topic),
        *(_SETTINGS.audience_minutes_topic, _SETTINGS.dead_letters_topic),
    ):
        sent |= {_grant(a, topic) for a in _requests_of_sink(cluster, topic)}

    assert sent == granted(statements_of(rendered, _RUN, _FLOW), "kafka-cluster")


def _grant(action: str, topic: str) -> Grant:
    if action.endswith("Group"):
        return action, f"{_GROUP}/{_SETTINGS.group_id}"
    if action.endswith(("Connect", "Idempotently")):
        return action, _KAFKA
    return action, f"{_TOPIC}/{topic}"


def test_dashboard_only_reads(rendered: Rendered) -> None:
    """The dashboard reads its topics and the tables, and changes nothing anywhere."""
    actions = {a for a, _ in grants(statements_of(rendered, _RUN, _DASHBOARD))}

    assert actions == {
        "dynamodb:GetItem",
        "dynamodb:Query",
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeGroup",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
    }


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("dynamodb:BatchWriteItem", f"{_TABLE}/another_table"),
        ("dynamodb:BatchWriteItem", f"{_TABLE}/viewer_profiles2"),
        ("dynamodb:BatchWriteItem", "arn:aws:dynamodb:eu-west-1:1:table/video_events"),
        ("dynamodb:BatchGetItem", f"{_TABLE}/video_events"),
        ("dynamodb:DeleteTable", f"{_TABLE}/video_events"),
        ("dynamodb:Scan", f"{_TABLE}/viewer_profiles"),
        ("kafka-cluster:WriteData", f"{_TOPIC}/another-topic"),
        ("kafka-cluster:DeleteTopic", f"{_TOPIC}/live-audience"),
        ("kafka-cluster:AlterGroup", f"{_GROUP}/another-group"),
        ("secretsmanager:GetSecretValue", "*"),
    ],
)
def test_flow_is_refused(rendered: Rendered, action: str, resource: str) -> None:
    """Another table, topic, group or action is refused to the flow."""
    assert not allows(statements_of(rendered, _RUN, _FLOW), action, resource)


def test_store_only_through_its_access_point(rendered: Rendered) -> None:
    """The flow mounts its recovery store through its own access point alone."""
    statements = statements_of(rendered, _RUN, _FLOW)
    (store,) = {
        r for a, r in grants(statements) if a == "elasticfilesystem:ClientMount"
    }
    point = {
        "elasticfilesystem:AccessPointArn": f"arn:aws:elasticfilesystem:{_IN}:"
        "access-point/fsap-0123456789abcdef0"
    }

    assert allows(statements, "elasticfilesystem:ClientWrite", store, point)
    assert not allows(statements, "elasticfilesystem:ClientWrite", store)
    assert not allows(statements, "elasticfilesystem:ClientRootAccess", store, point)


def _policies(rendered: Rendered) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for run, resources in rendered["runs"].items():
        for address, told in resources.items():
            if ".aws_iam_role_policy." in address:
                yield f"{run}: {address}", told["policy"]["Statement"]


def test_no_wildcards(rendered: Rendered) -> None:
    """No role has an action with a wildcard, nor a resource `*` without a reason."""
    for where, statements in _policies(rendered):
        for action, resource in grants(statements):
            assert "*" not in action, where
            assert resource != "*" or action in _WITHOUT_RESOURCE, where
            # The streams of a log group have no names before they are there.
            named = resource.removesuffix(":*") if action in _OF_STREAMS else resource
            assert "*" not in named or resource == "*", where


def test_every_program_has_a_policy(rendered: Rendered) -> None:
    """Every role of every run has a policy that says what it may do."""
    for run, resources in rendered["runs"].items():
        for address in resources:
            if ".aws_iam_role." in address:
                assert statements_of(rendered, run, address), address


def test_without_iam_on_kafka(rendered: Rendered) -> None:
    """Where Kafka takes a password, no role speaks of Kafka."""
    for role in (_FLOW, _TOPICS, _DASHBOARD):
        statements = statements_of(rendered, "existing_kafka", role)

        assert not granted(statements, "kafka-cluster")


@pytest.mark.parametrize("role", [_FLOW, _TOPICS, _DASHBOARD])
def test_secret_under_a_key(rendered: Rendered, role: str) -> None:
    """A secret's own key decrypts for those that read it, through its service alone."""
    starting = f"{role.removesuffix('.task')}.execution"
    statements = statements_of(rendered, "existing_kafka", starting)
    key = f"arn:aws:kms:{_IN}:key/kafka"
    through = {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}

    assert granted(statements, "kms") == {("kms:Decrypt", key)}
    assert allows(statements, "kms:Decrypt", key, through)
    assert not allows(statements, "kms:Decrypt", key)
    assert not granted(statements_of(rendered, _RUN, starting), "kms")


@pytest.mark.parametrize("service", ["dynamodb", "ecr", "kinesis", "logs"])
def test_aws_knows_every_action(rendered: Rendered, service: str) -> None:
    """No action is misspelt: each is an operation of its service."""
    model = botocore.session.get_session().get_service_model(service)
    operations = set(model.operation_names)
    for where, statements in _policies(rendered):
        for action, _ in granted(statements, service):
            assert action.partition(":")[2] in operations, where
