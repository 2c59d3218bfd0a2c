"""What is personal in a text stays here: signs stand in for it on its way to others, and it is put back after that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agentdesk.domain.kernel import Masked
from agentdesk.text.personal import find

_SIGN = re.compile(r"\[\s*\[\s*([0-9]{1,5})\s*\]\s*\]")


def covered(text: str, known: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """The text with `[[1]]`, `[[2]]` … in place of all that is personal or hidden in it, and what these stand for.
    `known` are values of the customer with their classes.
    """
    masks = [(start, end) for start, end, _ in Masked.spans(text)]
    spans = [*masks, *_between(text, masks, known)]
    spans += [found.span() for found in _SIGN.finditer(text)]  # what looks like one of ours
    parts, stood, at = list[str](), list[str](), 0
    for start, end in sorted(spans):
        if start < at:
            if end <= at:
                continue
            start = at
        stood.append(text[start:end])
        parts += (text[at:start], f"[[{len(stood)}]]")
        at = end
    return "".join((*parts, text[at:])), stood


def _between(text: str, masks: Sequence[tuple[int, int]], known: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """What is personal between the masks of a text."""
    found, at = list[tuple[int, int]](), 0
    for start, end in (*masks, (len(text), len(text))):
        found += [(at + one.start, at + one.end) for one in find(text[at:start], known)]
        at = end
    return found


def uncovered(text: str, stood: Sequence[str]) -> tuple[str, int]:
    """The translation with what the signs stand for, and how many of those are in it no more."""
    seen: set[int] = set()

    def put_back(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 0 < number <= len(stood):
            return found[0]
        seen.add(number)
        return stood[number - 1]

    return _SIGN.sub(put_back, text), len(stood) - len(seen)
