"""What AWS lets this user do with the tables."""

from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from sinks import faults
from stack.doctor.context import Context
from stack.doctor.finding import Finding, ok, problem
from stack.services.tables import Table, tables_of

__all__ = ["ALLOW", "DENIED", "MISSING", "check_table_permissions", "denied"]

DENIED: Final = "AccessDeniedException"
MISSING: Final = "ResourceNotFoundException"
"""AWS's names of what is not allowed, and of what is not there."""

ALLOW: Final = "allow `dynamodb:{}` on the table in this user's or role's policy"
"""What cures the former, for an action."""


def denied(table: str, action: str) -> Finding:
    """Return that the flow needs an action that is not allowed."""
    found = f"this user lacks `dynamodb:{action}`"
    return problem(table, found, ALLOW.format(action))


def check_table_permissions(context: Context) -> list[Finding]:
    """Try what the flow does with the tables, under a key that no viewer has.

    To delete what is not there changes nothing, and takes the same permission as the
    flow's puts and deletes: they are one action.
    """
    findings = []
    tables = tables_of(context.settings)
    for table in tables:
        key: dict[str, Any] = {name: {"S": f"doctor-{uuid4()}"} for name in table.keys}
        findings += _tried(context, table, key)
    if findings or not tables:
        return findings
    found = "this user may read and write the tables; tried under a key of nobody"
    return [ok("permissions", found)]


def _tried(context: Context, table: Table, key: dict[str, Any]) -> list[Finding]:
    client = context.dynamodb
    delete: Any = {table.name: [{"DeleteRequest": {"Key": key}}]}
    tries: dict[str, Callable[[], object]] = {
        "BatchGetItem": lambda: client.batch_get_item(
            RequestItems={table.name: {"Keys": [key]}}
        ),
        "BatchWriteItem": lambda: client.batch_write_item(RequestItems=delete),
    }
    findings = []
    for action, attempt in tries.items():
        try:
            attempt()
        except ClientError as ex:
            if faults.rule(ex) == DENIED:
                findings.append(denied(table.name, action))
            elif faults.rule(ex) not in {MISSING, *faults.ITEM_FAULTS}:
                raise  # those are told by `check_tables`
    return findings
