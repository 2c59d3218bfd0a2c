"""What is found in free text, in which class, in whichever spelling; and what is left alone."""

from __future__ import annotations

import re
import sys
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentdesk.text import addresses, cues, dates, emails, names, nearby, numbers, payment, personal, phones
from agentdesk.text.folding import DIGITS_END, fold
from agentdesk.text.ids import finding, table
from agentdesk.text.names import parts
from agentdesk.text.payment import is_card, mod97
from agentdesk.text.personal import find
from agentdesk.text.spans import MOST, Span, Taken

FOUND: dict[str, tuple[str, str, str]] = {
    # text: (what is found, its class, its sort)
    "Charge 4111111111111111 please": ("4111111111111111", "payment", "card"),
    "card 4111-1111-1111-1111 exp 12/25 cvv 123": ("4111-1111-1111-1111", "payment", "card"),
    "Amex 3782 822463 10005": ("3782 822463 10005", "payment", "card"),
    "Visa4111111111111111": ("4111111111111111", "payment", "card"),
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1": ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "payment", "card"),
    "Karte ４１１１ １１１１ １１１１ １１１１ läuft ab": ("４１１１ １１１１ １１１１ １１１１", "payment", "card"),
    "card ٤١١١ ١١١١ ١١١١ ١١١١": ("٤١١١ ١١١١ ١١١١ ١١١١", "payment", "card"),
    "4111\u200b1111\u200b1111\u200b1111": ("4111\u200b1111\u200b1111\u200b1111", "payment", "card"),
    "4111\u00a01111\u202f1111\u20111111": ("4111\u00a01111\u202f1111\u20111111", "payment", "card"),
    "auf DE89 3704 0044 0532 0130 00 bitte": ("DE89 3704 0044 0532 0130 00", "payment", "iban"),
    "pay to gb82west12345698765432.": ("gb82west12345698765432", "payment", "iban"),
    "my IBAN is DE88370400440532013000": ("DE88370400440532013000", "payment", "iban"),
    "write to anna.b+x@example.co.uk, ok?": ("anna.b+x@example.co.uk", "contact", "email"),
    "jörg@müller.example is me": ("jörg@müller.example", "contact", "email"),
    "用户@例え.テスト まで": ("用户@例え.テスト", "contact", "email"),
    "user＠example．com": ("user＠example．com", "contact", "email"),
    "anna at example dot com": ("anna at example dot com", "contact", "email"),
    "anna [at] example [dot] com": ("anna [at] example [dot] com", "contact", "email"),
    'he is "anna b"@example.com': ('"anna b"@example.com', "contact", "email"),
    "call me at +49 (0)30 1234567": ("+49 (0)30 1234567", "contact", "phone"),
    "ruf mich an 0171 2345678": ("0171 2345678", "contact", "phone"),
    "(978)645-9740x11144 mobile": ("(978)645-9740x11144", "contact", "phone"),
    "電話03-1234-5678": ("03-1234-5678", "contact", "phone"),
    "fax: 555 0199": ("555 0199", "contact", "phone"),
    "blocked at 10.218.6.131!": ("10.218.6.131", "contact", "ip"),
    "from fe80::1ff:fe23:4567:890a": ("fe80::1ff:fe23:4567:890a", "contact", "ip"),
    "born on 12 March 1980": ("12 March 1980", "identity", "birth"),
    "dob: 03/12/80": ("03/12/80", "identity", "birth"),
    "生年月日 1980年3月12日": ("1980年3月12日", "identity", "birth"),
    "né le 12/03/1980 à Lyon": ("12/03/1980", "identity", "birth"),
    "SSN 123-45-6789": ("123-45-6789", "identity", "ssn"),
    "NINO AB 12 34 56 C": ("AB 12 34 56 C", "identity", "nino"),
    "DNI 12345678Z": ("12345678Z", "identity", "dni"),
    "NIE X1234567L": ("X1234567L", "identity", "nie"),
    "RSSMRA85T10A562S": ("RSSMRA85T10A562S", "identity", "codice_fiscale"),
    "2 55 08 14 168 025 38": ("2 55 08 14 168 025 38", "identity", "nir"),
    "pesel 44051401359": ("44051401359", "identity", "pesel"),
    "Steuer-ID 86 095 742 719": ("86 095 742 719", "identity", "steuer_id"),
    "2341 2341 2346": ("2341 2341 2346", "identity", "aadhaar"),
    "529.982.247-25": ("529.982.247-25", "identity", "cpf"),
    "11.222.333/0001-81": ("11.222.333/0001-81", "identity", "cnpj"),
    "BSN 111222333": ("111222333", "identity", "bsn"),
    "811218-9876": ("811218-9876", "identity", "personnummer"),
    "131052-308T": ("131052-308T", "identity", "hetu"),
    "11010119900307803X": ("11010119900307803X", "identity", "resident_id"),
    "S1234567D": ("S1234567D", "identity", "nric"),
    "A123456789": ("A123456789", "identity", "national_id"),
    "756.9217.0769.85": ("756.9217.0769.85", "identity", "ahv"),
    "RUT 12.345.678-5": ("12.345.678-5", "identity", "rut"),
    "20-12345678-6": ("20-12345678-6", "identity", "cuit"),
    "85.07.30-033 28": ("85.07.30-033 28", "identity", "rrn"),
    "NHS 943 476 5919": ("943 476 5919", "health", "nhs"),
    "KVNR A123456780": ("A123456780", "health", "kvnr"),
    "my passport is X1234567": ("X1234567", "identity", "id"),
}
LEFT_ALONE = (
    "order 302-1234567-1234567 total 1.000.000",
    "meet on 2024-05-06 10:30",
    "version 1.2.3.4 of std::vector at 12:30:45",
    "it will cost 12,500.00 on 12.05.",
    "ISBN 978-3-16-148410-0",
    "case 123456 ticket #98765432",
    "meet me at noon. Dot com is a thing",
    "room 1204, 3 nights, 2 adults",
    "4111111111111112 is one digit off",
    "@anna see #5",
    "a@b",
    "Fine, thanks!",
    "",
)


@pytest.mark.parametrize("text", FOUND)
def test_it_is_found_whole_and_nothing_else_is(text: str) -> None:
    assert [(text[s.start : s.end], s.data_class, s.kind) for s in find(text)] == [FOUND[text]]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_it_is_no_personal_data(text: str) -> None:
    assert find(text) == []


CHECKED = [(id, number) for id in table.NUMBERS for number, _, kind in FOUND.values() if kind == id.kind]


@pytest.mark.parametrize(("id", "number"), CHECKED, ids=lambda value: getattr(value, "kind", value))
def test_a_national_number_with_another_last_sign_is_none(id: table.Id, number: str) -> None:
    """Each has an example above; where there is a check, at most a few of all last signs are right."""
    if id.check is table.checks.always or id.check is table.checks.ssn or id.form.fullmatch(number) is None:
        return
    others = [number[:-1] + last for last in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    right = [other for other in others if id.form.fullmatch(other) and finding._adds_up(id, other)]
    assert number in right
    assert len(right) <= 2


def test_where_a_customer_lives_makes_the_likely_sure() -> None:
    assert find("86095742719") == []
    assert [s.kind for s in find("86095742719", country="DE")] == ["steuer_id"]
    assert [s.kind for s in find("030 901820", language="de")] == ["phone"]


KNOWN = [
    ("Mária Müller-López", "name"),
    ("山田太郎", "name"),
    ("김철수", "name"),
    ("Dr. Li", "name"),
    ("K-9917", "identity"),
]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hallo Maria,", ["Maria"]),
        ("MÜLLER-LÓPEZ!", ["MÜLLER-LÓPEZ"]),
        ("Ma\u0301ria's parcel", ["Ma\u0301ria"]),
        ("太郎です。山田さん", ["太郎", "山田"]),
        ("철수입니다", ["철수"]),
        ("Mr Li said so", ["Li"]),
        ("marias, familial, li, dr.", []),
        ("file k-9917 please", ["k-9917"]),
    ],
)
def test_known_names_are_found_in_all_spellings(text: str, found: list[str]) -> None:
    assert [text[s.start : s.end] for s in find(text, KNOWN)] == found


@given(
    st.text("abKs1.-_", min_size=1, max_size=6).flatmap(
        lambda word: st.tuples(
            st.sampled_from((word, f"{word} b", f"{word} {word}", "a-b c d")),
            st.lists(st.sampled_from((word, word.upper(), *"aAbBſKkßİıü_- \t\u00a0漢@.c")), max_size=9).map("".join),
        )
    )
)
@settings(max_examples=300)
def test_plain_names_are_found_as_by_their_pattern(told: tuple[str, str]) -> None:
    value, text = told
    exact = len(value) <= names.ALONE
    said = text if exact else names._small(text)
    if len(said) == len(text):
        plainly = list(names._plainly(value if exact else value.lower(), said))
        assert plainly == [found.span() for found in names._pattern(value).finditer(text)]


def test_parts_of_names() -> None:
    assert parts("Prof. Dr. Anna van der Berg") == ["Anna", "Berg"]
    assert parts("J. O'Neill") == ["O'Neill"]


def test_a_list_of_personal_data_is_hidden_whole() -> None:
    text = "x " + "a@b.example; " * MOST
    assert find(text) == [Span(0, len(text), "identity", "list")]
    digits = "1 22 " * 500
    assert [span.kind for span in find(digits)] == ["list"]


PIECES = st.sampled_from(
    (
        *(
            "4111 1111 1111 1111",
            "DE89370400440532013000",
            "anna@b.example",
            "Maria",
            "\u200b",
            "１２３",
            "(at)",
            " dot ",
        ),
        *(
            "é",
            "+49 30 1234567",
            "born 1.2.1980",
            "12",
            "-",
            ".",
            " ",
            "@",
            ":",
            "/",
            "SSN 123-45-6789",
            "山田太郎",
            "\n",
        ),
        *("a", "İ"),
    )
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join))
@settings(max_examples=200)
def test_finds_never_overlap_and_lie_within_the_text(text: str) -> None:
    end = 0
    for span in find(text, KNOWN):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@given(st.text(max_size=60))
def test_folding_leads_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) <= len(text)
    for i in range(len(folded.text)):
        start, end = folded.back(i, i + 1)
        assert fold(text[start:end]).text == folded.text[i]


def test_no_digit_lies_beyond_those_that_are_folded() -> None:
    assert not list(filter(str.isdigit, map(chr, range(DIGITS_END, sys.maxunicode + 1))))


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=12))
def test_what_overlaps_is_cut_and_nothing_found_stays_bare(spans: list[tuple[int, int]]) -> None:
    taken = Taken()
    for start, length in spans:
        taken.add(Span(start, start + length, "name", ""))
    covered = [i for span in taken.all() for i in range(span.start, span.end)]
    assert len(covered) == len(set(covered))
    assert set(covered) == {i for start, length in spans for i in range(start, start + length)}


def test_the_checks_are_those_of_the_standards() -> None:
    assert mod97("GB82WEST12345698765432") == 1
    assert is_card("378282246310005")
    assert not is_card("9999999999999995"), "it adds up, but no issuer has it"
    assert numbers.verhoeff("2363")
    assert not numbers.verhoeff("2364")
    assert numbers.luhn("79927398713")


# -- hostile texts: the work is in proportion to the text, shown by what patterns can do, not by the clock

REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
MODULES = (addresses, cues, dates, emails, finding, nearby, numbers, payment, personal, phones)


def _patterns() -> list[re.Pattern[str]]:
    found = [value for module in MODULES for value in vars(module).values() if isinstance(value, re.Pattern)]
    listed = [value._pattern for module in MODULES for value in vars(module).values() if isinstance(value, cues.Cues)]
    return [*found, *listed, *(id.form for id in table.NUMBERS)]


def test_no_pattern_can_run_away() -> None:
    """Repeats without an end stand last in their pattern, and none stands in another: nothing is ever tried again."""
    patterns = _patterns()
    assert len(patterns) > 60
    for pattern in patterns:
        tree = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE | re.UNICODE)
        assert _endless(tree, last=True) == [], pattern.pattern


def _endless(tree: Any, *, last: bool) -> list[str]:
    """Endless repeats that are not the last thing of a pattern, or that hold another one."""
    found: list[str] = []
    items = list(tree)
    for i, (code, value) in enumerate(items):
        at_end = last and i == len(items) - 1
        if code in REPEATS:
            _, most, body = value
            endless = most == codes.MAXREPEAT
            found += ["endless"] if endless and not at_end else []
            found += _endless(body, last=at_end and not endless)
        elif code is codes.SUBPATTERN:
            found += _endless(value[-1], last=at_end)
        elif code is codes.BRANCH:
            found += [one for branch in value[1] for one in _endless(branch, last=at_end)]
    return found


class Counted(str):
    """A text that counts how often somebody looks at a sign of it."""

    looks = 0

    def __getitem__(self, key: Any) -> str:
        type(self).looks += 1
        return super().__getitem__(key)


HOSTILE = ("1", "1.", "1234 ", "12345678, ", "@", "a@", "a@b.de ", "a (at) ", "+a", "DE89 ", "born 1.1.2000 ", "(", ":")


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_is_no_more_than_twice_the_work(piece: str) -> None:
    """Counted where we look at signs ourselves; what patterns do is bounded above."""

    def looks(times: int) -> int:
        Counted.looks = 0
        text = Counted(piece * times)
        for finder in (emails.emails, payment.ibans, addresses.addresses, dates.births, finding.ids):
            list(finder(text))
        found = list(numbers.chains(text))
        for number in found:
            list(payment.cards(number))
        list(phones.phones(text, found))
        return Counted.looks

    assert looks(4000) <= 2 * looks(2000) + 200
