"""Records: facts, frozen and typed, each of one kind, with one id and one home scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

R = TypeVar("R", bound="Record")
SCALARS = (str, int, float, bool)


class Record(msgspec.Struct, frozen=True):
    """A fact. `rev` is that of the transaction which last changed it; 0 while it is only a wish."""

    id: str
    scope: str
    rev: int


class RecordSpec(msgspec.Struct, frozen=True):
    """What the store, the wire and the server need to know of a kind of record."""

    kind: str
    cls: type[Record]
    fields: tuple[str, ...]
    types: tuple[Any, ...]
    row_type: Any
    nested: tuple[int, ...]
    """Positions of fields that are not scalars (stored as JSON)."""
    parent: tuple[str, str] | None
    """(field, kind): the record whose scope this one takes and with which it is shown and hidden."""
    carries: tuple[tuple[str, str], ...]
    """(field, kind): records shown wherever this one is shown."""
    searchable: tuple[str, ...]
    time: str
    """The field that says when: search answers newest first by it."""
    classes: Mapping[str, str]
    """Field → class of personal data, for masking."""
    follow: str
    """The field that names the record which has taken this one's place, if any."""
    added: Mapping[str, int]
    """Field → schema number in which it came; fields are only ever added at the end."""
    complete: bool
    """Every desk holds all records of this kind: one that is not there does not exist."""

    def width(self, schema: int) -> int:
        """How many of the fields a peer of that schema number knows."""
        if not self.added:
            return len(self.fields)
        return sum(1 for name in self.fields if self.added.get(name, 1) <= schema)


RECORDS: dict[str, RecordSpec] = {}
_BY_CLASS: dict[type, RecordSpec] = {}


def record(
    kind: str,
    *,
    parent: tuple[str, str] | None = None,
    carries: Mapping[str, str] | None = None,
    searchable: tuple[str, ...] = (),
    time: str = "",
    classes: Mapping[str, str] | None = None,
    follow: str = "",
    added: Mapping[str, int] | None = None,
    complete: bool = False,
) -> Callable[[type[R]], type[R]]:
    """Declare a kind of record; table, wire form, search and screen follow from it.

    Raises `RuntimeError` if the kind exists already.
    """

    def declare(cls: type[R]) -> type[R]:
        if kind in RECORDS:
            raise RuntimeError(f"record {kind} declared twice")
        hints = get_type_hints(cls, include_extras=True)
        names = cls.__struct_fields__
        types = tuple(hints[name] for name in names)
        spec = RecordSpec(
            kind=kind,
            cls=cls,
            fields=names,
            types=types,
            row_type=tuple.__class_getitem__(types),
            nested=tuple(i for i, hint in enumerate(types) if not is_scalar(hint)),
            parent=parent,
            carries=tuple((carries or {}).items()),
            searchable=searchable,
            time=time,
            classes=dict(classes or {}),
            follow=follow,
            added=dict(added or {}),
            complete=complete,
        )
        RECORDS[kind] = _BY_CLASS[cls] = spec
        return cls

    return declare


def spec_of(record_or_class: Record | type[Record]) -> RecordSpec:
    """The declaration behind a record or its class; `KeyError` if there is none."""
    cls = record_or_class if isinstance(record_or_class, type) else type(record_or_class)
    return _BY_CLASS[cls]


@cache
def is_carried(kind: str) -> bool:
    """Whether records of this kind are shown with those that name them, wherever these are."""
    return any(target == kind for spec in RECORDS.values() for _, target in spec.carries)


def is_scalar(hint: Any) -> bool:
    """Whether a field fits one SQL column as it is. A text that may be masked counts: the mask has a text form."""
    return plain(hint) in SCALARS


def plain(hint: Any) -> Any:
    """The type under `Annotated`."""
    while getattr(hint, "__metadata__", None) is not None and get_origin(hint) is not None:
        hint = get_args(hint)[0]
    return hint


class Put(msgspec.Struct, frozen=True):
    """This record is now so."""

    record: Record


class Remove(msgspec.Struct, frozen=True):
    """This record is no more."""

    cls: type[Record]
    id: str


class Fact(msgspec.Struct, frozen=True):
    """A measure for reports, kept on the server, never shown on a desk and never holding text."""

    name: str
    kind: str
    id: str
    value: int = 0
