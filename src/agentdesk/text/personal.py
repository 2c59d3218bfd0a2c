"""Personal data in free text: what stands where, and of which class. Patterns with check digits, and known names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from .addresses import addresses
from .dates import births, dates
from .emails import emails
from .folding import fold
from .ids import ids
from .names import names
from .nearby import Nearby
from .numbers import chains
from .payment import cards, ibans
from .phones import phones
from .spans import MOST, Span, Taken

__all__ = ["Span", "find"]
VERSION = 1
"""Rises when what is found changes: texts that were stamped before may then be looked at again."""
FEWEST_DIGITS = 4
"""With fewer digits there is no number to find in a text, not even a day of birth."""


def find(text: str, known: Sequence[tuple[str, str]] = (), *, country: str = "", language: str = "") -> list[Span]:
    """All personal data in a text, in order, without overlaps, by places in the text as it is.

    `known` holds values that belong to the customer, as (value, class). `country` (ISO 3166-1) and `language`
    (ISO 639-1) say where numbers are likely to be from. Takes time in proportion to the text, whatever is in it.
    """
    folded = fold(text)
    plain, taken = folded.text, Taken()
    _take(taken, emails(plain))
    if sum(map(plain.count, "0123456789")) >= FEWEST_DIGITS:
        _take_numbers(taken, plain, country, language)
    _take(taken, names(plain, _folded(tuple(known))))
    if taken.is_full:
        return [Span(0, len(text), "identity", "list")]
    return [Span(*folded.back(span.start, span.end), span.data_class, span.kind) for span in taken.all()]


@lru_cache(maxsize=1024)
def _folded(known: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """What is known of one customer is looked for in all that is written with it."""
    return [(fold(value).text, data_class) for value, data_class in known]


def _take_numbers(taken: Taken, plain: str, country: str, language: str) -> None:
    """The sure before the likely: what adds up, what has a form of its own, what is announced, what may be dialled."""
    nearby = Nearby(plain)
    for span in _numbers(nearby.text, plain, country, language):
        if taken.is_full:
            return
        taken.add(nearby.back(span))


def _numbers(near: str, whole: str, country: str, language: str) -> Iterator[Span]:
    yield from ibans(near)
    found = list(chains(near))
    for number in found:
        yield from cards(number)
    yield from addresses(near)
    yield from births(near)
    yield from ids(near, country, whole)
    likely = list(phones(near, found, country, language))
    calendar = dates(near)[:MOST] if likely else []
    for span in likely:
        if not any(start < span.end and span.start < end for start, end in calendar):
            yield span


def _take(taken: Taken, spans: Iterable[Span]) -> None:
    for span in spans:
        if taken.is_full:
            return
        taken.add(span)
