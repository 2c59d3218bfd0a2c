"""The doors for other regions: each comes in with its own token, and speaks for itself alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from agentdesk.domain.kernel import Actor, Command, Refusal
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.residency import BeginStubs, KeepStubs, Neighbour
from agentdesk_server.authority import Submission
from agentdesk_server.doors import Answer, Door, json, read_json, server_of
from agentdesk_server.problems import Problem
from agentdesk_server.state import Server

from .settings import Accepted
from .words import BEGIN, MOST_BYTES, STUBS, Begin, Standing, Stubs

PLACE = "place"
STEPS = 8
"""So many parts of what was told before go for one request; the other side asks again."""


async def begin(request: Request) -> Response:
    """Make ready for a region that begins, or begins anew."""
    region, _ = _who(request)
    said = await read_json(request, Begin)
    _check(region, said.home)
    server = server_of(request)
    for _ in range(STEPS):
        if _reached(server, region).key == said.key:
            break
        await _give(server, region, BeginStubs(home=region, key=said.key))
    return json(_standing(server, region, taken=_reached(server, region).key == said.key))


async def keep(request: Request) -> Response:
    """Take in what a region tells."""
    region, accepted = _who(request)
    said = await read_json(request, Stubs, MOST_BYTES)
    _check(region, said.home)
    fields = {name: getattr(said, name) for name in said.__struct_fields__}
    taken = await _give(server_of(request), region, KeepStubs(**{**fields, "home": region, "team": accepted.team}))
    return json(_standing(server_of(request), region, taken))


def _who(request: Request) -> tuple[str, Accepted]:
    found: tuple[str, Accepted] = request.state.who
    return found


def _check(region: str, told: str) -> None:
    if told != region:
        raise Problem(403, "region", "This token is another region's.")


async def _give(server: Server, region: str, command: Command) -> bool:
    """Whether it was done, or is to be said again from another place. Raises `Problem` for all other refusals.

    The log keeps who told how much and a digest: the words are in the records, and go with them.
    """
    name = command_spec(command).name
    said: dict[str, Any] = {"home": region, "sha256": sha256(msgspec.msgpack.encode(command)).digest()}
    if isinstance(command, KeepStubs):
        said |= {"key": command.key, "after": command.after, "to": command.to, "last": command.last}
    who = Actor(f"region:{region}", "system", region, device=f"region:{region}")
    ack = (await server.writer.submit(Submission(who, name, command, msgspec.msgpack.encode(said)))).ack
    if ack.status != "done" and ack.code != PLACE:
        raise Problem(409, "not-taken", str(Refusal(ack.sentence, **ack.data)))
    return ack.status == "done"


def _reached(server: Server, region: str) -> Neighbour:
    return server.reader.records.of(Neighbour, region) or Neighbour(region, "server", 0, "", 0, 0)


def _standing(server: Server, region: str, taken: bool) -> Standing:
    reached = _reached(server, region)
    return Standing(taken, reached.key, reached.at)


DOORS = (
    Door(
        "POST",
        BEGIN,
        "region",
        begin,
        "Another region is about to tell what may be seen of its cases",
        {200: Answer("How far it has been heard", Standing)},
        (401, 403, 409, 413, 422),
        Begin,
        name="region_begin",
    ),
    Door(
        "POST",
        STUBS,
        "region",
        keep,
        "What has changed in another region, as it may be seen here",
        {200: Answer("How far it has been heard", Standing)},
        (401, 403, 409, 413, 422),
        Stubs,
        name="region_stubs",
    ),
)
