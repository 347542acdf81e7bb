"""Whether the tables are there, have the right key, and expire.

How a table must be is said in `stack.services.tables`; here it is only compared.
"""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from sinks import faults
from stack.doctor.access import ALLOW, DENIED, MISSING, denied
from stack.doctor.context import Context
from stack.doctor.finding import Finding, note, ok, problem, unchecked, warning
from stack.doctor.variables import variable_of
from stack.services.tables import TTL_ATTRIBUTE, Table, tables_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

__all__ = ["check_tables"]

_USABLE: Final = frozenset({"ACTIVE", "UPDATING"})


def check_tables(context: Context) -> list[Finding]:
    """Compare every table with how `python -m stack topics` would have made it."""
    settings = context.settings
    tables = tables_of(settings)
    findings = [f for table in tables for f in _table_findings(context, table)]
    for name in {settings.profiles_table, settings.history_table}:
        if name not in {table.name for table in tables}:
            found = "switched off, so not looked at: the flow does not write it"
            findings.append(note(name, found))
    return findings


def _table_findings(context: Context, table: Table) -> list[Finding]:
    client = context.dynamodb
    try:
        described = client.describe_table(TableName=table.name)["Table"]
    except ClientError as ex:
        if faults.rule(ex) == MISSING:
            return [_missing(context, table)]
        if faults.rule(ex) == DENIED:
            return [denied(table.name, "DescribeTable")]
        raise
    findings = _shape_findings(table, described)
    try:
        answer = client.describe_time_to_live(TableName=table.name)
    except ClientError as ex:
        if faults.rule(ex) != DENIED:
            raise
        cure = ALLOW.format("DescribeTimeToLive")
        found = "this user may not see whether its items expire"
        findings.append(unchecked(table.name, found, cure))
    else:
        attribute = answer["TimeToLiveDescription"].get("AttributeName")
        findings += _expiry_findings(table, attribute)
    kept = f"key {', '.join(table.keys)}; items expire by `{TTL_ATTRIBUTE}`"
    return findings or [ok(table.name, kept)]


def _missing(context: Context, table: Table) -> Finding:
    settings = context.settings
    place = settings.aws_endpoint_url or f"AWS, {settings.aws_region}"
    variable = variable_of(settings, table.name)
    cure = f"create it with `python -m stack topics`, or correct `{variable}`"
    return problem(table.name, f"there is no such table at {place}", cure)


def _shape_findings(
    table: Table, described: "TableDescriptionTypeDef"
) -> list[Finding]:
    findings = []
    if described["TableStatus"] not in _USABLE:
        found = f"its status is {described['TableStatus']}"
        findings.append(problem(table.name, found, "wait for it, then ask again"))
    kinds = {
        d["AttributeName"]: d["AttributeType"]
        for d in described["AttributeDefinitions"]
    }
    keys = sorted(described["KeySchema"], key=lambda part: part["KeyType"] != "HASH")
    found_keys = [f"{k['AttributeName']} {kinds[k['AttributeName']]}" for k in keys]
    wanted = [f"{key} S" for key in table.keys]
    if found_keys != wanted:
        found = f"its key is {', '.join(found_keys)}, not {', '.join(wanted)}"
        cure = "name another table: the key of this one can't be changed"
        findings.append(problem(table.name, found, cure))
    billing = described.get("BillingModeSummary", {}).get("BillingMode")
    if billing != "PAY_PER_REQUEST":
        found = "its capacity is provisioned: a crowd above it slows the flow down"
        cure = "leave it if it is meant so, else see `aws dynamodb update-table`"
        findings.append(note(table.name, found, cure))
    return findings


def _expiry_findings(table: Table, attribute: str | None) -> list[Finding]:
    if attribute == TTL_ATTRIBUTE:
        return []
    found = f"items expire by {attribute or 'nothing'}, not `{TTL_ATTRIBUTE}`"
    cure = (
        f"`aws dynamodb update-time-to-live --table-name {table.name} "
        f"--time-to-live-specification Enabled=true,AttributeName={TTL_ATTRIBUTE}`"
    )
    return [warning(table.name, f"{found}: the table grows forever", cure)]
