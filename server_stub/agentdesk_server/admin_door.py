"""The door through which `agentdesk admin` works while the server runs: for who can read the data folder."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from .asked import told_plainly
from .doors import Answer, Door, json, read_json, server_of
from .operating import AnyRequest, Cannot, Operator, Result
from .problems import Problem


async def operate(request: Request) -> Response:
    asked: AnyRequest = await read_json(request, AnyRequest)  # type: ignore[arg-type]
    server = server_of(request)
    try:
        with told_plainly():
            result = await Operator(server.core, server.gate.passwords.hash).do(asked)
    except Cannot as error:
        raise Problem(409, "cannot", str(error)) from None
    await server.hub.sessions_ended()
    server.regions.look()
    server.mail.look()
    return json(result)


DOORS = (
    Door(
        "POST",
        "/api/v1/admin/commands",
        "operator",
        operate,
        "Do what an operator asks; the token lies in the data folder",
        {200: Answer("Done", Result)},
        (401, 409, 413, 422),
        AnyRequest,
    ),
)
