"""Numbers as people write them: chains of digit groups with short separators; and the usual check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CHAIN = re.compile(r"\d(?:[ \-./()_]{0,3}\d)*")
_GROUP = re.compile(r"\d+")


class Number:
    """A chain: its groups of digits as (start, end). `whole` is False where a letter is stuck to one of its ends."""

    __slots__ = ("_text", "end", "groups", "size", "start", "whole")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self.start, self.end = text, start, end
        self.groups = [(m.start(), m.end()) for m in _GROUP.finditer(text, start, end)]
        self.size = sum(end - start for start, end in self.groups)
        before, after = text[start - 1 : start], text[end : end + 1]
        self.whole = not _is_letter(before) and (not _is_letter(after) or EXTENSION.match(text, end) is not None)

    def of(self, i: int) -> str:
        """The digits of a group."""
        return self._text[slice(*self.groups[i])]


EXTENSION = re.compile(r"(?i) ?,? ?(?:x|ext\.?|extension|durchwahl|poste|int\.?|доб\.?) ?\.?:? ?(\d{1,6})(?!\w)")
"""What may follow the number of a telephone."""


def chains(text: str) -> Iterator[Number]:
    """All chains of digits, each as long as it goes, with a plus and a bracket before it."""
    floor = 0
    for found in _CHAIN.finditer(text):
        start, end = found.span()
        start -= start > floor and text[start - 1] == "("
        lead = text[max(floor, start - 2) : start]
        yield Number(text, start - (lead[-1:] == "+" or 2 * (lead == "+ ")), end)
        floor = end


def _is_letter(sign: str) -> bool:
    """Signs of scripts without spaces are not stuck to a number: nothing else divides words there either."""
    return sign.isalpha() and not "\u2e80" <= sign <= "\uffef"


def luhn(digits: str) -> bool:
    """The check of ISO/IEC 7812-1, annex B."""
    total = 0
    for i, sign in enumerate(reversed(digits)):
        value = int(sign) << (i & 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def weighted(digits: Sequence[str] | str, weights: Sequence[int]) -> int:
    """The sum of digits, each times its weight; digits beyond the weights do not count."""
    return sum(int(sign) * weight for sign, weight in zip(digits, weights, strict=False))


def verhoeff(digits: str) -> bool:
    """Verhoeff's check (1969): digits are permuted by their place and multiplied in the dihedral group of order 10."""
    state = 0
    for i, sign in enumerate(reversed(digits)):
        value = int(sign)
        for _ in range(i % 8):
            value = PERMUTED[value]
        state = _times(state, value)
    return state == 0


PERMUTED = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _times(a: int, b: int) -> int:
    """The product in the dihedral group of order 10: 0 to 4 turn, 5 to 9 turn and mirror."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5
