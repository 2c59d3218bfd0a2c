"""Full text: scripts with and without spaces, marks, unfinished words, hostile words; and the index stays true."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2
from tests.store.company import database
from tests.sync.samples import case, customer, message

from agentdesk.domain.cases import Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.kernel.terms import WORD, indexed, spaced
from agentdesk.store import likeness, search
from agentdesk.store.crypt import open_database
from agentdesk.store.records import Records
from agentdesk.store.search import MOST_ENDINGS, match, searchable_kinds
from agentdesk.store.shape import row_number
from agentdesk.store.sieve import Sieve
from agentdesk.store.tables import create_tables

SAID = {
    "en": "The parcel is late, wasn't it? Order no. A-1043",
    "de": "Größere Übergröße für Jürgen",
    "fr": "Café crème à la carte",
    "ja": "荷物はまだ届いていません",
    "ja2": "ガラスが割れた",
    "zh": "我的包裹在哪里",
    "ko": "소포가 어디에 있나요",
    "ar": "أَيْنَ طَرْدِي",
    "ru": "Где моя посылка",
    "mail": "write to lena.sorensen@example.org",
}


@pytest.fixture
def records() -> Records:
    made = database()
    made.put(message(id, seq=n, text=text) for n, (id, text) in enumerate(SAID.items()))
    return made


def hits(records: Records, text: str) -> set[str]:
    newest = {record.id for _, record in records.find.newest("message", text)}
    assert {record.id for _, record in records.find.ranked("message", text)} == newest
    return newest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("parcel", {"en"}), ("PARCEL late", {"en"}), ("late parcel", {"en"}), ("parc", {"en"}), ("parc ", set()),
        ("la", {"en", "fr"}), ("1043", {"en"}), ("A-1043", {"en"}), ("a-10", {"en"}), ("wasn't", {"en"}),
        ("ubergroße", {"de"}), ("Übergrö", {"de"}), ("jurgen", {"de"}), ("cafe creme", {"fr"}), ("CRÈME", {"fr"}),
        ("荷物", {"ja"}), ("届いて", {"ja"}), ("包裹", {"zh"}), ("包裹在", {"zh"}), ("裹包", set()), ("어디", {"ko"}),
        ("посылка", {"ru"}), ("ПОСЫЛ", {"ru"}), ("lena.sorensen@example.org", {"mail"}), ("example.org", {"mail"}),
        ("طردي", {"ar"}), ("طَرْدِي", {"ar"}), ("أين طر", {"ar"}), ("ガラス", {"ja2"}), ("parcel cafe", set()),
    ],
)  # fmt: skip
def test_words_are_found(records: Records, text: str, found: set[str]) -> None:
    assert hits(records, text) == found
    assert hits(records, unicodedata.normalize("NFD", text)) == found, "as some keyboards and files write it"


def test_text_that_came_decomposed_is_found(records: Records) -> None:
    for id in ("fr", "ja2", "ko", "de"):
        records.put([message(id, text=unicodedata.normalize("NFD", SAID[id]))])
    for text, id in (("crème", "fr"), ("ガラス", "ja2"), ("어디", "ko"), ("Jürgen", "de")):
        assert hits(records, text) == {id}
        assert hits(records, unicodedata.normalize("NFD", text)) == {id}


@pytest.mark.parametrize(
    "text",
    ['"', '""', '"parcel', "'", "*", "parcel*", "^parcel", "NEAR(parcel late)", "parcel NEAR late", "text:parcel",
     "parcel AND", "OR", "NOT parcel", "(", "{text}: x", "-parcel", "+", "\x00", "par\x00cel", "\ud800", "_", "a_b",
     "\\", ";DROP TABLE message", "parcel" * 500, "x " * 500, "\u200d", "\u0301", "-", "…", "😀"],
)  # fmt: skip
def test_hostile_words_are_only_words(records: Records, text: str) -> None:
    assert hits(records, text) <= set(SAID)


@given(st.text(max_size=30))
def test_no_words_make_it_stumble(text: str) -> None:
    EMPTY.find.newest("message", text)
    EMPTY.find.ranked("message", text)


EMPTY = database()


@pytest.mark.parametrize("text", ["", " ", "?!", "\x00", "- * -"])
def test_without_a_word_nothing_is_found(records: Records, text: str) -> None:
    assert match(text) == ""
    assert hits(records, text) == set()


def test_only_so_many_words_count(records: Records) -> None:
    assert hits(records, "parcel " * 11 + "late nothing") == {"en"}


def test_newest_first_and_page_by_page() -> None:
    records = database()
    records.put(message(f"m{n}", seq=n) for n in range(9))
    for n in range(9):
        records.put([msgspec.structs.replace(message(f"t{n}"), at=1_000 + n)])
    seen, before = [], search.END
    while page := records.find.newest("message", "hello", 4, before):
        seen += [record for _, record in page]
        before = page[-1][0]
    assert len({record.id for record in seen}) == 18
    times = [record.at for record in seen if isinstance(record, Message)]
    assert times == sorted(times, reverse=True)


def test_very_many_hits_are_not_ranked(records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RANK_UP_TO", 0)
    assert {record.id for _, record in records.find.ranked("message", "parcel")} == {"en"}


def test_the_better_hit_comes_first() -> None:
    records = database()
    records.put([message("long", text="parcel " + "and so on " * 50), message("short", text="parcel parcel")])
    assert [record.id for _, record in records.find.ranked("message", "parcel")] == ["short", "long"]


def test_what_is_offered_is_not_one_thing_said_five_times() -> None:
    records = database()
    same = [message(f"same{n}", text="where is my new card today") for n in range(8)]
    records.put([*same, message("other", text="when will the card that was stolen be replaced")])
    found = [one.id for one in records.alike("message", "where is my new card today", 3)]
    assert found[0].startswith("same")
    assert "other" in found


def among_common_words(asked: str, most: int, **texts: str) -> list[str]:
    """What is offered as alike of these texts, and of forty that share the question's common words with it."""
    records = database()
    records.put([message(f"all{n}", text=f"why can you not tell me {n}") for n in range(40)])
    records.put([message(id, text=text) for id, text in texts.items()])
    return [one.id for one in records.alike("message", asked, most)]


def test_common_words_in_common_make_no_two_texts_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What shares all but the telling words with the best is another matter; what shares those is not."""
    monkeypatch.setattr(likeness, "COMMON", 100)
    found = among_common_words(
        "why can you not refund transfer or cancel payment", 2, best="why can you not refund refund transfer transfer",
        same="refund transfer please as soon as", other="why can you not cancel payment",
    )  # fmt: skip
    assert found == ["best", "other"]


def test_what_fits_badly_is_not_offered_for_being_different() -> None:
    found = among_common_words(
        "why can you not refund my transfer payment", 3, best="refund my transfer",
        same="why can you not refund my transfer", other="why can you not cancel my payment",
    )  # fmt: skip
    assert found[:2] == ["best", "other"]


def test_words_of_the_day_are_ranked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """All hits lie at the end, so close that there might be many more of them: they are counted."""
    monkeypatch.setattr(search, "RANKED", 3)
    monkeypatch.setattr(search, "RANK_UP_TO", 3)
    records = database()
    records.put([message(f"old{n}", text="nothing at all") for n in range(9)])
    records.put([message("long", text="parcel " + "and so on " * 50), message("short", text="parcel parcel")])
    records.put([message("last", text="parcel and")])
    assert next(record.id for _, record in records.find.ranked("message", "parcel")) == "short"
    records.put([message("more", text="parcel")])
    assert next(record.id for _, record in records.find.ranked("message", "parcel")) == "more"


def test_the_index_stays_true() -> None:
    """After any writes and erasures, it finds exactly what the records say."""
    chance, records = random.Random(3), database()
    truth: dict[str, str] = {}
    words = ("red", "green", "blue", "gelb")
    for turn in range(120):
        ids = [f"m{chance.randrange(25)}" for _ in range(chance.randrange(1, 4))]
        if chance.random() < 0.3:
            records.erase("message", ids)
            truth = {id: text for id, text in truth.items() if id not in ids}
            continue
        new = {id: " ".join(chance.sample(words, 2)) for id in ids}
        records.put(msgspec.structs.replace(message(id, text=text), at=turn % 3) for id, text in new.items())
        truth |= new
    for word in words:
        assert hits(records, word) == {id for id, text in truth.items() if word in text.split()}


def test_two_of_one_millisecond_can_fall_on_one_number() -> None:
    records = database()
    twins = _colliding()
    for fresh in (True, False):
        rows = [msgspec.structs.astuple(message(id, text=f"twin {id}")) for id in twins]
        records.write("message", rows, fresh)
        assert hits(records, "twin") == set(twins)
        for id in twins:
            assert hits(records, id) == {id}
            assert records.get("message", id) is not None
        records.erase("message", [twins[0]])
        assert hits(records, "twin") == set(twins[1:])
        records.erase("message", twins)


def _colliding() -> list[str]:
    """Three ids whose rows have one number at one time."""
    by_number: dict[int, list[str]] = {}
    for n in range(200_000):
        found = by_number.setdefault(row_number(1, f"m{n}"), [])
        found.append(f"m{n}")
        if len(found) == 3:
            return found
    raise AssertionError("no two ids collide")


def test_each_kind_is_searched_in_its_own_fields() -> None:
    records = database()
    records.put([case(subject="Parcel"), customer(), message(text="Hello")])
    assert set(searchable_kinds()) == {"case", "customer", "document", "file_text", "message", "post", "topic"}
    assert [record.id for _, record in records.find.newest("case", "parcel")] == ["c1"]
    assert [record.id for _, record in records.find.newest("customer", "u1@y.example")] == ["u1"]
    assert records.find.newest("message", "parcel") == []


@pytest.mark.parametrize("count", [0, 1, MOST_ENDINGS, MOST_ENDINGS + 1])
@pytest.mark.parametrize("start", ["order", "Äpfel", "заказ", "número", "ταξίδ", "A-1043"])
def test_a_long_beginning_finds_every_word_that_begins_so(start: str, count: int) -> None:
    """Whether they are looked up one by one, or too many for that; and not their neighbours in the index."""
    records = database()
    endings = ["", *"abcdefghijklmnop"][:count]
    records.put(message(f"m{n}", seq=n, text=f"so {start}{end} it is") for n, end in enumerate(endings))
    records.put([message("near", text=f"so {start[:-1]} and {start[:-1]}zz {start[:-1]}\u0430"), message("else")])
    wanted = {f"m{n}" for n in range(count)}
    assert hits(records, start) == hits(records, f"it so {start}") == hits(records, start.upper()) == wanted
    assert hits(records, f"{start} ") == {f"m{n}" for n in range(count) if not endings[n]}


def test_a_beginning_is_looked_up_in_what_is_there_now() -> None:
    records = database()
    for id in ("order", "orders", "ordered"):
        assert id not in hits(records, "order")
        records.put([message(id, text=id)])
        assert id in hits(records, "order")
    records.erase("message", ["orders"])
    assert hits(records, "order") == {"order", "ordered"}


def test_a_connection_that_only_reads_still_only_reads(tmp_path: Path) -> None:
    path, key = tmp_path / "replica.db", bytes(32)
    writing = open_database(path, key, durable=False)
    create_tables(writing)
    Records(writing).put([message("m1", text="orders")])
    reading = open_database(path, key, durable=False, readonly=True)
    assert hits(Records(reading), "order") == {"m1"}
    assert reading.execute("PRAGMA query_only").fetchone() == (1,)
    with pytest.raises(dbapi2.OperationalError):
        reading.execute("DELETE FROM message")
    for conn in (reading, writing):
        conn.close()


def test_words_are_told_as_the_index_has_them() -> None:
    """Letter by letter: a word told otherwise than the index has it would not be found."""
    conn = dbapi2.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    conn.execute("CREATE VIRTUAL TABLE words USING fts5vocab(said, instance)")
    signs = filter(WORD.fullmatch, map(chr, range(0x30, 0x530)))
    letters = [sign for sign in signs if indexed(sign)]
    assert {*"aZ0äÉßłж"} <= set(letters)
    conn.executemany("INSERT INTO said (rowid, text) VALUES (?,?)", [(ord(c), spaced(c * 2)) for c in letters])
    have = dict(conn.execute("SELECT doc, term FROM words").fetchall())
    assert have == {ord(c): indexed(c * 2) for c in letters}
    conn.close()


def test_what_is_masked_is_not_in_the_index() -> None:
    conn = dbapi2.connect(":memory:", isolation_level=None)
    create_tables(conn)
    records = Records(conn)
    records.put([message("m1", text=f"my card {Masked.of('payment')} is lost")])
    assert hits(records, "lost") == {"m1"}
    for word in ("masked", "payment", "\x00masked:payment\x00"):
        assert hits(records, word) == set(), word
    conn.close()


def test_a_sieve_tells_what_still_matches() -> None:
    """By the index's own rules, and nothing stays in it from one question to the next."""
    sieve = Sieve()
    hidden, plain = message("m1", text=f"my card {Masked.of('payment')}"), message("m2", text="card 4111 of Zoë")
    assert sieve.matching("message", "card", [hidden, plain]) == [True, True]
    assert sieve.matching("message", "card 41", [hidden, plain]) == [False, True]
    assert sieve.matching("message", "zoe", [plain, hidden]) == [True, False]
    assert sieve.matching("message", "zoe", []) == []
    sieve.close()


def test_what_is_most_like_a_text_comes_first_whatever_signs_are_in_it() -> None:
    conn = dbapi2.connect(":memory:", isolation_level=None)
    create_tables(conn)
    records = Records(conn)
    said = ("My card was charged twice", "The card has not arrived", "How do I top up", "荷物はまだ届いていません")
    records.put([case(f"c{n}", subject=subject) for n, subject in enumerate(said)])
    assert [one.id for one in records.alike("case", "was my card charged two times?")][:2] == ["c0", "c1"]
    assert [one.id for one in records.alike("case", "荷物はどこですか")] == ["c3"]
    for odd in ("", "?", '" OR NEAR(', "the " * 5_000, "\x00"):
        assert len(records.alike("case", odd)) <= 5
    conn.close()
