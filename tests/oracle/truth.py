"""What a person ought to see, worked out the slow and obvious way from all records."""

from __future__ import annotations

from functools import cache

from agentdesk.domain.kernel import RECORDS, Record, Share, held_scopes, masked, spec_of
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import Person
from agentdesk.store.records import Records

Key = tuple[str, str]
Shown = dict[str, dict[Key, Record]]


def everything(records: Records) -> dict[Key, Record]:
    """All records of a database."""
    ids: dict[str, list[str]] = {}
    for kind, id in records.conn.execute(_all_ids()):
        ids.setdefault(kind, []).append(id)
    return {(kind, id): record for kind in ids for id, record in records.get_many(kind, ids[kind]).items()}


@cache
def _all_ids() -> str:
    return " UNION ALL ".join(f"""SELECT '{kind}', id FROM "{kind}\"""" for kind in RECORDS)


def shown(records: dict[Key, Record]) -> Shown:
    """Scope → what it shows: its own, what is shared into it, and what those carry."""
    found: Shown = {}
    roots: dict[Key, set[str]] = {}
    for key, record in records.items():
        found.setdefault(record.scope, {})[key] = record
        roots.setdefault(key, set()).add(record.scope)
        if isinstance(record, Share):
            roots.setdefault((record.kind, record.record), set()).add(record.scope)
    for key, record in records.items():
        for field, kind in spec_of(record).carries:
            carried = (kind, getattr(record, field))
            if carried in records:
                roots.setdefault(carried, set()).update(roots[key])
    for key, record in records.items():
        spec = spec_of(record)
        root = (spec.parent[1], getattr(record, spec.parent[0])) if spec.parent else key
        for scope in roots.get(root, set()):
            found.setdefault(scope, {})[key] = record
    return found


def seen_by(person: Person, everything_shown: Shown) -> dict[Key, Record]:
    """What one person's desk must hold when it is up to date; no less and no more."""
    found: dict[Key, Record] = {}
    if person.active:
        for scope, _ in held_scopes(person.role, person.id, person.teams):
            mine = everything_shown.get(scope, {})
            found.update((key, masked(record, view_of(person.role, person.region))) for key, record in mine.items())
    return found
