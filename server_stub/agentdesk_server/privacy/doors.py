"""The doors of privacy: all about one person, and what the schedule would delete today."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from agentdesk.domain.kernel import Actor, Refusal
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.privacy.exporting import Export
from agentdesk_server.authority import Submission
from agentdesk_server.authority.database import open_reader
from agentdesk_server.doors import Answer, Door, json, server_of
from agentdesk_server.problems import Problem

from .exporting import archive
from .schedule import Going, would_go

SUBJECT = r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}$"


async def export(request: Request) -> Response:
    """A ZIP of all about one customer. The command is in the log before the first byte leaves."""
    server, who = server_of(request), request.state.who
    command = Export(customer=request.path_params["id"])
    actor = Actor(who.person, "nobody", device=who.device, at=server.clock())
    told = Submission(
        actor,
        command_spec(command).name,
        command,
        msgspec.msgpack.encode(command),
        fresh=server.gate.fresh.fresh(who.person, who.device),
    )
    ack = (await server.writer.submit(told)).ack
    if ack.status != "done":
        status = {"missing": 404, "step_up": 403, "denied": 403}.get(ack.code, 403)
        raise Problem(status, ack.code, str(Refusal(ack.sentence, **ack.data)))
    database = await asyncio.to_thread(open_reader, server.folder, server.core.key)
    pieces = archive(database, server.folder, command.customer, server.clock())
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="subject.zip"'}
    return StreamingResponse(_streamed(pieces), 200, headers, "application/zip")


async def _streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Read off the event loop; whoever hangs up ends it."""
    try:
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece
    finally:
        await asyncio.to_thread(pieces.close)  # type: ignore[attr-defined]


async def due(request: Request) -> Response:
    """The dry run."""
    server = server_of(request)
    return json(await asyncio.to_thread(would_go, server.core))


DOORS = (
    Door(
        "GET",
        "/api/v1/subjects/{id}/export",
        "person",
        export,
        "All data about one person: a ZIP of JSON Lines, files, schema and a manifest with SHA-256",
        {200: Answer("The archive", media="application/zip")},
        (401, 403, 404),
        parameters={"id": SUBJECT},
    ),
    Door(
        "GET",
        "/api/v1/retention/due",
        "person",
        due,
        "What the schedule would delete today, without deleting it",
        {200: Answer("By class of data: how much, how much is held, some ids", list[Going])},
        (401, 403),
        may="retention.see",
    ),
)
