"""Records at random, and a database in memory to keep them in."""

from __future__ import annotations

import random
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from sqlcipher3 import dbapi2

from agentdesk.domain.catalogue import QUESTIONS, RECORDS
from agentdesk.domain.kernel import Question, Record
from agentdesk.domain.kernel.records import plain
from agentdesk.store.records import Records
from agentdesk.store.shape import is_parameter
from agentdesk.store.tables import create_tables

WORDS = ("", "a", "b", "open", "solved", "snoozed", "held", "ä", "Z", "'", '"')


def database() -> Records:
    """Empty tables of all kinds."""
    conn = dbapi2.connect(":memory:", isolation_level=None)
    create_tables(conn)
    return Records(conn)


def value(hint: Any, chance: random.Random) -> Any:
    """A value of a field's type, one of few, so that records agree with each other and with questions."""
    hint = plain(hint)
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        parts = inner[:1] * chance.randrange(3) if inner[-1] is Ellipsis else inner
        return tuple(_within(part, chance) for part in parts)
    if get_origin(hint) is Literal:
        return chance.choice(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        fields = get_type_hints(hint, include_extras=True)
        return hint(**{name: _within(one, chance) for name, one in fields.items()})
    if hint is bool:
        return chance.random() < 0.5
    return chance.choice(WORDS) if hint is str else chance.choice((0, 1, 2, 3, 2**53 - 1))


def _within(hint: Any, chance: random.Random) -> Any:
    """A value of a structure within a record, whose bounds are looked at when it is read again."""
    (meta, *_) = (*(one for one in getattr(hint, "__metadata__", ()) if isinstance(one, msgspec.Meta)), msgspec.Meta())
    if plain(hint) is int and meta.le is not None:
        return chance.randint(int(meta.ge or 0), int(meta.le))
    if plain(hint) is float and meta.le is not None:
        return chance.uniform(meta.ge or 0, meta.le)
    least = meta.min_length or 0
    if least and get_origin(plain(hint)) is tuple:
        return tuple(_within(get_args(plain(hint))[0], chance) for _ in range(max(least, chance.randrange(3))))
    found = f"x{chance.randrange(9)}" if meta.pattern else value(hint, chance)
    return str(chance.randrange(9)).zfill(least) if isinstance(found, str) and len(found) < least else found


def some(kind: str, count: int, chance: random.Random) -> dict[str, Record]:
    """Records of a kind, by id."""
    spec = RECORDS[kind]
    made = {}
    for number in range(count):
        fields = {name: value(hint, chance) for name, hint in zip(spec.fields, spec.types, strict=True)}
        for field in ("status", "state"):
            if field in fields:
                fields[field] = chance.choice(("open", "snoozed", "solved", "held"))
        made[f"r{number}"] = spec.cls(**{**fields, "id": f"r{number}"})
    return made


def arguments(question: Question[Any], chance: random.Random) -> dict[str, Any]:
    """Values for a question's parameters."""
    spec = next(spec for spec in RECORDS.values() if spec.cls is question.cls)
    hints = dict(zip(spec.fields, spec.types, strict=True))
    wanted = [where for where in question.where if is_parameter(where.value)]
    return {where.value[1:]: value(hints[where.field], chance) for where in wanted}


EVERY = sorted(QUESTIONS)
