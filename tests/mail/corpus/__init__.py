"""Hostile and odd mails, each with what must come of it; written before the parser."""

from __future__ import annotations

from functools import cache

from . import breakages, charsets, clients, machines, names, pages, people, structures, times, words
from .making import Case

SORTS = (breakages, charsets, clients, machines, names, pages, people, structures, times, words)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every mail of the corpus, by sort; no two have one name."""
    return tuple(
        case._replace(name=f"{sort.__name__.rpartition('.')[2]}-{case.name}") for sort in SORTS for case in sort.cases()
    )
