"""What is typed into the line of a form, as a value: words one after another, whole numbers; or why it is unclear."""

from __future__ import annotations

from collections.abc import Callable
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
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and low <= int(text) <= high):
        raise Unclear(tr("Write a whole number from {low} to {high}.", low=low, high=high))
    return int(text)


def read(field: Field, understand: Callable[[str], T]) -> T | None:
    """What a field says; None, and a sentence below it, if it is unclear."""
    try:
        found = understand(field.text())
    except Unclear as unclear:
        field.show_wrong(str(unclear))
        return None
    field.show_wrong("")
    return found
