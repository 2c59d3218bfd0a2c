"""Answers with changes laid over them: what a base says, corrected by records that have changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from .questions import Asked
from .records import Record

R = TypeVar("R", bound=Record)


def lay_over(
    asked: Asked[R],
    base: Sequence[R],
    changed: Mapping[str, Record | None],
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[R]:
    """A page of an answer. `base` is the base's own page of at least `limit + len(changed)` (or all there is) records
    after the same key; `changed` are the records of the question's kind that differ from the base (None: removed).
    """
    kept = [record for record in base if record.id not in changed]
    new = [record for record in changed.values() if record is not None and asked.matches(record)]
    if after is not None:
        new = [record for record in new if asked.before(after, asked.key(record))]
    if not new:
        return kept[:limit]
    joined = [*kept, *cast(list[R], new)]
    joined.sort(key=asked.key, reverse=asked.question.descending)
    return joined[:limit]
