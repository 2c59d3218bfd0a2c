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
    for pattern, data_class in _patterns(tuple(known[:MOST])):
        for found in pattern.finditer(text):
            yield Span(found.start(), found.end(), data_class, "known")


@lru_cache(maxsize=4096)
def _patterns(known: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    found: list[tuple[re.Pattern[str], str]] = []
    for value, data_class in known:
        value = " ".join(value.split())
        if not value:
            continue
        found.append((_pattern(value, len(value) > ALONE), data_class))
        if data_class == "name":
            found += [(_pattern(part, len(part) > ALONE), data_class) for part in parts(value)]
    return tuple(found)


def _pattern(value: str, any_case: bool) -> re.Pattern[str]:
    """The value with any space between its words; no part of a longer word, unless the script has no spaces."""
    body = r"[\s\u00a0]{1,3}".join(map(re.escape, value.split(" ")))
    before = "" if _SOLID.match(value[0]) else r"(?<!\w)"
    after = "" if _SOLID.match(value[-1]) else r"(?!\w)"
    return re.compile(before + body + after, re.IGNORECASE if any_case else 0)


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
