"""Masking: what a view hides is replaced by a value of its own type, which no command can carry."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from .records import Record, spec_of

R = TypeVar("R", bound=Record)
MARK = "\x00masked:"
"""Starts the text form of a masked value. `clean` takes NUL out of every text that a command brings, so a mask can be
neither typed nor sent back."""


class Masked:
    """A hidden value: a text like any other, for encoders take no other, that begins with what no text may hold."""

    @staticmethod
    def of(data_class: str) -> str:
        """What stands in for a value of this class of personal data."""
        return MARK + data_class

    @staticmethod
    def read(value: str) -> str:
        """The class that hides behind a value, or the empty text if nothing is hidden."""
        return value[len(MARK) :] if value.startswith(MARK) else ""


class View(msgspec.Struct, frozen=True):
    """What one group of desks sees alike: its name goes over the wire, its hidden classes decide the encoding."""

    role: str
    region: str = ""
    policy: int = 1
    hidden: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.role}/{self.region or '-'}/{self.policy}"


def masked(record: R, view: View) -> R:
    """The record as a view may see it. Only applies classes declared with the record: it decides nothing itself."""
    classes = spec_of(record).classes
    hide = {f: Masked.of(c) for f, c in classes.items() if c in view.hidden and getattr(record, f)}
    return msgspec.structs.replace(record, **hide) if hide else record
