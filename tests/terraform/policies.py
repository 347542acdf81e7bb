"""IAM's rule of who may do what, as far as this project's policies go.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any, Final

from tests.terraform.rendering import Rendered

__all__ = ["Grant", "allows", "granted", "grants", "statements_of"]

Grant = tuple[str, str]
"""An action, and the resource that it may be done to."""

_KNOWN: Final = frozenset({"Sid", "Effect", "Action", "Resource", "Condition"})


def statements_of(rendered: Rendered, run: str, role: str) -> list[dict[str, Any]]:
    """Return the statements of a role's policies; `role` is its address in `run`.

    Raises:
        KeyError: there is no such role, or it has no policy.

    """
    module, _, name = role.rpartition(".aws_iam_role.")
    policy = rendered["runs"][run][f"{module}.aws_iam_role_policy.{name}"]["policy"]
    statements: list[dict[str, Any]] = policy["Statement"]
    return statements


def allows(
    statements: Sequence[Mapping[str, Any]],
    action: str,
    resource: str,
    context: Mapping[str, str] | None = None,
) -> bool:
    """Tell whether statements allow an action on a resource.

    Args:
        statements: of policies of one principal; none that denies.
        action: such as `dynamodb:BatchWriteItem`.
        resource: its ARN, or `*` for an action that knows none.
        context: what is known of the request, by condition key.

    Raises:
        ValueError: a statement has parts that this function does not know.

    """
    return any(_allows(s, action, resource, context or {}) for s in statements)


def grants(statements: Sequence[Mapping[str, Any]]) -> Iterator[Grant]:
    """Yield each action with each resource that statements name."""
    for statement in statements:
        yield from product(_many(statement["Action"]), _many(statement["Resource"]))


def granted(statements: Sequence[Mapping[str, Any]], service: str) -> set[Grant]:
    """Return what statements grant of one service, such as `dynamodb`."""
    return {grant for grant in grants(statements) if grant[0].startswith(f"{service}:")}


def _allows(
    statement: Mapping[str, Any],
    action: str,
    resource: str,
    context: Mapping[str, str],
) -> bool:
    if statement["Effect"] != "Allow" or not statement.keys() <= _KNOWN:
        msg = f"`statement` must be a plain one that allows; got {statement} instead"
        raise ValueError(msg)
    return (
        any(_matches(one, action, re.IGNORECASE) for one in _many(statement["Action"]))
        and any(_matches(one, resource) for one in _many(statement["Resource"]))
        and _holds(statement.get("Condition", {}), context)
    )


def _holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    if not condition.keys() <= {"StringEquals"}:
        msg = f"`condition` must be of StringEquals; got {condition} instead"
        raise ValueError(msg)
    return all(
        context.get(key) in _many(wanted)
        for key, wanted in condition.get("StringEquals", {}).items()
    )


def _matches(pattern: str, text: str, flags: int = 0) -> bool:
    parts = (re.escape(part) for part in re.split(r"([*?])", pattern))
    wild = {r"\*": ".*", r"\?": "."}
    return bool(re.fullmatch("".join(wild.get(p, p) for p in parts), text, flags))


def _many(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
