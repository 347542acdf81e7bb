"""The configuration of Snowplow's programs: every field is one that they know.

The fields are those of their references: the collector's and enrich's
https://docs.snowplow.io/docs/api-reference/ and Snowbridge's examples of all options.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import pytest
from pyhocon import ConfigFactory  # type: ignore[import-untyped]

from stack.collector.enriched import COLUMNS
from stack.snowplow.streams import STREAMS, TABLES
from tests.stack.docker.files import SNOWPLOW, hcl, uses

SINK: Final = "name region customEndpoint aws.accessKey aws.secretKey buffer.byteLimit "
COLLECTOR_SINK: Final = (SINK + "buffer.recordLimit buffer.timeLimit").split()
KNOWN: Final = {
    "collector": {
        *(f"collector.{name}" for name in ("interface", "port", "telemetry.disable")),
        *(f"collector.streams.good.{name}" for name in COLLECTOR_SINK),
        *(f"collector.streams.bad.{name}" for name in COLLECTOR_SINK),
    },
    "enrich": {
        *("input.streamName", "input.appName", "input.initialPosition.type"),
        *("input.customEndpoint", "input.dynamodbCustomEndpoint"),
        *("input.cloudwatchCustomEndpoint", "output.good.partitionKey"),
        *(f"output.{sink}.streamName" for sink in ("good", "failed", "bad")),
        *(f"output.{sink}.customEndpoint" for sink in ("good", "failed", "bad")),
        *("monitoring.healthProbe.port", "monitoring.healthProbe.unhealthyLatency"),
        "telemetry.disable",
    },
}
ENDPOINT_FIELDS: Final = ("customEndpoint", "CustomEndpoint")

KINESIS: Final = {"stream_name", "region", "app_name", "custom_aws_endpoint"}
FILTER: Final = {"atomic_field", "regex", "filter_action"}
FIELDS: Final = {
    ("source", "kinesis"): KINESIS | {"read_throttle_delay_ms", "client_name"},
    ("transform", "spEnrichedFilter"): FILTER,
    ("transform", "js"): {"script_path", "snowplow_mode"},
    ("target", "kafka"): {"brokers", "topic_name", "wait_for_all", "batching"},
    ("failure_target", "kinesis"): KINESIS - {"app_name"},
    ("failure_target", "stdout"): set(),
}
BATCHING: Final = {
    *("max_batch_messages", "max_batch_bytes", "max_message_bytes"),
    *("max_concurrent_batches", "flush_period_millis"),
}
CONFIGURATIONS: Final = sorted((SNOWPLOW / "snowbridge").glob("*.hcl"))
BLOCKS: Final = ("source", "transform", "target", "failure_target")


def hocon(name: str, monkeypatch: pytest.MonkeyPatch, endpoint: str | None) -> Any:
    """Return a configuration as its program reads it, on LocalStack or on AWS."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    else:
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    parsed = ConfigFactory.parse_file(str(SNOWPLOW / f"{name}.hocon"))
    return parsed.as_plain_ordered_dict()


def paths(config: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of each field."""
    for key, value in config.items():
        if isinstance(value, dict):
            yield from paths(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


@pytest.mark.parametrize("name", KNOWN)
def test_hocon_fields(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program knows every field, and on LocalStack each has its value."""
    found = dict(paths(hocon(name, monkeypatch, "http://localstack:4566")))

    assert KNOWN[name] == found.keys()


@pytest.mark.parametrize("name", KNOWN)
def test_hocon_on_aws(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an endpoint nothing names one, so that AWS itself is used."""
    found = paths(hocon(name, monkeypatch, None))

    assert not [path for path, _ in found if path.endswith(ENDPOINT_FIELDS)]


def test_streams_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """The streams that are made are those that the configurations name."""
    fields = [f for name in KNOWN for f in paths(hocon(name, monkeypatch, None))]
    named = {
        v for path, v in fields if re.search(r"streamName$|streams\.\w+\.name", path)
    }
    for file in CONFIGURATIONS:
        config = hcl(file)
        used = [f for b in ("source", "failure_target") for _, f in uses(config, b)]
        named |= {fields["stream_name"] for fields in used if fields}

    assert named == set(STREAMS)


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.name)
def test_hcl_fields(file: Path) -> None:
    """Snowbridge knows every block and field."""
    config = hcl(file)

    assert config.keys() == {*BLOCKS, "disable_telemetry"}
    for block in BLOCKS:
        for name, fields in uses(config, block):
            assert fields.keys() <= FIELDS[block, name]
            for batching in fields.get("batching", ()):
                assert batching.keys() == BATCHING


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.name)
def test_form_of_the_version(file: Path) -> None:
    """Snowbridge 5 takes one block of transformations, Snowbridge 2 one for each."""
    config = hcl(file)
    blocks = [len(entry["use"]) for entry in config["transform"]]
    total = len(uses(config, "transform"))

    assert blocks == ([1] * total if ".v2" in file.name else [total])


def test_both_forms_of_the_original_agree() -> None:
    """The original's two configurations filter and transform alike."""
    newer, older = (hcl(SNOWPLOW / f"snowbridge/original{v}.hcl") for v in ("", ".v2"))

    assert uses(newer, "transform") == uses(older, "transform")
    assert uses(newer, "target") == uses(older, "target")


@pytest.mark.parametrize("file", CONFIGURATIONS, ids=lambda file: file.name)
def test_hcl_names_what_is_there(file: Path) -> None:
    """A filter's field and pattern, the script and the tables all exist."""
    config = hcl(file)
    for name, fields in uses(config, "transform"):
        if name == "spEnrichedFilter":
            assert fields["atomic_field"] in COLUMNS
            assert re.compile(fields["regex"])
        else:
            script = fields["script_path"].removeprefix("/snowbridge/")
            assert (file.parent / script).is_file()
    ((_, source),) = uses(config, "source")

    assert {table.name.rpartition("_")[0] for table in TABLES} == {source["app_name"]}


class _Strict(msgspec.Struct, forbid_unknown_fields=True):
    pass


class _Http(_Strict):
    uri: str


class _Connection(_Strict):
    http: _Http


class _Repository(_Strict):
    name: str
    priority: int
    vendor_prefixes: list[str] = msgspec.field(name="vendorPrefixes")
    connection: _Connection


class _Resolver(_Strict):
    cache_size: int = msgspec.field(name="cacheSize")
    cache_ttl: int = msgspec.field(name="cacheTtl")
    repositories: list[_Repository]


class _AnonIp(_Strict):
    octets: Annotated[int, msgspec.Meta(ge=1, le=4)] = msgspec.field(name="anonOctets")
    segments: Annotated[int, msgspec.Meta(ge=1, le=8)] = msgspec.field(
        name="anonSegments"
    )


class _Fingerprint(_Strict):
    algorithm: Literal["MD5", "SHA1", "SHA256", "SHA384", "SHA512"] = msgspec.field(
        name="hashAlgorithm"
    )
    exclude: list[str] = msgspec.field(name="excludeParameters")


class _Enrichment(_Strict):
    vendor: str
    name: str
    enabled: bool
    parameters: msgspec.Raw = msgspec.Raw(b"{}")


class _SelfDescribing(_Strict):
    schema: str
    data: msgspec.Raw


_VENDOR: Final = "com.snowplowanalytics.snowplow"
ENRICHMENTS: Final = {
    "anon_ip": (_VENDOR, "1-0-1", _AnonIp),
    "event_fingerprint_config": (_VENDOR, "1-0-1", _Fingerprint),
    "yauaa_enrichment_config": (f"{_VENDOR}.enrichments", "1-0-0", _Strict),
}


def read(file: Path) -> _SelfDescribing:
    """Return a file as self-describing JSON."""
    return msgspec.json.decode(file.read_bytes(), type=_SelfDescribing)


def test_resolver() -> None:
    """The resolver is what its schema says, asks Iglu Central, and caches."""
    found = read(SNOWPLOW / "resolver.json")
    resolver = msgspec.json.decode(found.data, type=_Resolver)

    assert found.schema == (
        "iglu:com.snowplowanalytics.iglu/resolver-config/jsonschema/1-0-3"
    )
    assert resolver.cache_size > 0
    assert resolver.repositories[0].connection.http.uri == "http://iglucentral.com"


def test_enrichments() -> None:
    """Each enrichment is what its schema says, is on, and has its schema's name."""
    files = {file.stem: file for file in (SNOWPLOW / "enrichments").iterdir()}

    assert ENRICHMENTS.keys() == files.keys()
    for name, (vendor, version, parameters) in ENRICHMENTS.items():
        found = read(files[name])
        enrichment = msgspec.json.decode(found.data, type=_Enrichment)
        assert found.schema == f"iglu:{vendor}/{name}/jsonschema/{version}"
        assert (enrichment.vendor, enrichment.name) == (vendor, name)
        assert enrichment.enabled
        assert msgspec.json.decode(enrichment.parameters, type=parameters)
