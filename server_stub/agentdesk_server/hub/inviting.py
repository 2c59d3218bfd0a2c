"""The code that lets a new device in: told once, to whoever may invite devices and has just proved who they are."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

import msgspec

from agentdesk.domain.kernel import Actor, Denied, Refusal, may
from agentdesk.domain.people import Person
from agentdesk.protocol import UNREADABLE
from agentdesk.protocol.frames import Answer, Ask

from .desks import Desk
from .hub import Hub
from .refusing import refused

QUESTION = "device.code"


class Invitation(msgspec.Struct, frozen=True):
    """The invited device."""

    device: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Codes(Protocol):
    """Who makes codes."""

    async def code(self, device: str, who: Actor, *, fresh: bool = False) -> str: ...


async def tell_code(hub: Hub, codes: Codes, desk: Desk, ask: Ask, *, fresh: bool) -> None:
    """Answer the question, which goes into the log. Who may not invite gets the answer to one that does not exist."""
    person = hub.filler.reader.records.of(Person, desk.person)
    allowed = person is not None and person.active and may(person.role, "device.invite")
    try:
        device = _read(desk, ask.args).device if allowed else ""
        code = await codes.code(device, Actor(desk.person, "nobody", desk.name, device=desk.device), fresh=fresh)
    except Denied:
        desk.say(Answer(id=ask.id, sentence="The server does not know this question."))
    except Refusal as refusal:
        desk.say(refused(ask.id, refusal))
    except UNREADABLE:
        desk.say(Answer(id=ask.id, sentence="The server could not read this question."))
    else:
        desk.say(Answer(id=ask.id, result={"code": code}))


def _read(desk: Desk, args: Any) -> Invitation:
    decode = msgspec.msgpack.decode if desk.codec.binary else msgspec.json.decode
    return decode(args, type=Invitation)
