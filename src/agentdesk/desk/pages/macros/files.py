"""Macros as a JSON file, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from agentdesk.domain.cases.acting import Acts
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.macros import MOST_MACROS, AddMacro, Macro, Wordings

LARGEST = 20 * 1024 * 1024
FORMAT = "agentdesk.macros"


class Plain(msgspec.Struct, frozen=True):
    """One macro, without whose it is."""

    name: str
    texts: Wordings = ()
    acts: Acts = ()


class Bundle(msgspec.Struct, frozen=True):
    """What the file holds."""

    format: str
    version: int
    macros: tuple[Plain, ...]


def written(macros: Sequence[Macro]) -> bytes:
    """The file of these macros."""
    plain = tuple(Plain(one.name, one.texts, one.acts) for one in macros)
    return msgspec.json.format(msgspec.json.encode(Bundle(FORMAT, 1, plain)), indent=1)


def read(data: bytes, new_id: Callable[[], str]) -> list[AddMacro]:
    """The wishes that bring a file's macros in, as one's own. Raises `Refusal` for a file that is none."""
    if len(data) > LARGEST:
        raise Refusal("This file is too large to be one of macros.", "file")
    try:
        found = msgspec.json.decode(data, type=Bundle)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        raise Refusal("This is no file of macros: {why}", "file", why=str(error)[:200]) from None
    if (found.format, found.version) != (FORMAT, 1):
        raise Refusal("This file was written by something else, or by a newer version.", "file")
    if len(found.macros) > MOST_MACROS:
        raise Refusal("You have {most} macros. Remove one first.", "many", most=MOST_MACROS)
    return [AddMacro(macro=new_id(), name=one.name[:200], texts=one.texts, acts=one.acts) for one in found.macros]
