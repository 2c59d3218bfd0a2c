"""One spelling for what people write in many: digits of all scripts, wide forms, odd spaces, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import msgspec

SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u30fc"
DOTS = "\u3002\uff61\u2024\u00b7\u2022\u2027\u30fb"
UNSEEN = {
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0x0300, 0x0370),
    *(0x00AD, 0x061C, 0x180E, 0xFEFF),
}
"""Characters without a shape of their own: joiners, marks of direction, soft hyphens, selectors, accents that stand
alone. They hide a number or a name from a pattern, never from a reader."""
ACCENTED = 0x2000
"""Letters below this that are a plain letter with accents count as the plain letter: names are written both ways."""
_ODD = re.compile(r"[^\x00-\x7f]")
FEW = 24
"""So many different signs are replaced one after another; with more of them one walk over the text takes less time."""

DIGITS_END = 0x20000
"""Beyond this are only ideographs and what no script uses. All programs load this: a million more signs take 0.1 s."""


class Folded(msgspec.Struct, frozen=True):
    """A text in one spelling, and the way back: `at[i]` is where its character i stood. None: where it stands now."""

    text: str
    at: list[int] | None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind a stretch of this; what is unseen within it belongs to it."""
        if self.at is None or start == end:
            return start, end
        return self.at[start], self.at[end - 1] + 1


def fold(text: str) -> Folded:
    """The text with each character replaced by its plain form, one for one, and without those that are not seen."""
    if text.isascii():
        return Folded(text.replace("\t", " "), None)
    plain = _plain(text)
    if "\0" not in plain:
        return Folded(plain, None)
    at = [i for i, sign in enumerate(plain) if sign != "\0"]
    return Folded(plain.replace("\0", ""), at)


def _plain(text: str) -> str:
    table, odd = _table(), set(_ODD.findall(text))
    if len(odd) > FEW:
        return text.translate(table)
    for sign in ("\t", *odd):  # a plain form is nothing that has another plain form
        form = table.get(ord(sign), sign)
        if form != sign:
            text = text.replace(sign, form)
    return text


@cache
def _table() -> dict[int, str]:
    """Character → its plain form, always one character; NUL, which no stored text holds, for what is not seen."""
    found = dict.fromkeys(UNSEEN, "\0")
    for code in range(0x80, ACCENTED):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and ord(parts[1]) in UNSEEN and parts[0].isalpha():
            found[code] = parts[0]
    for sign in filter(str.isdigit, map(chr, range(0x80, DIGITS_END))):
        if unicodedata.category(sign) in ("Nd", "No"):
            found[ord(sign)] = str(unicodedata.digit(sign))
    for code in range(0xFF01, 0xFF5F):  # wide forms of ASCII
        found[code] = chr(code - 0xFEE0)
    found |= {ord(sign): " " for sign in SPACES}
    found |= {ord(sign): "-" for sign in DASHES}
    found |= {ord(sign): "." for sign in DOTS}
    return found
