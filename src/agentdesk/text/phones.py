"""Telephone numbers in text: announced by words, in a form that only they have, or in use where people live."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import msgspec
import phonenumbers

from .cues import OTHER, PHONE, Cues
from .numbers import EXTENSION, Number
from .spans import Span

FEWEST, MOST = 6, 15
"""Digits of a number: E.164 allows fifteen; fewer than six are a desk's extension."""
REGIONS = {
    "en": ("US", "GB", "AU", "CA", "IN", "IE", "ZA"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH", "CA"),
    "es": ("ES", "MX", "AR", "CO", "CL"), "pt": ("BR", "PT"), "it": ("IT", "CH"), "nl": ("NL", "BE"), "pl": ("PL",),
    "sv": ("SE",), "da": ("DK",), "nb": ("NO",), "no": ("NO",), "fi": ("FI",), "cs": ("CZ",), "hu": ("HU",),
    "ro": ("RO",), "tr": ("TR",), "ru": ("RU",), "uk": ("UA",), "ja": ("JP",), "ko": ("KR",), "zh": ("CN", "TW", "HK"),
    "ar": ("SA", "AE", "EG"), "hi": ("IN",), "he": ("IL",), "el": ("GR",), "th": ("TH",), "vi": ("VN",),
}  # fmt: skip
"""Language → where its speakers' numbers are from."""
ANYWHERE = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "BR", "IN")
_PHONE, _OTHER = Cues(PHONE), Cues(OTHER)
_BETWEEN = re.compile(
    r"(?i)(?:\W{0,4}(?:is|me|us|him|her|at|on|back|number|no|nr|num|nummer|numéro|número|numero|n°|id|unter|ist|an|al|es|am|auf"
    r"|au|le|via|to|you)(?!\w)){0,4}\W{0,4}"
)
"""What may stand between such a word and its number."""
_AFTER = re.compile(r"(?i)[ \t,\\()-]{0,4}(?:fax|mobile|cell|office|phone|tel|home|work|privat|mobil|bureau|móvil)\b")
LOOK_BACK = 40
LOOKED_UP = 100
"""So many numbers of a text are looked up; in a text with more, what might be a telephone number is one."""
_MONEY = re.compile(r"\d{1,3}(?:[.]\d{3})+")


class Said(msgspec.Struct, frozen=True):
    """What a text says about its numbers: where words end that announce telephones, and where those of other things."""

    text: str
    phones: list[int]
    others: list[int]
    country: str = ""
    language: str = ""

    def announces(self, ends: list[int], start: int) -> bool:
        """Whether one of these words stands right before a number."""
        i = bisect_right(ends, start)
        return (
            i > 0 and start - ends[i - 1] <= LOOK_BACK and _BETWEEN.fullmatch(self.text, ends[i - 1], start) is not None
        )


def phones(text: str, numbers: Sequence[Number], country: str = "", language: str = "") -> Iterator[Span]:
    """The telephone numbers among chains of digits, with what makes them longer (extensions)."""
    likely = [number for number in numbers if number.whole and number.size >= FEWEST]
    if not likely:
        return
    cues, others = ([end for _, end in listed.find(text)] for listed in (_PHONE, _OTHER))
    said = Said(text, cues, others, country, language)
    for i, number in enumerate(likely):
        begin = 0
        for end in _cuts(text, number):
            if end > begin:
                yield from _phone(said, number, begin, end, asks=i < LOOKED_UP)
            begin = end


def _cuts(text: str, number: Number) -> Iterator[int]:
    """Groups with which a number of its own begins: after a wide gap, or where a + stands."""
    for i in range(1, len(number.groups)):
        gap = text[number.groups[i - 1][1] : number.groups[i][0]]
        if "+" in gap or "/ " in gap or (" - " in gap and len(number.of(i)) > 5):
            yield i
    yield len(number.groups)


def _phone(said: Said, number: Number, begin: int, end: int, *, asks: bool) -> Iterator[Span]:
    groups = [number.of(i) for i in range(begin, end)]
    if not FEWEST <= sum(map(len, groups)) <= MOST:
        return
    start, stop = number.groups[begin][0], number.groups[end - 1][1]
    while start > number.start and said.text[start - 1] in "(+":
        start -= 1
    if _is_phone(said, start, stop, groups, asks):
        more = EXTENSION.match(said.text, stop)
        yield Span(start, more.end() if more else stop, "contact", "phone")


def _is_phone(said: Said, start: int, stop: int, groups: list[str], asks: bool) -> bool:
    number = said.text[start:stop]
    if said.announces(said.phones, start) or _AFTER.match(said.text, stop):
        return True
    if said.announces(said.others, start):
        return False
    if number.startswith(("+", "00")):
        return sum(map(len, groups)) >= 8
    if "_" in number or _MONEY.fullmatch(number) or is_isbn(groups):
        return False
    return _looks_like_one(number, groups) or not asks or is_valid(number, said.country, said.language)


def _looks_like_one(said: str, groups: list[str]) -> bool:
    """Forms that hardly anything but a telephone number has."""
    sizes = [len(group) for group in groups]
    total = sum(sizes)
    if said.startswith("("):
        return total >= 7 and sizes[0] <= 5
    short = max(sizes) <= 5 and min(sizes) >= 2
    if said[0] == "0" and len(sizes) > 1:
        return total >= 8 and sizes[0] <= 5
    if sizes in ([3, 3, 4], [3, 4], [1, 3, 3, 4]):
        return True
    return len(sizes) >= 3 and short and 8 <= total <= 13 and sizes[0] <= 4


def is_isbn(groups: Sequence[str]) -> bool:
    """Whether this is the number of a book (ISO 2108), which looks like that of a telephone."""
    digits = "".join(groups)
    total = sum(int(sign) * (1 + 2 * (i % 2)) for i, sign in enumerate(digits))
    return len(digits) == 13 and digits[:3] in ("978", "979") and total % 10 == 0


def is_valid(said: str, country: str = "", language: str = "") -> bool:
    """Whether the number is in use in the customer's country, or where the customer's language is spoken."""
    if not country and sum(map(str.isdigit, said)) < 8:
        return False  # somewhere, any number with fewer digits rings
    for region in (country,) if country else REGIONS.get(language[:2].lower(), ANYWHERE):
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(said, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
