"""The OpenAPI document, made from the types that the handlers read and answer with.

https://spec.openapis.org/oas/v3.1.1.html
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from dashboard.api.answers import (
    AudienceMinutes,
    AudienceSeconds,
    Health,
    ViewersAnswer,
    ViewerTimeline,
)
from dashboard.api.handlers import ApiHandler
from dashboard.api.messages import ForgottenMessage, ViewerMessage
from dashboard.api.parameters import (
    FilterParameters,
    HistoryParameters,
    TimelineParameters,
    ViewersParameters,
)
from dashboard.api.problems import MEDIA_TYPE, Problem
from dashboard.api.reading import NoParameters, ViewerId
from dataflows.playback.audience import Audience
from dataflows.playback.profile import ViewerProfile

__all__ = ["OpenApiHandler", "openapi"]

_REF: Final = "#/components/schemas/{name}"
_JSON: Final = "application/json"

Document = dict[str, Any]


class _Operation(NamedTuple):
    """What can be asked at a path, and the types of what is answered with 200."""

    path: str
    name: str
    summary: str
    parameters: type[NoParameters]
    answers: Sequence[type]
    refusals: Sequence[int]
    media_type: str = _JSON


_OPERATIONS: Final = (
    _Operation(
        "/api/viewers",
        "viewers",
        "The live viewers that match, a page of them",
        ViewersParameters,
        (ViewersAnswer,),
        (400,),
    ),
    _Operation(
        "/api/viewers.csv",
        "export",
        "All live viewers that match, for a spreadsheet",
        FilterParameters,
        (str,),
        (400,),
        "text/csv",
    ),
    _Operation(
        "/api/viewers/{viewer_id}",
        "viewer",
        "One viewer, live or not long gone",
        NoParameters,
        (ViewerProfile,),
        (400, 404),
    ),
    _Operation(
        "/api/viewers/{viewer_id}/timeline",
        "timeline",
        "What a viewer did",
        TimelineParameters,
        (ViewerTimeline,),
        (400, 404, 503),
    ),
    _Operation(
        "/api/audience",
        "audience",
        "The whole audience now",
        NoParameters,
        (Audience,),
        (400, 503),
    ),
    _Operation(
        "/api/audience/history",
        "audience_history",
        "The whole audience before",
        HistoryParameters,
        (AudienceSeconds, AudienceMinutes),
        (400,),
    ),
)
_DESCRIPTIONS: Final = {
    400: "A parameter breaks its rule.",
    401: "Neither a token nor a sign-in was shown.",
    404: "There is nothing of that name.",
    421: "The server does not go by that name.",
    503: "It can't be known now.",
}
_DOOR: Final = (401, 421)
_HEALTH: Final = "How the feed stands, for whoever asks: 200 where it follows"


@cache
def openapi(prefix: str = "") -> Document:
    """Return the document of a server whose paths begin with `prefix`."""
    types = [t for o in _OPERATIONS if o.media_type == _JSON for t in o.answers]
    types += [Health, Problem, ViewerMessage, ForgottenMessage]
    _, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    paths = {o.path: {"get": _described(o)} for o in _OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Live viewer profiles",
            "version": "1",
            "description": "Who is watching now. `/ws` tells of changes, each message "
            "a `ViewerMessage` or a `ForgottenMessage`.",
        },
        "servers": [{"url": prefix or "/"}],
        "security": [{"token": []}, {"signed_in": []}, {}],
        "paths": paths | {"/api/health": {"get": _health()}},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "signed_in": {"type": "apiKey", "in": "cookie", "name": "user"},
            },
        },
    }


def _described(operation: _Operation) -> Document:
    schemas = [_schema(answer) for answer in operation.answers]
    schema = schemas[0] if len(schemas) == 1 else {"oneOf": schemas}
    refusals = {str(status): _problem(status) for status in operation.refusals}
    door = {str(status): _problem(status) for status in _DOOR}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_in_path(operation.path), *_in_query(operation.parameters)],
        "responses": {"200": _answer(operation.summary, operation.media_type, schema)}
        | refusals
        | door,
    }


def _health() -> Document:
    health = _schema(Health)
    return {
        "operationId": "health",
        "summary": _HEALTH,
        "security": [],
        "responses": {
            "200": _answer("The feed is at the topics' ends.", _JSON, health),
            "503": _answer("It is not, or not yet.", _JSON, health),
        },
    }


def _answer(description: str, media_type: str, schema: Document) -> Document:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _problem(status: int) -> Document:
    return _answer(_DESCRIPTIONS[status], MEDIA_TYPE, _schema(Problem))


def _schema(kind: type) -> Document:
    """Return a type's schema: text as such, all else by its name."""
    return msgspec.json.schema_components([kind], ref_template=_REF)[0][0]


def _in_path(path: str) -> list[Document]:
    if "{viewer_id}" not in path:
        return []
    schema = msgspec.json.schema(ViewerId)
    return [{"name": "viewer_id", "in": "path", "required": True, "schema": schema}]


def _in_query(parameters: type[NoParameters]) -> list[Document]:
    """Return the parameters that the fields of a type are."""
    _, components = msgspec.json.schema_components([parameters], ref_template=_REF)
    fields = components[parameters.__name__]["properties"]
    return [
        {"name": name, "in": "query", "schema": _inlined(field, components)}
        for name, field in fields.items()
    ]


def _inlined(field: Document, components: Document) -> Document:
    """Return a field's schema without references, and without null: what to send."""
    choices = [c for c in field.get("anyOf", [field]) if c.get("type") != "null"]
    (choice,) = choices
    told = {k: v for k, v in field.items() if k not in {"anyOf", "$ref"}}
    if "$ref" in choice:
        choice = components[choice["$ref"].rpartition("/")[2]]
    schema = {**choice, **told}
    return {k: v for k, v in schema.items() if (k, v) != ("default", None)}


class OpenApiHandler(ApiHandler):
    """The document itself."""

    async def answer(self, *arguments: str) -> None:
        """Answer with the document."""
        del arguments
        self.send(openapi(getattr(self.application, "prefix", "")))
