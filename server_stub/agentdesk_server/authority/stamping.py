"""Stamps: what is personal in a record's free texts is found once, when the record is written, and kept with it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from agentdesk.domain.kernel import Record, spec_of
from agentdesk.domain.kernel.masking import MARK, Stamp, read_stamp, stamp_text
from agentdesk.domain.kernel.records import CLASSES, FREE
from agentdesk.text.personal import Span, find
from agentdesk.text.rich import as_read, lines_of

log = logging.getLogger(__name__)
R = TypeVar("R", bound=Record)
Find = Callable[[str, str], Record | None]
DEPTH = 3
"""A message speaks of a case, a case of a customer: no record is further away from whom it is about."""
Place = tuple[str, int, int, str]


def stamped(record: R, old: Record | None, look_up: Find) -> R:
    """The record with its stamp. `old` is what it was: texts that did not change keep what was found in them.

    Where looking fails, the record is written without a stamp, and so hidden: a mistake here must neither lose a
    customer's words nor show them. The log gets no word of the text.
    """
    spec = spec_of(record)
    if not spec.stamped:
        return record
    try:
        stamp = _stamp(record, old, look_up)
    except Exception as error:
        log.error("a %s could not be stamped: %s", spec.kind, type(error).__name__)
        stamp = ""
    return msgspec.structs.replace(record, stamp=stamp)


def _stamp(record: Record, old: Record | None, look_up: Find) -> str:
    spec = spec_of(record)
    about = list(_lineage(record, look_up, DEPTH))
    away = any(getattr(one, "home", "") for one in about)  # its own region has found more than can be found here
    before = read_stamp(getattr(record if away else old, "stamp", ""))
    same_names = old is not None and _known([old]) == _known([record])
    spans: list[Place] = []
    known = _known(about)
    for field, data_class in spec.classes.items():
        if data_class == FREE and getattr(record, field):
            kept = [place for place in before.spans if place[0] == field] if before else []
            if away:
                spans += _merged([*_within(kept, getattr(record, field)), *_found(record, field, known, [])])
                continue
            changed = before is None or getattr(old, field) != getattr(record, field)
            if same_names and not changed:
                spans += kept
            else:
                spans += _found(record, field, known, [] if changed else kept)
    region = next(filter(None, (getattr(one, "region", "") for one in about)), "")
    return stamp_text(Stamp(region, tuple(spans)))


def _lineage(record: Record, look_up: Find, depth: int) -> Iterable[Record]:
    """The record, and those it is about: nearest first."""
    yield record
    for field, kind in spec_of(record).about if depth else ():
        other = look_up(kind, getattr(record, field))
        if other is not None:
            yield from _lineage(other, look_up, depth - 1)


def _known(records: Iterable[Record]) -> list[tuple[str, str]]:
    """What is known of the customer: values of fields that hold nothing else."""
    found: dict[tuple[str, str], None] = {}
    for record in records:
        for field, data_class in spec_of(record).classes.items():
            value: Any = getattr(record, field)
            if data_class not in (FREE, "file") and isinstance(value, str) and value and MARK not in value:
                found[value, data_class] = None
    return list(found)


def _found(record: Record, field: str, known: list[tuple[str, str]], kept: list[Place]) -> list[Place]:
    language = getattr(record, "language", "")
    value: Any = getattr(record, field)
    if isinstance(value, tuple):
        return [(field, i, i + 1, _gravest(spans)) for i, one in enumerate(value) if (spans := find(one, known))]
    places = [(field, span.start, span.end, span.data_class) for span in find(value, known, language=language)]
    return _merged([*kept, *places, *_behind_signs(field, value, known, language)])


def _behind_signs(field: str, value: str, known: list[tuple[str, str]], language: str) -> list[Place]:
    """What is found when the signs of Markdown are not there: a number of which a part is bold is a number."""
    read = as_read(lines_of(value))
    if read.words == value:
        return []
    spans = ((read.source(span.start, span.end), span) for span in find(read.words, known, language=language))
    return [(field, *place, span.data_class) for place, span in spans if place is not None]


def _within(places: list[Place], value: Any) -> list[Place]:
    """The places as far as they lie in the text: who brought them is not taken at their word."""
    inside = [(field, max(0, start), min(end, len(value)), kind) for field, start, end, kind in places]
    return [place for place in inside if place[1] < place[2] and place[3] in CLASSES]


def _gravest(spans: list[Span]) -> str:
    """One class for all that was found in a short text."""
    order = ("health", "payment", "identity", "contact", "name")
    return min((span.data_class for span in spans), key=order.index)


def _merged(places: list[Place]) -> list[Place]:
    """In order and without overlaps: what was found earlier stays, what is found now fills the gaps."""
    kept: list[Place] = []
    for field, start, end, data_class in sorted(places, key=lambda place: (place[1], -place[2])):
        begin = max(start, kept[-1][2]) if kept else start
        if begin < end:
            kept.append((field, begin, end, data_class))
    return kept
