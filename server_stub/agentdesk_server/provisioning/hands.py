"""What the directory's thread does through others: commands go the way of all, rows are written where all are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

import msgspec
from scim2_models import ConflictException, InvalidValueException, SCIMException, UniquenessException

from agentdesk.domain.kernel import Actor, Command, Refusal
from agentdesk.domain.kernel.commands import command_spec
from agentdesk_server.authority import Authority, Submission
from agentdesk_server.writer import Writer

T = TypeVar("T")
DIRECTORY = Actor("directory", "system", "Directory", device="scim")
PATIENCE = 60


class Broken(SCIMException):
    """The server's own failure."""

    status = 500
    _default_detail = "The server could not do this. It was written to its log."


class Hands:
    """Used on a thread of its own; everything happens on the loop and on the authority's thread."""

    def __init__(self, writer: Writer, loop: asyncio.AbstractEventLoop) -> None:
        self._writer, self._loop = writer, loop

    def do(self, *commands: Command) -> None:
        """Have them decided, in order. Raises the first refusal as a `SCIMException`; those after it are done all
        the same.
        """
        told = [_submission(command) for command in commands]
        refused = [ack for ack in self._wait(self._all(told)) if ack.status != "done"]
        if refused:
            ack = refused[0]
            raise _problem(ack.code, str(Refusal(ack.sentence, **ack.data)))

    def write(self, work: Callable[[Authority], T]) -> T:
        """Run on the authority's thread."""
        found: T = self._wait(self._writer.call(work))
        return found

    async def _all(self, told: Iterable[Submission]) -> list[Any]:
        outcomes = await asyncio.gather(*map(self._writer.post, told))
        return [outcome.ack for outcome in outcomes]

    def _wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


def _submission(command: Command) -> Submission:
    args = msgspec.msgpack.encode(command)
    try:
        checked = msgspec.msgpack.decode(args, type=type(command))
    except msgspec.ValidationError as error:
        raise InvalidValueException(detail=str(error)) from None
    return Submission(DIRECTORY, command_spec(command).name, checked, args)


def _problem(code: str, sentence: str) -> SCIMException:
    match code:
        case "in_use":
            return UniquenessException(detail=sentence)
        case "last_admin":
            return ConflictException(detail=sentence)
        case "error":
            return Broken(detail=sentence)
        case _:
            return InvalidValueException(detail=sentence)
