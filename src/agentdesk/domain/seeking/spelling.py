"""Other ways to write a word: umlauts spelled out, and words that are one slip of the finger away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from ..kernel.terms import Term, indexed, tokens

SPELLED = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("oe", "ø"), ("ae", "æ"), ("aa", "å"))
SHORTEST, LONG = 4, 8
"""Shorter words have too many neighbours; from `LONG` letters on two slips are forgiven."""
MOST, MOST_READ = 6, 60
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


class Vocabulary(Protocol):
    """The words of an index."""

    def knows(self, kind: str, word: str) -> bool: ...
    def word_from(self, kind: str, at: str) -> str: ...
    def word_after(self, kind: str, word: str) -> str: ...


def variants(text: str) -> tuple[str, ...]:
    """The same with umlauts spelled out, and with those that are: Mueller and Müller, Strasse and Straße."""
    lower = text.lower()
    apart, together, bare = lower, lower, lower
    for two, one in SPELLED:
        apart = apart.replace(one, two)
        together = together.replace(two, one)
    apart, together = apart.replace("ß", "ss"), together.replace("ss", "ß")
    bare = lower.replace("ss", "ß") if "ss" in lower else lower.replace("ß", "ss")
    return tuple(dict.fromkeys(one for one in (apart, together, bare) if one != lower))


def tolerant(term: Term) -> Term:
    """The term with the other ways to write it."""
    also = variants(term.text)
    return Term(term.text, term.starts, term.without, also) if also else term


def neighbours(words: Vocabulary, kind: str, term: Term) -> Iterator[str]:
    """Words of an index that may have been meant, and an empty one after each look, to draw breath at.

    Where the slip is in the front half, the whole word is made with each possible slip and looked up; where it is in
    the back half, the words with the same front are read. Numbers are never guessed, nor what the index knows.
    """
    cut = tokens(term.text)
    word = indexed(cut[0][0]) if len(cut) == 1 else ""
    if len(word) < SHORTEST or any(sign.isdigit() for sign in word) or words.knows(kind, word):
        return
    half, found = len(word) // 2, 0
    for one in _back(words, kind, word, half):
        yield one
        found += bool(one)
        if found == MOST:
            return
    for made in _slips(word, half + 1):
        known = words.knows(kind, made)
        yield made if known else ""
        found += known
        if found == MOST:
            return


def _back(words: Vocabulary, kind: str, word: str, half: int) -> Iterator[str]:
    front, allowed = word[:half], 2 if len(word) >= LONG else 1
    one = words.word_from(kind, front)
    for _ in range(MOST_READ):
        if not one.startswith(front):
            return
        yield one if distance(word, one, allowed) <= allowed else ""
        one = words.word_after(kind, one)


def _slips(word: str, front: int) -> Iterator[str]:
    """The word with one slip in its front part: two letters changed round, one left out, one wrong, one too many."""
    letters = CYRILLIC if "\u0400" <= word[0] <= "\u04ff" else LETTERS
    made = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(front) if i + 1 < len(word)]
    made += [word[:i] + word[i + 1 :] for i in range(front)]
    made += [word[:i] + one + word[i + 1 :] for i in range(front) for one in letters]
    made += [word[:i] + one + word[i:] for i in range(front) for one in letters]
    return iter(dict.fromkeys(one for one in made if one != word))


def distance(a: str, b: str, most: int) -> int:
    """How many slips lie between two words: letters left out, added, wrong or changed round (optimal string
    alignment, a form of the Damerau-Levenshtein distance); more than `most` is told as `most` + 1.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before, last = list(range(len(b) + 1)), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return min(last[-1], most + 1)
