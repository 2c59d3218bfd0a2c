"""WordPiece: text into the pieces of words that the embedder knows, as BERT's uncased vocabularies expect it.

After Wu et al., "Google's Neural Machine Translation System" (2016), section 4.1, and BERT's published preparation of
texts: control characters go, Chinese characters stand alone, accents and capitals go, punctuation stands alone, and
each word is cut greedily into the longest pieces that are in the vocabulary.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

UNKNOWN, START, END = "[UNK]", "[CLS]", "[SEP]"
LONGEST_WORD = 100
"""Characters; what is longer is no word of any language, and is unknown as a whole."""
CACHE = 50_000
_IDEOGRAPHS = re.compile(
    "([\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b73f\U0002b740-\U0002b81f\U0002b920-\U0002ceaf"
    "\uf900-\ufaff\U0002f800-\U0002fa1f])"
)
_ASCII_WORDS = re.compile(r"[a-z0-9]+|[!-/:-@\[-`{-~]")


class WordPiece:
    """One vocabulary. Not for more than one thread at a time: it remembers words that it has cut."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown, self._start, self._end = (self._ids[name] for name in (UNKNOWN, START, END))
        self._known: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str, most: int) -> list[int]:
        """The numbers of the pieces between the marks of start and end; at most `most` with these two."""
        found = [self._start]
        for word in words(text):
            found += self._pieces(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._end]

    def _pieces(self, word: str) -> tuple[int, ...]:
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= CACHE:
                self._known.clear()
            known = self._known[word] = self._cut(word)
        return known

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            head = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if head + word[start:end] in self._ids), 0)
            if not end:
                return (self._unknown,)
            found.append(self._ids[head + word[start:end]])
            start = end
        return tuple(found)


def words(text: str) -> Iterator[str]:
    """The words and signs of a text, in small letters and without accents."""
    if text.isascii():
        plain = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or sign.isprintable())
        yield from _ASCII_WORDS.findall(plain.lower())
        return
    spaced = _IDEOGRAPHS.sub(r" \1 ", "".join(_clean(text)))
    bare = "".join(sign for sign in unicodedata.normalize("NFD", spaced) if unicodedata.category(sign) != "Mn")
    for word in "".join(sign.lower() for sign in bare).split():  # sign by sign: no rule for the end of a word
        yield from _apart(word)


def _clean(text: str) -> Iterator[str]:
    for sign in text:
        if sign in "\t\n\r" or sign.isspace():
            yield " "
        elif sign != "\ufffd" and not unicodedata.category(sign).startswith("C"):
            yield sign


def _apart(word: str) -> Iterator[str]:
    begin = 0
    for at, sign in enumerate(word):
        if _is_punctuation(sign):
            if begin < at:
                yield word[begin:at]
            yield sign
            begin = at + 1
    if begin < len(word):
        yield word[begin:]


def _is_punctuation(sign: str) -> bool:
    """Every sign of ASCII that is no letter or digit, and what Unicode calls punctuation."""
    return (sign.isascii() and not sign.isalnum()) or unicodedata.category(sign).startswith("P")
