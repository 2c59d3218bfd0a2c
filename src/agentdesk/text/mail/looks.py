"""Senders that want to be taken for somebody else: for us, or for a name that they only say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from agentdesk.text.emails import emails

from .heads import Head
from .records import Address, Receiver, key
from .remarks import Notes

_ALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһӏνοαρτκıɡ0135|",
    "aeopcyxijsdqwhlvoaptkigoiesl",
)
"""Signs to the Latin letter that they look like."""
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ij", "y"))
_SCRIPTS = re.compile(r"[^\W\d_]")


def look(head: Head, senders: Sequence[Address], reply_to: Sequence[Address], receiver: Receiver, notes: Notes) -> None:
    """Make the remarks that the envelope calls for."""
    sender = senders[0] if senders else Address()
    domain = _readable(sender.address.rpartition("@")[2].lower().rstrip("."))
    said = next((sender.name[span.start : span.end] for span in emails(sender.name)), "")
    if said and sender.address and key(said) != key(sender.address):
        notes.add("name-is-address", said)
    if _mixes_scripts(domain):
        notes.add("mixed-scripts", domain)
    if any(_looks_like(domain, own.lower()) for own in receiver.own_domains):
        notes.add("look-alike", domain)
    elsewhere = [person.address for person in reply_to if person.address]
    if sender.address and elsewhere and not any(_is_kin(_domain(one), _domain(sender.address)) for one in elsewhere):
        notes.add("reply-elsewhere", elsewhere[0])
    if not head.get("from"):
        notes.add("no-from")
    elif len({key(one.address) for one in senders}) > 1:
        notes.add("several-senders")


def _domain(address: str) -> str:
    return key(address).rpartition("@")[2]


def _is_kin(one: str, other: str) -> bool:
    """Whether two domains are one, or one lies in the other."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def _readable(domain: str) -> str:
    """A domain with its coded labels (RFC 3492) decoded; one that cannot be decoded stays."""
    return ".".join(map(_label, domain.split(".")))


def _label(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _mixes_scripts(domain: str) -> bool:
    """Whether one label has letters of Latin and of another script that has the same shapes."""
    return any(len({_script(sign) for sign in _SCRIPTS.findall(label)} - {""}) > 1 for label in domain.split("."))


def _script(sign: str) -> str:
    word = "LATIN" if sign.isascii() else unicodedata.name(sign, "").partition(" ")[0]
    return word if word in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE") else ""


def _looks_like(domain: str, own: str) -> bool:
    """Whether a domain that is not ours, nor lies in ours, holds ours as a part or reads like it."""
    if not domain or not own or domain == own or domain.endswith("." + own):
        return False
    if f".{own}." in f".{domain}." or own.replace(".", "-") in domain.split("."):
        return True
    ours, theirs = _skeleton(own), _skeleton(domain)
    return ours == theirs or (len(own) > 6 and _one_apart(ours, theirs))


def _skeleton(domain: str) -> str:
    text = unicodedata.normalize("NFKD", domain).translate(_ALIKE)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def _one_apart(one: str, other: str) -> bool:
    """Whether one sign is missing, too many, another, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
