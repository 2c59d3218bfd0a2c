"""Masking: what a view hides is replaced by a value of its own type, which no command can carry."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, TypeVar

import msgspec

from .errors import Telling
from .records import FREE, Record, spec_of
from .values import dashed

R = TypeVar("R", bound=Record)
MARK = "\x00masked:"
"""Starts the text form of a masked value. `clean` takes NUL out of every text that a command brings, so a mask can be
neither typed nor sent back."""
_MASK = re.compile(r"\x00masked:([a-z]+)\x00")


class Masked:
    """A hidden value: a text like any other, for encoders take no other, between what no text may hold."""

    @staticmethod
    def of(data_class: str) -> str:
        """What stands in for a value of this class of personal data."""
        return f"{MARK}{data_class}\x00"

    @staticmethod
    def read(value: str) -> str:
        """The class that hides behind a value as a whole, or the empty text if something of it can be read."""
        found = _MASK.fullmatch(value)
        return found.group(1) if found else ""

    @staticmethod
    def shown(text: str, say: Callable[[str], str]) -> str:
        """The text for people: each mask in it replaced by what `say` calls its class."""
        return _MASK.sub(lambda found: say(found.group(1)), text) if MARK in text else text

    @staticmethod
    def spans(text: str) -> list[tuple[int, int, str]]:
        """Where masks stand in a text: (start, end, class)."""
        return [(*found.span(), found.group(1)) for found in _MASK.finditer(text)] if MARK in text else []


class Stamp(msgspec.Struct, frozen=True, array_like=True):
    """What was found out about a record when it was written: where its customer is at home, and which stretches of its
    free texts are personal data: (field, start, end, class); of a field that is a list, from element to element.
    """

    region: str = ""
    spans: tuple[tuple[str, int, int, str], ...] = ()


_stamp = msgspec.json.Decoder(Stamp).decode


def stamp_text(stamp: Stamp) -> str:
    """The stamp as a record carries it."""
    return msgspec.json.encode(stamp).decode()


@lru_cache(maxsize=4096)
def read_stamp(text: str) -> Stamp | None:
    """The stamp that a record carries; None if it never got one, or one that cannot be read."""
    try:
        return _stamp(text) if text else None
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


class View(msgspec.Struct, frozen=True):
    """What one group of desks sees alike: its name goes over the wire, its hidden classes decide the encoding.

    `hidden` is hidden everywhere, `away` also in records that are at home in another region.
    """

    role: str
    region: str = ""
    policy: int = 1
    hidden: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.role}/{dashed(self.region)}/{self.policy}"

    @property
    def masks(self) -> bool:
        """Whether anything can be hidden from it."""
        return bool(self.hidden or self.away)

    def hides(self, stamp: Stamp | None) -> frozenset[str]:
        """The classes that are hidden in a record with that stamp. What has none is at home nowhere."""
        at_home = stamp is not None and stamp.region in ("", self.region)
        return self.hidden if at_home else self.hidden | self.away


def masked(record: R, view: View) -> R:
    """The record as a view may see it. Only applies what is declared for the kind and stamped on the record: it decides
    nothing itself. A free text without a stamp is hidden whole.
    """
    if not view.masks:
        return record
    spec = spec_of(record)
    if not spec.classes:
        return record
    stamp = read_stamp(getattr(record, "stamp", "")) if spec.stamped else Stamp()
    hide = view.hides(stamp)
    shown = stamp is not None and not any(place[3] in hide for place in stamp.spans)
    if shown and hide.isdisjoint(_classes_of(type(record))):
        return record  # the common case, on the way to every desk: nothing in it is hidden from this view
    change: dict[str, Any] = {}
    for field, data_class in spec.classes.items():
        value = getattr(record, field)
        if not value:
            continue
        if data_class in hide or (data_class == FREE and stamp is None and hide):
            change[field] = _hidden(value, data_class)
        elif data_class == FREE and stamp is not None and stamp.spans:
            cuts = [(start, end, kind) for name, start, end, kind in stamp.spans if name == field and kind in hide]
            if cuts:
                change[field] = _cut(value, cuts, spec.limits[field])
    if not change:
        return record
    if spec.stamped:
        change["stamp"] = ""  # places and lengths of what is hidden are hidden too
    return msgspec.structs.replace(record, **change)


@cache
def _classes_of(cls: type[Record]) -> frozenset[str]:
    return frozenset(spec_of(cls).classes.values())


def _hidden(value: Any, data_class: str) -> Any:
    return Masked.of(data_class) if isinstance(value, str) else tuple(Masked.of(data_class) for _ in value)


def _cut(value: Any, cuts: list[tuple[int, int, str]], limit: int) -> Any:
    """The value with these stretches masked; stretches are in order and do not overlap. Masks may be longer than what
    they hide: a text that grows beyond its limit is hidden whole.
    """
    if not isinstance(value, str):
        hidden = {i: data_class for start, end, data_class in cuts for i in range(start, end)}
        return tuple(Masked.of(hidden[i]) if i in hidden else one for i, one in enumerate(value))
    parts: list[str] = []
    at = 0
    for start, end, data_class in cuts:
        parts += (value[at:start], Masked.of(data_class))
        at = end
    text = "".join((*parts, value[at:]))
    return text if len(text) <= limit else Masked.of(FREE)


class Told(Telling, frozen=True):
    """A field of a record in a refusal: whoever is refused reads it as their view of the record shows it."""

    record: Record
    field: str
    most: int = 200

    def to(self, view: View | None) -> str:
        """The text for a view; None for a place that holds only what its person may see."""
        record = self.record if view is None else masked(self.record, view)
        text = str(getattr(record, self.field))
        broken = [start for start, end, _ in Masked.spans(text) if start < self.most < end]  # a mask is whole or gone
        return text[: broken[0] if broken else self.most]
