"""Numbers are looked for only near digits: all is found that a search of the whole text finds, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text.test_personal import FOUND, LEFT_ALONE

from agentdesk.text import cues, personal
from agentdesk.text.emails import _veiled
from agentdesk.text.folding import FEW, _plain, _table, fold
from agentdesk.text.ids import finding, table
from agentdesk.text.nearby import REACH, Nearby
from agentdesk.text.numbers import chains
from agentdesk.text.spans import Span

WORDS = [
    word.strip().rstrip("*")
    for listed in (cues.PHONE, cues.OTHER, cues.DOCUMENT, cues.BORN)
    for line in listed.strip().splitlines()
    for word in line.split(";")
]
FAR = ("x " * REACH, "parcel, " * 60, "\n" * 80, "returns turns ", "später größer ", "日本語、" * 90)
PIECES = (
    st.sampled_from((*FOUND, *LEFT_ALONE))
    | st.sampled_from(WORDS)
    | st.sampled_from(table.NUMBERS).flatmap(lambda id: st.from_regex(id.form, fullmatch=True))
    | st.sampled_from(
        (*FAR, "fe80::a", "dead:beef::cafe", "RSSMRAURTMLARSNF", "12", "4711 0815", " ", "\n\n", ", ", "ſ")
    )
    | st.text(max_size=4)
)
TEXTS = st.lists(PIECES, max_size=10).map(" ".join) | st.lists(PIECES, max_size=10).map("".join)


def whole(plain: str, country: str) -> list[Span]:
    return list(personal._numbers(plain, plain, country, "de"))


def near(plain: str, country: str) -> list[Span]:
    nearby = Nearby(plain)
    return [nearby.back(span) for span in personal._numbers(nearby.text, plain, country, "de")]


@given(TEXTS, st.sampled_from(("", "DE", "IT")))
@settings(max_examples=250)
def test_what_is_far_from_digits_need_not_be_searched(text: str, country: str) -> None:
    plain = fold(text).text
    assert near(plain, country) == whole(plain, country)


def test_nor_need_it_in_recorded_texts_that_follow_one_another(data_dir: Path) -> None:
    texts = [one["full_text"] for one in json.loads((data_dir / "pii" / "generated_large.json").read_text("utf-8"))]
    for at in range(0, len(texts), 12):
        plain = fold(FAR[at % len(FAR)].join(texts[at : at + 4])).text
        assert near(plain, "") == whole(plain, "")


def test_a_long_text_with_one_number_is_not_searched_whole() -> None:
    text = "please " * 1000 + "call 0171 2345678" + " please" * 1000
    assert len(Nearby(text).text) < 3 * REACH
    assert [text[span.start : span.end] for span in personal.find(text)] == ["0171 2345678"]


@pytest.mark.parametrize("id", table.NUMBERS, ids=lambda id: id.kind)
def test_every_form_is_dense_or_loose(id: table.Id) -> None:
    """Else it would not be looked for where it stands alone."""

    @given(st.from_regex(id.form, fullmatch=True))
    @settings(max_examples=30)
    def check(number: str) -> None:
        plain = fold(number).text
        assert any(form.search(plain) for form in (finding._DENSE, *finding._LOOSE))
        assert Nearby("x" * 500 + " " + plain).text.endswith(plain)

    check()


@given(
    st.lists(
        st.sampled_from(("at", "AT ", " at ", "(", "[ ", " )", "]", "@", "arroba", "\n", "a", "ät", "x", "dot"))
    ).map("".join)
)
@settings(max_examples=300)
def test_a_veiled_sign_is_found_with_the_spaces_around_it(text: str) -> None:
    plain = fold(text).text
    slow = r"(?i)\s?(?:[\[({<]\s?(?:at|@|ät|arroba|chez|kukac)\s?[\])}>])\s?|\s(?:at|arroba)\s"
    assert list(_veiled(plain)) == [found.span() for found in re.finditer(slow, plain)]


@given(st.text("+( )1-./x", max_size=30))
@settings(max_examples=300)
def test_a_chain_begins_with_its_plus_and_its_bracket(text: str) -> None:
    slow = r"(?:\+ ?)?\(?\d(?:[ \-./()_]{0,3}\d)*"
    assert [(one.start, one.end) for one in chains(text)] == [found.span() for found in re.finditer(slow, text)]


@given(st.text() | st.text("aäöé\u0301\t１٣\u200b ", max_size=FEW * 2))
def test_signs_are_replaced_alike_one_by_one_and_all_at_once(text: str) -> None:
    assert _plain(text) == text.translate(_table())
    assert not _table().keys() & set(map(ord, _table().values())), "a plain form has no other plain form"
