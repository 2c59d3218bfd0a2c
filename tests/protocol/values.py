"""Frames and records with every kind of value in them, built by Hypothesis from their types."""

from __future__ import annotations

from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from agentdesk.domain.catalogue import RECORDS
from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.records import plain

WHOLE = st.integers(0, 2**53 - 1)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    hint = plain(hint)
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return st.lists(of_type(inner[0]), max_size=3).map(tuple)
        return st.tuples(*map(of_type, inner))
    return {str: WORDS, int: WHOLE, bool: st.booleans(), float: st.floats(allow_nan=False)}[hint]


def records(kind: str) -> st.SearchStrategy[Record]:
    """Records of a kind."""
    spec = RECORDS[kind]
    hints = get_type_hints(spec.cls, include_extras=True)
    return st.builds(spec.cls, **{name: of_type(hints[name]) for name in spec.fields})
