"""What the code says below an enumeration's members, which Python itself forgets."""

import ast
import inspect
from enum import Enum
from itertools import pairwise

__all__ = ["members_of"]


def members_of(kind: type[Enum]) -> dict[str, str]:
    """Return the text below each member of an enumeration that has one."""
    (body,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(body, ast.ClassDef)
    found = {}
    for statement, text in pairwise(body.body):
        match statement, text:
            case (
                ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(said))),
            ):
                found[name] = " ".join(inspect.cleandoc(said).split())
    return found
