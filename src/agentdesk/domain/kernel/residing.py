"""Residing: what another region keeps is only read here, and those whose data belongs there are not taken in here."""

from __future__ import annotations

from collections.abc import Callable

from .errors import Refusal
from .records import RECORDS, Record, spec_of
from .view import View

ELSEWHERE = "elsewhere"
"""The code of these refusals. What their commands say belongs in another region: no place keeps a word of it."""
Bar = Callable[[View, str], bool]
_BARS: list[Bar] = []


def home_of(view: View, record: Record) -> str:
    """The region that keeps a record, or the record on which it hangs; nothing if it is kept here."""
    parent = spec_of(record).parent
    root = view.get(RECORDS[parent[1]].cls, getattr(record, parent[0])) if parent else record
    return str(getattr(root, "home", ""))


def refuse_elsewhere(view: View, record: Record | None) -> None:
    """Refuses to work on what is kept in another region."""
    region = home_of(view, record) if record is not None else ""
    if region:
        raise Refusal(
            "This is kept in the region {region}. Here it can only be read: work on it there.",
            ELSEWHERE,
            region=region,
        )


def on_taking(bar: Bar) -> Bar:
    """Declare how to tell whether customers of a region may not be taken in here."""
    _BARS.append(bar)
    return bar


def refuse_foreign(view: View, region: str) -> None:
    """Refuses to keep here what customers of another region say, if that region has to keep it."""
    if region and any(bar(view, region) for bar in _BARS):
        raise Refusal(
            "Customers of the region {region} are served there: what they write is not kept here.",
            ELSEWHERE,
            region=region,
        )
