"""Words that are looked for: the same places are found in a text as an index finds, and nothing breaks them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from agentdesk.domain.kernel import Masked
from agentdesk.domain.kernel.terms import Term, places, says, spaced, terms_of
from agentdesk.store.search import expression

TEXTS = st.lists(
    st.sampled_from(["Café", "cafe", "order", "A-1043", "荷物", "は届", "Größe", "ЗАКАЗ", "طَرْدِي", "-", "a_b"])
)


def marked(text: str, wanted: str) -> list[str]:
    return [text[start:end] for start, end in places(text, terms_of(wanted))]


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("The Parcel and parcels", "parcel", ["Parcel", "parcels"]), ("The parcels", "parcel ", []),
        ("Un café crème", "CAFE creme", ["café", "crème"]), ("no. A-1043!", "a-1043", ["A-1043"]),
        ("我的包裹在哪里", "包裹", ["包裹"]), ("كتبت أَيْنَ طَرْدِي", "طردي", ["طَرْدِي"]), ("none", "", []),
        ("", "word", []),
    ],
)  # fmt: skip
def test_hits_are_found_where_they_stand(text: str, wanted: str, found: list[str]) -> None:
    assert marked(text, wanted) == found
    apart = unicodedata.normalize("NFD", text)
    assert [unicodedata.normalize("NFC", one) for one in marked(apart, wanted)] == found


@given(TEXTS, TEXTS, st.booleans())
def test_a_text_says_what_the_index_says_it_does(said: list[str], wanted: list[str], starts: bool) -> None:
    conn = dbapi2.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    text, terms = " ".join(said), [Term(word, starts) for word in wanted]
    conn.execute("INSERT INTO said VALUES (?)", (spaced(text),))
    query = expression(terms)
    found = bool(query) and conn.execute("SELECT 1 FROM said WHERE said MATCH ?", (query,)).fetchone() is not None
    terms = [term for term in terms if term.spellings_in_index()]
    assert (bool(terms) and says(text, terms)) is found
    conn.close()


@given(st.text(max_size=60), st.text(max_size=12))
def test_places_lie_in_the_text_and_apart(text: str, wanted: str) -> None:
    end = 0
    for start, stop in places(text, terms_of(wanted)):
        assert end <= start < stop <= len(text)
        end = stop


def test_other_spellings_count_and_what_must_not_be_said_does_not() -> None:
    terms = (Term("parcle", also=("parcel",)), Term("late", without=True))
    assert says("my parcel", terms)
    assert not says("my parcel is late", terms)
    assert places("my parcel is late", terms) == [(3, 9)]


def test_what_is_masked_says_nothing() -> None:
    text = f"card {Masked.of('payment')}"
    assert not says(text, terms_of("payment"))
    assert says(text, (Term("card"), Term("payment", without=True)))
