"""What is typed on the page of routing, as values: words, whole numbers, names of teams and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.formfield import Field

T = TypeVar("T")


class Unclear(ValueError):
    """What was typed means nothing; the text is a sentence."""


def parts(text: str) -> tuple[str, ...]:
    """Words, one after another."""
    return tuple(part for part in (one.strip() for one in text.split(",")) if part)


def whole(text: str, low: int, high: int) -> int:
    """A whole number between two others."""
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and low <= int(text) <= high):
        raise Unclear(tr("Write a whole number from {low} to {high}.", low=low, high=high))
    return int(text)


def four(text: str, high: int) -> tuple[int, int, int, int]:
    """Four whole numbers, from low to urgent."""
    found = [whole(one, 0, high) for one in parts(text)]
    if len(found) != 4:
        raise Unclear(tr("Write four whole numbers, from low to urgent: 240, 60, 15, 5."))
    return found[0], found[1], found[2], found[3]


def ids(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of what is named, one after another; `names` has the name of each id."""
    by_name = {name.casefold(): id for id, name in names.items()}
    found = []
    for part in parts(text):
        if part.casefold() not in by_name:
            raise Unclear(
                tr("{name} is not known here. There are: {names}.", name=part, names=", ".join(names.values()))
            )
        found.append(by_name[part.casefold()])
    return tuple(dict.fromkeys(found))


def read(field: Field, understand: Callable[[str], T]) -> T | None:
    """What a field says; None, and a sentence below it, if it is unclear."""
    try:
        found = understand(field.text())
    except Unclear as unclear:
        field.show_wrong(str(unclear))
        return None
    field.show_wrong("")
    return found
