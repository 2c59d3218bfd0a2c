"""What was erased does not come back: told by those who know, asked by those who make something anew."""

from __future__ import annotations

from collections.abc import Callable

from .errors import Refusal
from .view import View

Bar = Callable[[View, str, str], bool]
_BARS: list[Bar] = []


def on_returning(bar: Bar) -> Bar:
    """Declare how to tell whether a record (kind, id) was erased for good."""
    _BARS.append(bar)
    return bar


def refuse_erased(view: View, kind: str, id: str) -> None:
    """Refuses to make a record anew that was erased: whoever still knows its id must begin with another one."""
    if any(bar(view, kind, id) for bar in _BARS):
        raise Refusal("All data about this person was erased. Begin a new conversation.", "erased")
