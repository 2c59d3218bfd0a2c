"""Ids of mails in Message-ID, In-Reply-To and References (RFC 5322, 3.6.4), without their brackets."""

from __future__ import annotations

import re

from .limits import Limits
from .remarks import Notes
from .words import text_of

_ID = re.compile(r"<([^<>]{1,5000}+)>")
_COMMENT = re.compile(r"\([^()]{0,1000}+\)")
_BETWEEN = re.compile(r'[\s<>,;()"]+')
_LONGEST = 512 * 1024


def read(values: tuple[bytes, ...], notes: Notes, limits: Limits) -> tuple[str, ...]:
    """All ids of these fields, each once. Of too many, the first and the newest: they hold a thread together."""
    text = text_of(b" ".join(values)[:_LONGEST])
    text = _COMMENT.sub(" ", text) if "(" in text else text
    found = _ID.findall(text) or [one for one in _BETWEEN.split(text) if "@" in one[1:-1]]
    ids = dict.fromkeys(filter(None, (" ".join(one.split()) for one in found)))
    short = [one for one in ids if len(one) <= limits.id and one.isprintable()]
    if len(short) < len(ids):
        notes.add("long-header", "id")
    if len(short) > limits.references:
        notes.add("many-references")
        short = short[:1] + short[1 - limits.references :]
    return tuple(short)
