"""Suggestions of one person, on labelled pairs: what people do to names and addresses, and who only looks alike."""

from __future__ import annotations

import random
import unicodedata

import pytest

from agentdesk.domain.cases.likeness import Known, likeness, may_be_same

FIRST = [
    "Lena",
    "Tomás",
    "Priya",
    "Jonas",
    "Søren",
    "Zoë",
    "Mehmet",
    "Agnieszka",
    "François",
    "Ngozi",
    "Yuki",
    "Björn",
    "Maria",
    "Anna",
    "Peter",
    "Omar",
    "Ines",
    "Luca",
]
LAST = [
    "Sørensen",
    "Okafor",
    "Raman",
    "Beck",
    "Müller",
    "Nowak",
    "Dubois",
    "García",
    "Yılmaz",
    "Rossi",
    "Andersson",
    "Schmidt",
    "Novák",
    "O'Brien",
    "Kowalczyk",
    "Tanaka",
    "Eze",
    "Silva",
    "Fischer",
    "Weber",
]
PUBLIC = ("gmail.com", "web.de", "outlook.com", "yahoo.com", "gmx.de")
HOUSES = ("nordlicht.example", "acme.example", "baeckerei-beck.example", "stadtwerke.example")


def plain(text: str) -> str:
    text = text.replace("ø", "o").replace("ı", "i")
    return "".join(s for s in unicodedata.normalize("NFKD", text.lower()) if s.isascii() and s.isalnum())


def somebody(chance: random.Random) -> Known:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    given, family = plain(first), plain(last)
    odd = chance.choice(("sun", "blue", "rocket", "moon")) + chance.choice(("cat", "fish", "rider"))
    own = (f"{given}.{family}", f"{given}{family}{chance.randrange(99)}", f"{given[0]}.{family}")
    local = chance.choice((*own, f"{odd}{chance.randrange(9999)}"))
    domain = chance.choice(PUBLIC if chance.random() < 0.7 else HOUSES)
    phone = f"+49 {chance.randrange(150, 179)} {chance.randrange(1_000_000, 99_999_999)}"
    return Known(f"{first} {last}", (f"{local}@{domain}",), (phone,) if chance.random() < 0.6 else ())


def slip(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word)) if len(word) > 4 else 0
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at else word


def again(chance: random.Random, one: Known) -> Known:
    """The same person another time: name and address as people write them the second time."""
    first, _, last = one.name.partition(" ")
    turned = (f"{last} {first}", f"{last}, {first}", f"{first[0]}. {last}", f"{first} M. {last}")
    slips = (one.name.upper(), f"{plain(first)} {plain(last)}", f"{first} {slip(chance, last)}")
    name = chance.choice((one.name, *turned, *slips, ""))
    local, _, domain = one.emails[0].partition("@")
    how = chance.random()
    if one.phones and how < 0.35:
        digits = one.phones[0].replace(" ", "")
        at_home = digits.replace("+49", "0")
        written = chance.choice((digits, digits.replace("+49", "0049"), at_home, f"{digits[:6]}/{digits[6:]}"))
        return Known(name, (), (written,))
    if how < 0.65:
        return Known(name, (f"{local}+{chance.choice(('shop', 'news'))}@{domain}",))
    if how < 0.8 or not name:
        return Known(name, (one.emails[0].upper(),))
    return Known(one.name, (f"{local}@{chance.choice([d for d in PUBLIC if d != domain])}",))


def stranger(chance: random.Random, one: Known) -> Known:
    """Somebody else who shares something."""
    other, (first, _, last) = somebody(chance), one.name.partition(" ")
    kind = chance.randrange(6)
    if kind == 0:  # the same name, another person
        email = f"{chance.choice(('star', 'green'))}{chance.randrange(99999)}@{chance.choice(PUBLIC)}"
        return Known(one.name, (email,), other.phones)
    if kind == 1:  # a family with one telephone
        firsts = [f for f in FIRST if plain(f)[0] != plain(first)[0]]
        return Known(f"{chance.choice(firsts)} {last}", other.emails, one.phones)
    if kind == 2:  # colleagues
        return Known(other.name, (f"{plain(other.name.split()[0])}@{one.emails[0].partition('@')[2]}",))
    if kind == 3:  # a mailbox of many
        return Known(other.name, ("info@" + one.emails[0].partition("@")[2],))
    return other


def test_precision_and_recall_on_labelled_pairs() -> None:
    chance = random.Random(11)
    hits = missed = false = 0
    for _ in range(4_000):
        one = somebody(chance)
        if may_be_same(one, again(chance, one)):
            hits += 1
        else:
            missed += 1
        other = stranger(chance, one)
        if other.name != one.name or not set(other.emails) & set(one.emails):
            false += may_be_same(one, other)
    assert hits / (hits + false) >= 0.95, (hits, false)
    assert hits / (hits + missed) >= 0.90, (hits, missed)


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [
        (Known("", ("l.beck+a@gmail.com",)), Known("", ("lbeck@googlemail.com",)), ["email"]),
        (Known("Lena Beck", (), ("+49 30 1234567",)), Known("Beck, Lena", (), ("030/1234567",)), ["phone", "name"]),
        (Known("Søren Beck", ("s@acme.example",)), Known("Soren Beck", ("x@acme.example",)), ["name", "house"]),
    ],
)
def test_signs_are_named(one: Known, other: Known, signs: list[str]) -> None:
    points, found = likeness(one, other)
    assert found == signs
    assert points >= 75
    assert likeness(other, one) == (points, found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Known("Lena Beck"), Known("Lena Beck")),
        (Known("Lena", (), ()), Known("Lena")),
        (Known("Anna Beck", (), ("+4930123456789",)), Known("Peter Beck", (), ("+4930123456789",))),
        (Known("Anna Beck", ("info@acme.example",)), Known("Omar Eze", ("info@acme.example",))),
        (Known("", ("mail@gmail.com",)), Known("", ("mail@web.de",))),
        (Known(), Known()),
    ],
)
def test_weak_signs_suggest_nothing(one: Known, other: Known) -> None:
    assert not may_be_same(one, other)
