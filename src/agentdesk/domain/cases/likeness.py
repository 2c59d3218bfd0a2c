"""Whether two customers may be one person: signs that are weighed, and named. It only suggests, it never links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

import msgspec

ENOUGH = 75
"""Of a hundred: from here on it is worth a look."""
ANYBODY = frozenset(
    [
        "info",
        "contact",
        "mail",
        "office",
        "support",
        "hello",
        "admin",
        "sales",
        "service",
        "kontakt",
        "team",
        "me",
        "home",
        "shop",
        "post",
        "web",
        "test",
    ]
)
"""Names before the @ that many have."""
OPEN_TO_ALL = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "gmx.ch",
        "web.de",
        "t-online.de",
        "freenet.de",
        "mail.ru",
        "yandex.ru",
        "qq.com",
        "163.com",
        "proton.me",
        "protonmail.com",
        "posteo.de",
        "mail.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "libero.it",
        "example.com",
        "example.org",
    ]
)
"""Where anybody can have an address: to share one of these says nothing."""
WEIGHTS = {"email": 100, "phone": 80, "handle": 80, "name": 45, "spelled": 35, "before": 40, "house": 30, "other": -60}


class Known(msgspec.Struct, frozen=True):
    """What is known of a customer."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


def signs(one: Known, other: Known) -> list[str]:
    """What speaks for one person, and against it.

    email, phone, handle: the same. name: alike. spelled: the name of one is in the address of the other, of whom no
    name is known. before: the same before the @. house: an address at the same company. other: the names differ.
    """
    mine, theirs = tokens(one.name), tokens(other.name)
    found = [sign for sign, same in (
        ("email", _share(map(_mailbox, one.emails), map(_mailbox, other.emails))),
        ("phone", _share(map(_digits, one.phones), map(_digits, other.phones))),
        ("handle", _share(map(_plain, one.handles), map(_plain, other.handles))),
    ) if same]  # fmt: skip
    alike = _alike(mine, theirs)
    if alike:
        found.append("name")
    if (not theirs and _spelled(mine, other.emails)) or (not mine and _spelled(theirs, one.emails)):
        found.append("spelled")
    if "email" not in found and _share(map(_before, one.emails), map(_before, other.emails)):
        found.append("before")
    if "email" not in found and _share(map(_house, one.emails), map(_house, other.emails)):
        found.append("house")
    if len(mine) > 1 and len(theirs) > 1 and not alike:
        found.append("other")
    return found


def likeness(one: Known, other: Known) -> tuple[int, list[str]]:
    """How much speaks for one person, of a hundred, and which signs do."""
    found = signs(one, other)
    return max(0, min(100, sum(WEIGHTS[sign] for sign in found))), found


def may_be_same(one: Known, other: Known) -> bool:
    """Whether it is worth a person's look."""
    return likeness(one, other)[0] >= ENOUGH


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name without accents, case and order."""
    text = name.casefold().replace("ø", "o").replace("ß", "ss").replace("æ", "ae").replace("ł", "l")
    text = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return tuple(sorted(re.findall(r"\w+", plain)))


def _alike(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether two names of two words or more are the same but for a slip, an initial or a middle name."""
    few, many = sorted((mine, theirs), key=len)
    if len(few) < 2:
        return False
    left = list(many)
    for word in few:
        hit = next((one for one in left if _same_word(word, one)), None)
        if hit is None:
            return False
        left.remove(hit)
    return sum(len(word) > 1 for word in few) >= 1


def _same_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short == long or (len(short) == 1 and long.startswith(short)):
        return True
    return len(short) > 3 and SequenceMatcher(None, short, long).ratio() >= 0.8 and short[0] == long[0]


def _spelled(name: tuple[str, ...], emails: tuple[str, ...]) -> bool:
    """Whether an address is made of a name: all of its words, or an initial and a long word."""
    if len(name) < 2:
        return False
    for email in emails:
        local = re.sub(r"[^a-z]", "", email.partition("@")[0].partition("+")[0].casefold())
        whole = all(word in local for word in name if len(word) > 1)
        if len(local) > 4 and whole and sum(len(word) for word in name if len(word) > 1) >= len(local) - 2:
            return True
    return False


def _share(some: Iterable[str], others: Iterable[str]) -> bool:
    return bool({one for one in some if one} & set(others))


def _mailbox(email: str) -> str:
    """The mailbox behind an address: a word after a plus leads to the same one, at Google dots mean nothing. A mailbox
    of many says nothing of one.
    """
    local, _, domain = email.casefold().partition("@")
    local = local.partition("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return "" if local in ANYBODY or not domain else f"{local}@{domain}"


def _digits(phone: str) -> str:
    """The last nine digits: the rest is how one writes country and exchange."""
    digits = re.sub(r"\D", "", phone)
    return digits[-9:] if len(digits) >= 8 else ""


def _plain(handle: str) -> str:
    return handle.casefold().removeprefix("@")


def _before(email: str) -> str:
    local = email.casefold().partition("@")[0].partition("+")[0].replace(".", "")
    return local if len(local) > 4 and local not in ANYBODY else ""


def _house(email: str) -> str:
    domain = email.casefold().partition("@")[2]
    return "" if domain in OPEN_TO_ALL else domain
