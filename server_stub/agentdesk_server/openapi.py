"""The OpenAPI 3.1 document, made from the doors, so that it cannot say anything else than they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from agentdesk import __version__

from .doors import Answer, Door
from .problems import MEDIA_TYPE, SCIM_MEDIA, ProblemBody, ScimError, speaks_pages, speaks_scim

SENTENCES = {
    400: "The request cannot be read",
    401: "There is no valid token",
    403: "Not allowed from here",
    404: "Not there, or not for the one who asks",
    409: "It does not fit what is there",
    413: "Too large",
    415: "The body is not JSON",
    416: "There is nothing in this range",
    422: "A field does not fit; `errors` says which",
    429: "Too many; `Retry-After` says when to come back",
    500: "The server could not do this",
    503: "Not ready",
}


def document(doors: Sequence[Door]) -> dict[str, Any]:
    """The document for these doors."""
    types = [door.body for door in doors if door.body is not None]
    types += [answer.body for door in doors for answer in door.answers.values() if answer.body is not None]
    _, parts = msgspec.json.schema_components(
        [ProblemBody, ScimError, *types], ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "info": {"title": "AgentDesk", "version": __version__, "license": _LICENCE, "description": _ABOUT},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {"schemas": parts, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


_LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_ABOUT = (
    "Sign-in, files, the web chat's first step and the state of the server. Desks and visitors talk over WebSockets: "
    "see /asyncapi.yaml. Every error is an RFC 9457 problem, in the help centre a page. Times are UTC milliseconds."
)


def _operation(door: Door) -> dict[str, Any]:
    answers = {str(status): _answer(answer) for status, answer in door.answers.items()}
    answers |= {str(status): _problem(status, door.path) for status in sorted({*door.problems, 400})}
    found: dict[str, Any] = {
        "operationId": door.name or f"{door.endpoint.__module__.rpartition('.')[2]}_{door.endpoint.__name__}",
        "summary": door.summary,
        "description": f"For: {door.who}." + (" Needs a fresh proof of who you are." if door.fresh else ""),
        "responses": answers,
        "security": [] if door.who == "anyone" else [{"token": []}],
    }
    if door.parameters or door.query or door.asks:
        places = (("path", door.parameters, True), ("query", door.query, True), ("query", door.asks, False))
        found["parameters"] = [
            {"name": name, "in": place, "required": must, "schema": {"type": "string", "pattern": pattern}}
            for place, named, must in places
            for name, pattern in named.items()
        ]
    if door.body is not None:
        schema = _schema(door.body)
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if door.binary:
        found["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    return found


def _schema(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return schema


def _answer(answer: Answer) -> dict[str, Any]:
    if answer.body is not None:
        return {"description": answer.sentence, "content": {answer.media: {"schema": _schema(answer.body)}}}
    if answer.media != "application/json":
        return {"description": answer.sentence, "content": {answer.media: {"schema": {}}}}
    return {"description": answer.sentence}


def _problem(status: int, path: str) -> dict[str, Any]:
    if speaks_pages(path):
        return _answer(Answer(SENTENCES[status], media="text/html"))
    media, body = (SCIM_MEDIA, ScimError) if speaks_scim(path) else (MEDIA_TYPE, ProblemBody)
    found: dict[str, Any] = {"description": SENTENCES[status], "content": {media: {"schema": _schema(body)}}}
    if status == 429:
        retry = {"description": "Seconds", "required": True, "schema": {"type": "integer", "minimum": 1}}
        found["headers"] = {"Retry-After": retry}
    return found
