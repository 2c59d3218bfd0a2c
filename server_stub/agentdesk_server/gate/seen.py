"""What the doors have seen somebody do, on its way into the log: what it changes is written in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from agentdesk.domain.kernel import Actor, Command, Denied, Refusal
from agentdesk.domain.kernel.commands import command_spec
from agentdesk_server.authority import Authority, Submission
from agentdesk_server.writer import Writer

Work = Callable[[Authority], Any]


def nothing(_: Authority) -> None:
    """For what is a fact by itself."""


def seen(person: str, device: str, command: Command, work: Work = nothing) -> Submission:
    """The server's own word about a person, who is the actor: what they have proved here, no command of theirs says."""
    return given(Actor(person, "system", device=device), command, work)


def given(who: Actor, command: Command, work: Work | None = None, *, fresh: bool = False) -> Submission:
    """A wish for the authority to decide, and what is done with it; `fresh`: they have just proved that it is them."""
    return Submission(who, command_spec(command).name, command, msgspec.msgpack.encode(command), fresh=fresh, work=work)


class Give(Protocol):
    """Gives a command in somebody's name, with what is done beside it; what that gave. Raises a sentence if refused."""

    async def __call__(self, command: Command, work: Work | None = None) -> Any: ...


async def done(writer: Writer, told: Submission) -> Any:
    """Have it written down, and with it whatever it changes; what the work gave. Raises `Denied` or `Refusal`."""
    outcome = await writer.submit(told)
    ack = outcome.ack
    if ack.status == "denied":
        raise Denied(ack.sentence, ack.code, **ack.data)
    if ack.status != "done":
        raise Refusal(ack.sentence, ack.code, **ack.data)
    return outcome.result
