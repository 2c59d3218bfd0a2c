"""Records: facts, frozen and typed, each of one kind, with one id and one home scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

R = TypeVar("R", bound="Record")
SCALARS = (str, int, float, bool)
FREE = "free"
"""The class of texts that people write: what in them is personal data is stamped on the record when it is written."""
CLASSES = ("name", "contact", "payment", "health", "identity", FREE, "file")
"""Classes of personal data. `file` is what a file holds, in which nothing can be looked for."""


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
    """Field → class of personal data, for masking. Texts that are in none are public."""
    limits: Mapping[str, int]
    """How long the values of these fields may be."""
    about: tuple[tuple[str, str], ...]
    """(field, kind): the records that say of whom this one speaks: by them its region and the names in it are known."""
    stamped: bool
    """Whether it carries a stamp: a field, `stamp`, that only the server fills."""
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
    public: tuple[str, ...] = (),
    about: Mapping[str, str] | None = None,
    follow: str = "",
    added: Mapping[str, int] | None = None,
    complete: bool = False,
) -> Callable[[type[R]], type[R]]:
    """Declare a kind of record; table, wire form, search and screen follow from it.

    Every field that can hold text is either in `classes` (field → class of personal data) or in `public`: ids, states,
    names of teams and colleagues. The record's own id and scope are public. Raises `RuntimeError` if one is in neither,
    and if the kind exists already.
    """

    def declare(cls: type[R]) -> type[R]:
        if kind in RECORDS:
            raise RuntimeError(f"record {kind} declared twice")
        hints = get_type_hints(cls, include_extras=True)
        names = cls.__struct_fields__
        types = tuple(hints[name] for name in names)
        _check_classes(kind, hints, classes or {}, public)
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
            limits={name: _limit(hints[name]) for name in classes or {}},
            about=tuple({**dict((parent,) if parent else ()), **(carries or {}), **(about or {})}.items()),
            stamped="stamp" in names,
            follow=follow,
            added=dict(added or {}),
            complete=complete,
        )
        RECORDS[kind] = _BY_CLASS[cls] = spec
        return cls

    return declare


def _check_classes(kind: str, hints: Mapping[str, Any], classes: Mapping[str, str], public: tuple[str, ...]) -> None:
    """Deny by default: a text of which nobody has said what it holds is not let into the program."""
    told = {*classes, *public}
    open_ = [n for n, hint in hints.items() if n not in ("id", "scope", "stamp") and n not in told and holds_text(hint)]
    if open_:
        raise RuntimeError(f"record {kind}: say of {', '.join(open_)} which class of personal data it is, or public")
    if unknown := {*classes.values()} - {*CLASSES}:
        raise RuntimeError(f"record {kind}: {', '.join(sorted(unknown))} is no class of personal data")
    if nested := [n for n in classes if not _is_text_or_texts(hints[n])]:
        raise RuntimeError(f"record {kind}: only texts and lists of texts can be masked, not {', '.join(nested)}")
    if FREE in classes.values() and "stamp" not in hints:
        raise RuntimeError(f"record {kind}: free text needs a field for its stamp")


def _is_text_or_texts(hint: Any) -> bool:
    parts = get_args(plain(hint))
    return plain(hint) is str or (get_origin(hint) is tuple and parts[1:] == (...,) and plain(parts[0]) is str)


def _limit(hint: Any) -> int:
    """The most characters that a text may have; many, if nothing is said."""
    found = [meta.max_length for meta in getattr(hint, "__metadata__", ()) if getattr(meta, "max_length", None)]
    return min(found, default=1 << 30)


def holds_text(hint: Any) -> bool:
    """Whether a value of this type can hold text, at any depth."""
    hint = plain(hint)
    if hint is str or hint is Any:
        return True
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return any(map(holds_text, get_type_hints(hint, include_extras=True).values()))
    return any(holds_text(part) for part in get_args(hint) if part is not ...)


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
    """This record is no more.

    `how`: deleted; erased, so that those who showed it keep nothing of it, neither drafts nor files; everywhere:
    erased, and every desk is told of it, for it may have kept something of what it shows no longer.
    """

    cls: type[Record]
    id: str
    how: Literal["deleted", "erased", "everywhere"] = "deleted"


class Fact(msgspec.Struct, frozen=True):
    """A measure for reports, kept on the server, never shown on a desk and never holding text."""

    name: str
    kind: str
    id: str
    value: int = 0
