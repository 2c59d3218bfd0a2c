"""What a region tells others of its own: the records masked at home, without what only its own desks need."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from ..kernel import Masked, MaskView, Record, masked, spec_of
from ..kernel.masking import Stamp, read_stamp, stamp_text

R = TypeVar("R", bound=Record)
KINDS = ("customer", "case", "conversation", "message", "attachment")
"""Kinds of records that are told, in the order in which they need one another."""
_KEPT: dict[str, dict[str, Any]] = {
    "customer": {"visitor": ""},
    "conversation": {"visitor": "", "site": ""},
    "message": {"device": "", "mentions": ()},
}
"""What stays at home whatever is pinned: it would name nobody and nothing there."""


def told(record: R, hidden: frozenset[str], home: str) -> R:
    """The record as another region may have it: classes in `hidden`, and what files hold, are masked."""
    view = MaskView("neighbour", hidden=hidden | {"file"})
    spec, shown = spec_of(record), masked(record, view)
    fields = dict(_KEPT.get(spec.kind, {}))
    if "home" in spec.fields:
        fields["home"] = home
    if spec.stamped:
        fields["stamp"] = _moved(record, shown, view.hidden)
    return msgspec.structs.replace(shown, **fields)


def _moved(record: Record, shown: Record, hidden: frozenset[str]) -> str:
    """The stamp of what can still be read: each place moves by what the masks before it are longer or shorter."""
    stamp = read_stamp(getattr(record, "stamp", ""))
    if stamp is None:
        return ""
    places: list[tuple[str, int, int, str]] = []
    field, shift = "", 0
    for name, start, end, data_class in stamp.spans:
        value = getattr(shown, name)
        if name != field:
            field, shift = name, 0
        if spec_of(record).classes[name] in hidden:
            continue
        if not isinstance(value, str):
            places += [(name, start, end, data_class)] if data_class not in hidden else []
        elif data_class in hidden:
            shift += len(Masked.of(data_class)) - (end - start)
        elif not Masked.read(value):
            places.append((name, start + shift, end + shift, data_class))
    return stamp_text(Stamp(stamp.region, tuple(places)))
