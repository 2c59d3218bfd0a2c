"""Errors as HTTP says them: RFC 9457 problems, for whatever goes wrong; a directory hears them as SCIM says them, and
readers of the help centre get a page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
SCIM_PREFIX = "/scim/v2"
PAGES_PREFIX = "/help"
SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
SCIM_MEDIA = "application/scim+json"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="agentdesk"'}
_PLACE = re.compile(r" - at `(?:key in )?\$\.?([^`]*)`$")


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field of a request."""

    field: str
    sentence: str


class ProblemBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457: what went wrong. `type` names the sort of problem for programs."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[FieldProblem] = []


class ScimError(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 7644, 3.12: the same for a directory. `scimType` names the sort of problem, for some."""

    status: str
    detail: str = ""
    scimType: str = ""  # noqa: N815 the RFC's name
    schemas: tuple[str, ...] = msgspec.field(default_factory=lambda: (SCIM_ERROR,))


class Problem(Exception):
    """Raise it anywhere below a door; the client gets it as it is."""

    def __init__(
        self,
        status: int,
        code: str = "",
        detail: str = "",
        *,
        errors: list[FieldProblem] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail or code)
        title = HTTPStatus(status).phrase
        kind = f"urn:agentdesk:problem:{code}" if code else "about:blank"
        self.status = status
        self.headers = headers or {}
        self.body = ProblemBody(kind, title, status, detail, errors or [])

    def response(self) -> Response:
        content = msgspec.json.encode(self.body)
        return Response(content, self.status, {**self.headers, "Cache-Control": "no-store"}, MEDIA_TYPE)

    def scim_response(self) -> Response:
        content = msgspec.json.encode(ScimError(str(self.status), self.body.detail or self.body.title))
        return Response(content, self.status, {**self.headers, "Cache-Control": "no-store"}, SCIM_MEDIA)


def too_many(seconds: float) -> Problem:
    """Come back later."""
    wait = max(1, round(seconds + 0.5))
    return Problem(429, "too-many", f"Too many requests. Try again in {wait} s.", headers={"Retry-After": str(wait)})


def not_signed_in() -> Problem:
    """A door that needs a valid token."""
    return Problem(401, "not-signed-in", "Sign in first: there is no valid token.", headers=CHALLENGE)


def unreadable(error: msgspec.DecodeError) -> Problem:
    """What a body is not: JSON at all (400), or of the form that is asked for (422, with the field)."""
    if not isinstance(error, msgspec.ValidationError):
        return Problem(400, "not-json", "The body is not JSON.")
    text = str(error)
    place = _PLACE.search(text)
    field = place.group(1) if place else ""
    sentence = _PLACE.sub("", text)
    missing = re.match(r"Object missing required field `([^`]*)`", sentence)
    if missing:
        field = ".".join(part for part in (field, missing.group(1)) if part)
    problem = FieldProblem(field, sentence)
    return Problem(422, "invalid", f"{field}: {sentence}" if field else sentence, errors=[problem])


def handlers(page: Callable[[Request, Problem], Awaitable[Response]]) -> dict[Any, Any]:
    """What makes the response for any exception that leaves a door, in the words of the place; `page` for readers."""

    async def handle(request: Request, error: Exception) -> Response:
        problem, path = _problem(error), request.url.path
        if speaks_pages(path):
            return await page(request, problem)
        return problem.scim_response() if speaks_scim(path) else problem.response()

    return {Problem: handle, HTTPException: handle, Exception: handle}


def speaks_scim(path: str) -> bool:
    """Whether errors at this path are those of SCIM."""
    return _is_below(SCIM_PREFIX, path)


def speaks_pages(path: str) -> bool:
    """Whether errors at this path are read by customers."""
    return _is_below(PAGES_PREFIX, path)


def _is_below(prefix: str, path: str) -> bool:
    return f"{path}/".startswith(f"{prefix}/")


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code, headers=dict(error.headers or {}))
    # What broke is in our log, with its traceback; a client gets no details of it.
    return Problem(500, "broken", "The server could not do this. It was written to its log.")
