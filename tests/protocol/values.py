"""Frames and records with every kind of value in them, built by Hypothesis from their types."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.records import plain

WHOLE = st.integers(0, 2**53 - 1)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type, within the bounds that are told of it."""
    told = [meta for meta in getattr(hint, "__metadata__", ()) if isinstance(meta, msgspec.Meta)]
    hint = plain(hint)
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(of_type, get_args(hint)))
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        fields = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{name: of_type(one) for name, one in fields.items()})
    least = max((meta.min_length or 0 for meta in told), default=0)
    if any(meta.pattern for meta in told):
        return st.text("abc123", min_size=max(1, least), max_size=max(8, least))
    if hint is str and least:
        return st.text("abc ü", min_size=least, max_size=least + 8)
    if hint is int and told:
        return st.integers(told[0].ge or 0, told[0].le if told[0].le is not None else 2**53 - 1)
    if hint is float and told:
        return st.floats(told[0].ge, told[0].le, allow_nan=False)
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return st.lists(of_type(inner[0]), min_size=least, max_size=least + 3).map(tuple)
        return st.tuples(*map(of_type, inner))
    return {str: WORDS, int: WHOLE, bool: st.booleans(), float: st.floats(allow_nan=False)}[hint]


@cache  # building them takes longer than drawing from them
def records(kind: str) -> st.SearchStrategy[Record]:
    """Records of a kind."""
    spec = RECORDS[kind]
    hints = get_type_hints(spec.cls, include_extras=True)
    return st.builds(spec.cls, **{name: of_type(hints[name]) for name in spec.fields})
