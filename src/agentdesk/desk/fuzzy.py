"""How well a few typed letters name something."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case without accents, so that `muller` finds Müller."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _starts(text: str) -> set[int]:
    return {at for at, sign in enumerate(text) if sign.isalnum() and (at == 0 or not text[at - 1].isalnum())}


def _scattered(query: str, text: str) -> int | None:
    """Letters in order, anywhere: worth more at word starts and side by side. None if one is missing."""
    starts, total, at, last = _starts(text), 0, -1, -2
    for sign in query:
        word = next((start for start in sorted(starts) if start > at and text[start] == sign), -1)
        beside = at + 1 if text[at + 1 : at + 2] == sign else -1
        at = beside if beside > 0 or (beside == 0 and at == -1) else word if word >= 0 else text.find(sign, at + 1)
        if at < 0:
            return None
        total += 8 if at in starts else 5 if at == last + 1 else 1
        last = at
    return total


def _loose(wanted: str, given: str, found: int) -> int:
    """Initials beat a part within a word; letters strewn thinly over a long text are chance, not a wish."""
    if len(wanted) > 1 and "".join(given[at] for at in sorted(_starts(given))).startswith(wanted):
        return 500 - min(len(given), 200)
    if found > 0:
        return 290 - min(len(given), 200)
    scattered = _scattered(wanted, given) or 0
    return scattered if scattered > 4 * len(wanted) + 1 else 0


def score(query: str, text: str) -> int:
    """0 if it does not match; a beginning beats a word's beginning, a part, scattered letters."""
    wanted, given = fold(query).strip(), fold(text)
    if not wanted:
        return 1
    found = given.find(wanted)
    if found == 0:
        return 1000 - min(len(given), 200)
    if found in _starts(given):
        return 700 - min(len(given), 200)
    words = wanted.split()
    if len(words) > 1:
        parts = [score(word, text) for word in words]
        return min(parts) // 2 if all(parts) else 0
    return _loose(wanted, given, found)
