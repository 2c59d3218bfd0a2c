"""Payment data in text: card numbers (Luhn and issuer ranges) and bank accounts (IBAN, ISO 13616, mod 97)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .numbers import Number, luhn
from .spans import Span

ISSUERS: tuple[tuple[int, int, frozenset[int]], ...] = tuple(
    (low, high, frozenset(lengths))
    for low, high, lengths in (
        (400000, 499999, (13, 16, 19)),  # Visa
        (510000, 559999, (16,)),  # Mastercard
        (222100, 272099, (16,)),  # Mastercard, 2-series
        (340000, 349999, (15,)),  # American Express
        (370000, 379999, (15,)),
        (601100, 601199, (16, 17, 18, 19)),  # Discover
        (622126, 622925, (16, 17, 18, 19)),
        (644000, 659999, (16, 17, 18, 19)),
        (300000, 305999, (14, 16, 17, 18, 19)),  # Diners Club
        (309500, 309599, (14, 16, 17, 18, 19)),
        (360000, 369999, (14, 16, 17, 18, 19)),
        (380000, 399999, (14, 16, 17, 18, 19)),
        (352800, 358999, (16, 17, 18, 19)),  # JCB
        (620000, 629999, (16, 17, 18, 19)),  # UnionPay
        (810000, 817199, (16, 17, 18, 19)),
        (500000, 509999, (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro and national schemes
        (560000, 589999, (12, 13, 14, 15, 16, 17, 18, 19)),
        (600000, 600999, (16, 19)),
        (606282, 606282, (16,)),  # Hipercard
        (630000, 639999, (12, 13, 14, 15, 16, 17, 18, 19)),
        (670000, 679999, (12, 13, 14, 15, 16, 17, 18, 19)),
        (220000, 220499, (16, 17, 18, 19)),  # Mir
        (100000, 199999, (15,)),  # UATP
        (979200, 979289, (16,)),  # Troy
        (506099, 506198, (16, 18, 19)),  # Verve
        (508500, 508999, (16,)),  # RuPay
        (817200, 820199, (16,)),
    )
)
"""First and last issuer number (six digits, ISO/IEC 7812), and how many digits its cards have."""
_BY_START: dict[str, list[tuple[int, int, frozenset[int]]]] = {}
for _issuer in ISSUERS:
    for _start in range(_issuer[0] // 10_000, _issuer[1] // 10_000 + 1):
        _BY_START.setdefault(str(_start), []).append(_issuer)
FIRST = frozenset(start[0] for start in _BY_START)
LENGTHS = (16, 15, 19, 14, 13, 18, 17, 12)
"""Tried in this order: what is common before what is rare."""

_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
IBAN_LENGTH = {country: length for length, some in _COUNTRIES.items() for country in some.split()}
"""Country → characters of an account number there, from the registry of ISO 13616."""
_IBAN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2})[ -]?\d[ -]?\d(?=[ -]?[A-Za-z0-9])")
_NAMED = re.compile(r"(?i)\biban\b[^A-Za-z0-9]{0,4}(?:(?:is|no|nr|number|lautet|est|es|ist)\b\W{0,3}){0,2}")
_ACCOUNT = re.compile(r"[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z]{0,4}\d[A-Za-z0-9]{0,26}|[ -]?[A-Za-z]{4}(?=[ -]?\d)){2,9}")
MOST_GROUPS = 200
"""A chain with more groups is no single number but a list of them, and hidden whole."""
REACH = 3
"""A separator between two characters of an account number is at most so long."""


def cards(number: Number) -> Iterator[Span]:
    """Card numbers within a chain of digit groups. A card begins and ends where a group does."""
    if len(number.groups) > MOST_GROUPS:
        yield Span(number.start, number.end, "payment", "list")
        return
    begin = 0
    while begin < len(number.groups):
        end = begin if number.of(begin)[0] not in FIRST else _card(number, begin)
        if end > begin:
            yield Span(number.groups[begin][0], number.groups[end - 1][1], "payment", "card")
            begin = end
        else:
            begin += 1


def _card(number: Number, begin: int) -> int:
    """The group after a card that begins with this one, or `begin`."""
    ends: dict[int, int] = {}
    digits = ""
    for i in range(begin, min(begin + 19, len(number.groups))):
        digits += number.of(i)
        if len(digits) > max(LENGTHS):
            break
        ends[len(digits)] = i + 1
    for length in LENGTHS:
        if length in ends and is_card(digits[:length]):
            return ends[length]
    return begin


def is_card(digits: str) -> bool:
    """Whether these digits are a card number: an issuer's range and length, and Luhn's check (ISO/IEC 7812-1)."""
    issuers, length = _BY_START.get(digits[:2]), len(digits)
    if issuers is None or not any(low <= int(digits[:6]) <= high and length in some for low, high, some in issuers):
        return False
    return luhn(digits)


def ibans(text: str) -> Iterator[Span]:
    """Account numbers that add up; and whatever is called an IBAN and looks like one, though a digit may be wrong."""
    sure: set[int] = set()
    for found in _IBAN.finditer(text):
        end = _account_end(text, found.start())
        if end:
            sure.add(found.start())
            yield Span(found.start(), end, "payment", "iban")
    for said in _NAMED.finditer(text) if "ban" in text.lower() else ():
        account = _ACCOUNT.match(text, said.end())
        if account is not None and account.start() not in sure:
            yield Span(account.start(), account.end(), "payment", "iban")


def _account_end(text: str, start: int) -> int:
    """Where the account number that starts here ends; 0 if there is none."""
    length = IBAN_LENGTH.get(text[start : start + 2].upper(), 0)
    taken: list[str] = []
    i, gap = start, 0
    while i < len(text) and len(taken) < length and gap <= REACH:
        sign = text[i]
        if sign.isascii() and sign.isalnum():
            taken.append(sign)
            gap = 0
        elif sign in " -.\n":
            gap += 1
        else:
            return 0
        i += 1
    whole = length > 0 and len(taken) == length and not (i < len(text) and text[i].isascii() and text[i].isalnum())
    return i if whole and mod97("".join(taken)) == 1 else 0


def mod97(account: str) -> int:
    """The remainder of ISO 7064 MOD 97-10: 1 for an account number that adds up."""
    turned = account[4:] + account[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97
