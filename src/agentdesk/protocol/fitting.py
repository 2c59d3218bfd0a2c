"""Whether a command keeps to the bounds of its type, asked before it goes in the way in which the server will ask."""

from __future__ import annotations

import re

import msgspec

from agentdesk.domain.kernel import Command, Refusal
from agentdesk.domain.kernel.commands import command_spec

from .rows import decode_command
from .wire import MAX_FROM_DESK, BadMessage

MOST_BYTES = MAX_FROM_DESK // 2
"""A frame has a name and a number around it, and a message has other frames beside it."""
_AT = re.compile(r"`\$(.*)`\Z")
_NAME = re.compile(r"\.([a-z_]\w*)")
_LENGTH = re.compile(r"Expected `(\w+)` of length (<=|>=) (\d+)")
_NUMBER = re.compile(r"Expected `(?:int|float)` (<=|>=) (-?\d+)")
_pack = msgspec.msgpack.Encoder()


def fit(command: Command) -> Command:
    """The same command. Raises a `Refusal` (code `bounds`), which names the entry and its bound, if no server reads it.

    A command is made in code, where nothing checks it; a server reads it with the checks of its type.
    """
    try:
        args = _pack.encode(command)
        decode_command(command_spec(command).name, args, binary=True)
    except OverflowError:
        raise Refusal("A number in this is too large to be kept.", "bounds") from None
    except BadMessage as error:
        raise _refusal(str(error.__cause__)) from None
    if len(args) > MOST_BYTES:
        raise Refusal("This is too much to be sent at once. Make it shorter.", "bounds")
    return command


def _refusal(said: str) -> Refusal:
    """The decoder's words as a person reads them. A desk shows its own word for `entry`, the name of a field."""
    at = _AT.search(said)
    names = _NAME.findall(at[1]) if at else []
    entry = names[-1] if names else ""
    if length := _LENGTH.search(said):
        of, side, bound = length[1], length[2], int(length[3])
        if side == ">=":
            return Refusal("“{entry}” is too short: it needs at least {bound}.", "bounds", entry=entry, bound=bound)
        if of == "str":
            sentence = "“{entry}” is too long: at most {bound} characters fit. Make it shorter."
        else:
            sentence = "“{entry}” has too many parts: at most {bound} fit. Take some out."
        return Refusal(sentence, "bounds", entry=entry, bound=bound)
    if number := _NUMBER.search(said):
        bound = int(number[2])
        if number[1] == "<=":
            return Refusal("“{entry}” is too large: {bound} is the most.", "bounds", entry=entry, bound=bound)
        return Refusal("“{entry}” is too small: {bound} is the least.", "bounds", entry=entry, bound=bound)
    return Refusal("“{entry}” cannot be kept as it is written. Write it differently.", "bounds", entry=entry)
