"""Whether the profiles table has what the profiles topic has, for a few viewers."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec
from botocore.exceptions import ClientError

from dataflows.playback.profile import ViewerProfile, ms_from_iso, profile_from_json
from sinks import faults
from stack.doctor.access import DENIED, MISSING
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem, unchecked

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["check_profiles"]

_SUBJECT: Final = "profiles"
_NEWEST: Final = 500
_VIEWERS: Final = 20
_POLL_S: Final = 0.25


def check_profiles(context: Context) -> list[Finding]:
    """Wait a little until the table has the versions that the topic has."""
    settings = context.settings
    if not settings.write_profiles:
        return []
    profiles, unreadable = _newest_profiles(context)
    findings = []
    if unreadable:
        found = f"{unreadable:,} on the topic can't be read by this version"
        cure = "run the doctor out of the same checkout as the flow"
        findings.append(unchecked(_SUBJECT, found, cure))
    # An item that has expired is not missing.
    kept_ms = context.clock() - settings.profiles_retention.total_seconds() * 1000
    kept = [p for p in profiles if ms_from_iso(p.collector_tstamp) > kept_ms]
    if kept:
        return [*findings, _compare(context, kept[:_VIEWERS])]
    found = f"`{settings.profiles_topic}` has none to look for in the table"
    return findings or [note(_SUBJECT, found)]


def _newest_profiles(context: Context) -> tuple[list[ViewerProfile], int]:
    """Return the newest profiles on the topic, a viewer's last one, the oldest first.

    And how many records could not be read.
    """
    records = context.kafka.newest(context.settings.profiles_topic, _NEWEST)
    newest: dict[bytes, ViewerProfile] = {}
    unreadable = 0
    for record in records:
        key = record.key or b""
        newest.pop(key, None)
        if record.value is None:
            continue
        try:
            newest[key] = profile_from_json(record.value)
        except msgspec.DecodeError:
            unreadable += 1
    return list(newest.values()), unreadable


def _compare(context: Context, profiles: Sequence[ViewerProfile]) -> Finding:
    behind = {profile.viewer_id: profile.version for profile in profiles}
    table = context.settings.profiles_table
    began = time.monotonic()
    waited = 0.0
    try:
        while behind := _behind(context.dynamodb, table, behind):
            if waited > context.patience_s:
                return _behind_finding(table, behind, len(profiles), waited)
            time.sleep(_POLL_S)
            waited = time.monotonic() - began
    except ClientError as ex:
        if faults.rule(ex) not in {MISSING, DENIED}:
            raise
        return unchecked(_SUBJECT, f"`{table}` can't be read: {ex}", faults.cure(ex))
    found = f"the table had the topic's newest of {len(profiles)} viewers"
    return ok(_SUBJECT, f"{found} {f'after {waited:.1f} s' if waited else 'at once'}")


def _behind(
    client: "DynamoDBClient", table: str, versions: dict[str, str]
) -> dict[str, str]:
    """Return those whose item is of an older version, or not there."""
    answer = client.batch_get_item(
        RequestItems={
            table: {
                "Keys": [{"viewer_id": {"S": viewer_id}} for viewer_id in versions],
                "ConsistentRead": True,
                "ProjectionExpression": "viewer_id, #v",
                "ExpressionAttributeNames": {"#v": "version"},
            }
        }
    )
    stored = {
        item["viewer_id"]["S"]: item.get("version", {}).get("S", "")
        for item in answer["Responses"].get(table, ())
    }
    return {
        v: version for v, version in versions.items() if stored.get(v, "") < version
    }


def _behind_finding(
    table: str, behind: dict[str, str], of: int, waited_s: float
) -> Finding:
    viewer_id = next(iter(behind))
    found = (
        f"`{table}` still has older ones of {len(behind)} of {of} viewers after "
        f"{waited_s:.0f} s; `{viewer_id}` for one"
    )
    cure = (
        "look in the flow's log for throttles or refusals of DynamoDB, and whether "
        "flow and doctor have the same `PROFILES_TABLE` and endpoint"
    )
    return problem(_SUBJECT, found, cure)
