"""What an operator's requests have in common: a typed request, a result to print, and a sentence for why not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from agentdesk.domain.kernel import Refusal
from agentdesk.domain.kernel.zones import zone_named
from agentdesk.store.crypt import disk_words

T = TypeVar("T")
Text = Annotated[str, Meta(min_length=1, max_length=200)]
_BOUND = re.compile(r"^Expected `(str|int|array|object)`(?: of length)? (<=|>=) (-?\d+)(?: - at `\$\.?([^`]*)`)?$")
_COUNTED = {"str": " characters", "int": "", "array": " entries", "object": " entries"}


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="action", forbid_unknown_fields=True):
    """Something to be done."""


class Cannot(Exception):
    """Why it was not done; the text is a sentence for the operator."""


class Result(msgspec.Struct, frozen=True):
    """What came of a request: what to print, and rows for programs."""

    text: str = ""
    rows: list[dict[str, Any]] = []


def checked(wish: T, kind: Any) -> T:
    """The wish, read as its type says: what goes through a door and what is done directly have the same bounds. Raises
    `Cannot`.
    """
    try:
        found: T = msgspec.msgpack.decode(msgspec.msgpack.encode(wish), type=kind)
    except UnicodeEncodeError:
        raise Cannot("Some of these bytes are no UTF-8 text. Write it in UTF-8.") from None
    except OverflowError:
        raise Cannot("A number is too large. Give a smaller one.") from None
    except msgspec.ValidationError as error:
        raise Cannot(bound_words(str(error))) from None
    return found


def bound_words(said: str) -> str:
    """What msgspec says of a bound, such as "Expected `int` <= 7 - at `$.days`", for people; else as it is."""
    found = _BOUND.match(said)
    if found is None:
        return said
    kind, sign, number, place = found.groups()
    word = "at most" if sign == "<=" else "at least"
    return f"{place or 'This'}: {word} {number}{_COUNTED[kind]}, please."


def zone_in_words(name: str) -> None:
    """Raises `Cannot` for a time zone that nobody knows here."""
    try:
        zone_named(name)
    except Refusal as refusal:
        raise Cannot(str(refusal)) from None


@contextmanager
def told_plainly() -> Iterator[None]:
    """For as long as it lasts, a disk that is full or broken is a sentence. Raises `Cannot`."""
    try:
        yield
    except Exception as error:
        if words := disk_words(error):
            raise Cannot(words) from None
        raise


def moment(ms: int) -> str:
    """A moment (ms, UTC) as an operator reads and sorts it; "-" for never."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds") if ms else "-"


def listed(rows: list[dict[str, Any]]) -> Result:
    """A line for each row, its values apart by tabs."""
    return Result("\n".join("\t".join(str(value) for value in row.values()) for row in rows), rows)
