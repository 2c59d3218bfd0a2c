"""The doors through which the audit log leaves the house: a bundle, and the proof for one reply, checked offline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import IO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from agentdesk.domain.audit import ExportAudit
from agentdesk.domain.kernel import Actor, Denied, Refusal
from agentdesk_server.audit.replies import prove_reply
from agentdesk_server.doors import Answer, Door, server_of
from agentdesk_server.gate.fresh import not_fresh
from agentdesk_server.problems import Problem, too_many

SPAN = r"^(all|[0-9]{1,15}-[0-9]{1,15})$"
_SPAN = re.compile(r"(\d{1,15})-(\d{1,15})")
PIECE = 1 << 20
HEADERS = {
    "Content-Disposition": 'attachment; filename="audit.zip"',
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

PROOF = 'attachment; filename="proof.jsonl"'


async def bundle(request: Request) -> Response:
    """Make a bundle and hand it over. For those who may not have it, there is no such door."""
    server, who = server_of(request), request.state.who
    try:
        file, size = await server.audit.export(Actor(who.person, "nobody", device=who.device), _asked(request))
    except Denied:
        raise Problem(404) from None
    except Refusal as refusal:
        if refusal.code == "busy":
            raise too_many(60) from None
        if refusal.code == "step_up":
            raise not_fresh() from None
        raise Problem(416, refusal.code, str(refusal)) from None
    return StreamingResponse(_stream(file), 200, {**HEADERS, "Content-Length": str(size)}, "application/zip")


def _asked(request: Request) -> ExportAudit:
    span = request.path_params["span"]
    if span == "all":
        return ExportAudit()
    found = _SPAN.fullmatch(span)
    if found is None:
        raise Problem(404)
    return ExportAudit(whole=False, first=int(found.group(1)), last=int(found.group(2)))


async def _stream(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


async def proof(request: Request) -> Response:
    """What shows from which suggestion a reply came, or that none was shown."""
    server, who = server_of(request), request.state.who
    try:
        found = await prove_reply(
            server.audit, Actor(who.person, "nobody", device=who.device), request.path_params["id"]
        )
    except Denied:
        raise Problem(404) from None
    except Refusal as refusal:
        raise Problem(404 if refusal.code == "missing" else 409, refusal.code, str(refusal)) from None
    return Response(found, 200, {**HEADERS, "Content-Disposition": PROOF}, "application/jsonl")


DOORS = (
    Door(
        "GET",
        "/api/v1/suggestions/replies/{id}/proof",
        "person",
        proof,
        "Which suggestion a reply came from and what was changed, or that none was shown: to be checked offline",
        {200: Answer("Entries of the log under a signed head, opened, without words", media="application/jsonl")},
        (401, 403, 404, 409),
        parameters={"id": r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$"},
        may="assist.prove",
    ),
    Door(
        "GET",
        "/api/v1/audit/bundle/{span}",
        "person",
        bundle,
        "The audit log, or entries FIRST-LAST of it, as a bundle that can be checked offline",
        {200: Answer("A ZIP with entries, signed heads, proofs and the public key", media="application/zip")},
        (401, 403, 404, 416, 429),
        parameters={"span": SPAN},
    ),
)
