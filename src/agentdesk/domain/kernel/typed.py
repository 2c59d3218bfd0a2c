"""Words in a command that somebody typed, as the types of its fields tell them from ids and numbers."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Struct

from .values import inner_of, metas_of

SHORTEST = 200
"""A field that holds fewer characters, or has a pattern, is for ids, keys and the like."""


def typed_words(value: Struct) -> list[tuple[str, str]]:
    """(field, words) of all texts, in order, also of what lies within; empty ones are left out."""
    found: list[tuple[str, str]] = []
    for field, hint in _hints(type(value)):
        _collect(field, hint, getattr(value, field), found)
    return found


@cache
def _hints(cls: type[Struct]) -> tuple[tuple[str, Any], ...]:
    return tuple(get_type_hints(cls, include_extras=True).items())


def _collect(field: str, hint: Any, value: Any, found: list[tuple[str, str]]) -> None:
    if isinstance(value, Struct):
        found.extend(typed_words(value))
    elif isinstance(value, tuple | list):
        inner = inner_of(hint)
        for one in value:
            _collect(field, inner, one, found)
    elif isinstance(value, str) and value.strip() and _is_text(hint):
        found.append((field, value))


def _is_text(hint: Any) -> bool:
    metas = metas_of(hint)
    if any(meta.pattern or meta.extra for meta in metas):
        return False
    if any(meta.max_length is not None and meta.max_length >= SHORTEST for meta in metas):
        return True
    return any(_is_text(one) for one in get_args(hint) if get_origin(hint) is not Annotated)
