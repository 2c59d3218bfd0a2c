"""Names that are known: found again in text, in any writing of capitals, also where scripts divide no words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from .spans import Span

MOST = 32
"""So many known values are looked for in one text."""
ALONE = 3
"""A part of a name that is shorter is looked for only as it is written: "Li" is a name, "li" may be a word."""
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SOLID = re.compile("[\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u0e00-\u0e7f]")
TITLES = frozenset(
    {
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sir",
        "madam",
        "herr",
        "frau",
        "hr",
        "fr",
        "m",
        "mme",
        "mlle",
        "sr",
        "sra",
    }
    | {
        "srta",
        "dhr",
        "mevr",
        "pan",
        "pani",
        "von",
        "van",
        "der",
        "den",
        "de",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "di",
    }
    | {"da", "do", "dos", "das", "del", "the", "and", "und", "y", "e", "jr", "ii", "iii"}
)
"""Words in names that are not telling by themselves."""


def names(text: str, known: Sequence[tuple[str, str]]) -> Iterator[Span]:
    """Where known values stand, whole or in parts. `known` holds (value, class of data)."""
    small = _small(text) if known else ""
    for value, begins, data_class in _wanted(tuple(known[:MOST])):
        if begins not in small:  # most names stand in no text at all
            continue
        if begins and len(small) == len(text):
            spans = _plainly(value.lower(), small) if len(value) > ALONE else _plainly(value, text)
        else:
            spans = (found.span() for found in _pattern(value).finditer(text))
        for start, end in spans:
            yield Span(start, end, data_class, "known")


def _plainly(value: str, text: str) -> Iterator[tuple[int, int]]:
    """Where an ASCII value stands in these capitals, as its pattern finds it: to make one takes longer than to look."""
    first, *others = value.split(" ")
    at, floor = text.find(first), 0
    while at >= 0:
        end = at + len(first)
        for word in others:
            begin = end + len(text[end : end + 4]) - len(text[end : end + 4].lstrip())
            end = begin + len(word) if 1 <= begin - end <= 3 and text.startswith(word, begin) else -1
            if end < 0:
                break
        if end >= 0 and not (_joins(text[at - 1 : at]) or _joins(text[end : end + 1])):
            yield at, end
            floor = end
        at = text.find(first, max(at + 1, floor))


def _joins(sign: str) -> bool:
    """Whether a sign beside a word would make it a longer one."""
    return sign.isalnum() or sign == "_"


def _small(text: str) -> str:
    """The text in small letters, also those signs that a pattern without regard to case takes for a Latin letter."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()


@lru_cache(maxsize=4096)
def _wanted(known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    """What to look for: a value or a part of one, a word that stands where it stands (empty: not known), its class."""
    found: list[tuple[str, str, str]] = []
    for value, data_class in known:
        value = " ".join(value.split())
        for part in (value, *(parts(value) if data_class == "name" else ())) if value else ():
            begins = part.partition(" ")[0]
            found.append((part, begins.lower() if begins.isascii() else "", data_class))
    return tuple(found)


@lru_cache(maxsize=4096)
def _pattern(value: str) -> re.Pattern[str]:
    """The value with any space between its words; no part of a longer word, unless the script has no spaces."""
    body = r"[\s\u00a0]{1,3}".join(map(re.escape, value.split(" ")))
    before = "" if _SOLID.match(value[0]) else r"(?<!\w)"
    after = "" if _SOLID.match(value[-1]) else r"(?!\w)"
    return re.compile(before + body + after, re.IGNORECASE if len(value) > ALONE else 0)


def parts(name: str) -> list[str]:
    """The words of a name that are telling by themselves: no titles, no single letters. A name of two to four signs
    without a space is family name and given name: either may stand alone.
    """
    solid = [sign for sign in name if _SOLID.match(sign)]
    if solid and len(solid) == len(name) and "\uac00" <= name[0] <= "\ud7af" and 2 < len(name) < 5:
        return [name[1:]]
    if solid and len(solid) == len(name) and 2 < len(name) < 6:
        return [name[:2], name[2:]] if len(name) > 3 else [name[1:], name[:2]]
    words = [word for word in _WORD.findall(name) if word.casefold() not in TITLES]
    return [word for word in words if len(word) > 1 and word != name]
