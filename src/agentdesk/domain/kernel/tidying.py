"""Names, titles and other short texts as a command brings them, without what could turn the sentence around them."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from .values import inner_of, metas_of, upright

S = TypeVar("S", bound=Struct)
LONGEST = 500
"""What may be longer is a text with lines of its own: nobody else's words stand beside it."""
_Place = tuple[str, Any]


def tidied(value: S) -> S:
    """The same, with `upright` texts wherever a type says that they are short; nothing is made anew without need."""
    changed = {}
    for field, hint in _places(type(value)):
        old = getattr(value, field)
        new = _tidied(hint, old)
        if new is not old:
            changed[field] = new
    return replace(value, **changed) if changed else value


def _tidied(hint: Any, value: Any) -> Any:
    if isinstance(value, str):
        return upright(value) if _is_short(hint) else value
    if isinstance(value, Struct):
        return tidied(value)
    if isinstance(value, tuple):
        inner = inner_of(hint)
        made = tuple(_tidied(inner, one) for one in value)
        return value if all(new is old for new, old in zip(made, value, strict=True)) else made
    return value


@cache
def _places(cls: type[Struct]) -> tuple[_Place, ...]:
    """The fields that may hold such a text, with their types."""
    return tuple((field, hint) for field, hint in get_type_hints(cls, include_extras=True).items() if _may_hold(hint))


def _may_hold(hint: Any) -> bool:
    if isinstance(hint, type):
        return issubclass(hint, Struct)
    if get_origin(hint) is Annotated and get_args(hint)[0] is str:
        return _is_short(hint)
    return any(map(_may_hold, get_args(hint)))


def _is_short(hint: Any) -> bool:
    if metas := metas_of(hint):
        short = any(meta.max_length is not None and meta.max_length <= LONGEST for meta in metas)
        return short and not any(meta.pattern or meta.extra for meta in metas)
    return any(_is_short(one) for one in get_args(hint))
