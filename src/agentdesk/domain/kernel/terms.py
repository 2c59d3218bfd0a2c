"""Words that are looked for: how they are cut out of a text, and where in a text they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Annotated
from unicodedata import normalize

import msgspec

from .masking import Masked

_SIGNS = "\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
CJK = re.compile(f"([{_SIGNS}])")
"""Signs of scripts that put no space between words: each is a word of its own, and words are rows of them."""
MARKS = re.compile(f"[{_MARKS}]")
"""Marks that are no letters: accents that stand alone, vowel points of Hebrew and Arabic, the line that stretches."""
WORD = re.compile(r"\w+", re.UNICODE)
LATIN, CYRILLIC = re.compile("[0-9A-Za-z\u00c0-\u017e]+"), re.compile("[\u0400-\u04ff]+")
"""Words whose form in an index is known here as well."""
_TOKEN = re.compile(rf"[{_SIGNS}]|(?:(?![{_SIGNS}_])[\w{_MARKS}])+")
MAX_TERMS = 12
SHORTEST_START = 2
"""A single letter is taken for a word: what begins with it is most of all there is, and slow to gather."""
LONGEST, MOST_ALSO = 200, 24

Wanted = Annotated[str, msgspec.Meta(max_length=LONGEST)]


class Term(msgspec.Struct, frozen=True):
    """Something that a text must say (`without`: must not). More than one word stand side by side, in this order.

    `starts`: the last word may go on. `also`: other spellings that count as well.
    """

    text: Wanted
    starts: bool = False
    without: bool = False
    also: Annotated[tuple[Wanted, ...], msgspec.Meta(max_length=MOST_ALSO)] = ()

    def spellings(self) -> Iterable[tuple[list[str], bool]]:
        """The words of each spelling, as they are compared, and whether the last may go on."""
        for text in (self.text, *self.also):
            words = [word for word, _, _ in tokens(text)]
            if words:
                yield words, self.starts

    def spellings_in_index(self) -> list[tuple[str, bool]]:
        """The words of each spelling as an index takes them, and whether the last may go on."""
        found = (" ".join(WORD.findall(spaced(text))) for text in (self.text, *self.also))
        return [(phrase, self.starts) for phrase in found if phrase]


def spaced(text: str) -> str:
    """Text for an index: signs of scripts without spaces stand alone, so that any part of a word is found; and one
    spelling for what can be written with and without marks, or with marks of their own. What is masked is left out.
    """
    text = Masked.shown(text, lambda _: " ")
    return text if text.isascii() else CJK.sub(r" \1 ", MARKS.sub("", normalize("NFC", text)))


def indexed(word: str) -> str:
    """A word as the index has it, for scripts where that is easily told; else empty."""
    if LATIN.fullmatch(word):
        return MARKS.sub("", normalize("NFD", word)).lower()
    return word.lower() if CYRILLIC.fullmatch(word) else ""


def terms_of(text: str) -> tuple[Term, ...]:
    """A person's plain words as what is looked for: all must occur, the last may be unfinished."""
    parts = [part for part in text.split()[:MAX_TERMS] if WORD.search(spaced(part))]
    last = len(parts) - 1
    return tuple(Term(part[:LONGEST], at == last and unfinished(part, text)) for at, part in enumerate(parts))


def unfinished(word: str, text: str) -> bool:
    """Whether this last word of a text may go on: nothing follows it, and it is more than a sign or a letter."""
    found = WORD.findall(spaced(word))
    return bool(found) and len(found[-1]) >= SHORTEST_START and not text[-1:].isspace()


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as they are compared, each with where it begins and ends."""
    found = []
    for one in _TOKEN.finditer(text):
        word = normalize("NFC", one[0])
        plain = indexed(word) or MARKS.sub("", word).lower()
        if plain:
            found.append((plain, one.start(), one.end()))
    return found


def places(text: str, terms: Sequence[Term], most: int = 500) -> list[tuple[int, int]]:
    """Where a text says what is looked for (start, end), in order and none within another; at most so many."""
    if not terms or not text:
        return []
    cut = tokens(text)
    found = {place for term in terms if not term.without for place in islice(_runs(cut, term), most)}
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged[:most]


def says(text: str, terms: Sequence[Term]) -> bool:
    """Whether a text says all that it must, and nothing that it must not."""
    cut = tokens(Masked.shown(text, lambda _: " "))
    return all(any(True for _ in _runs(cut, term)) is not term.without for term in terms)


def _runs(cut: Sequence[tuple[str, int, int]], term: Term) -> Iterable[tuple[int, int]]:
    """Each place where the words of a spelling follow one another."""
    for words, starts in term.spellings():
        first, last = words[0], len(words) - 1
        for at in range(len(cut) - last):
            if last and cut[at][0] != first:
                continue
            if all(cut[at + i][0] == words[i] for i in range(last)) and _ends(cut[at + last][0], words[last], starts):
                yield cut[at][1], cut[at + last][2]


def _ends(said: str, wanted: str, starts: bool) -> bool:
    return said.startswith(wanted) if starts else said == wanted
