"""Drafts: what was typed is there again, what was lost can be gone back to, and keystrokes cost next to nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentdesk.store import drafts
from agentdesk.store.crypt import Connection
from agentdesk.store.drafts import BURST_MS, SAVE_EVERY_MS, VERSION_MS, VERSIONS, Draft, DraftJournal
from agentdesk.store.precious import open_precious, transaction

KEY = bytes(range(32))
LONG = "Thank you for writing. We have looked into it and found the parcel."


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    """No drafts."""
    db = open_precious(tmp_path / "precious.db", KEY)
    yield db
    db.close()


@pytest.fixture
def journal(db: Connection) -> DraftJournal:
    """A journal over them."""
    return DraftJournal(db)


def typed(text: str, at: int = 1000, case: str = "c1", kind: str = "reply") -> Draft:
    """A draft with the caret at its end."""
    return Draft(case, kind, text, len(text), at)


def texts(db: Connection, case: str = "c1", kind: str = "reply") -> list[str]:
    """What can be gone back to, the latest first."""
    return [draft.text for draft in drafts.history(db, case, kind)]


def test_a_draft_is_there_again(db: Connection, tmp_path: Path) -> None:
    drafts.save(db, typed("Dear Ana"))
    again = open_precious(tmp_path / "precious.db", KEY)
    assert drafts.get(again, "c1", "reply") == Draft("c1", "reply", "Dear Ana", 8, 1000)
    again.close()


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Größe 👋\0 大\ufeff", "Größe 👋\0 大\ufeff"),
        ("\ufeffa", "\ufeffa"),
        ("\ud83d\udc4b", "👋"),
        ("a\ud83d", "a\ufffd"),
    ],
)
def test_every_text_can_be_kept(journal: DraftJournal, db: Connection, text: str, stored: str) -> None:
    journal.note(typed(text))
    journal.flush(1000)
    assert [draft.text for draft in drafts.unsent(db)] == [stored]
    drafts.discard(db, "c1", "reply", 1001)
    drafts.put_back(db, typed(text))
    assert [draft.text for draft in drafts.unsent(db)] == [stored]


def test_case_and_kind_keep_their_own(db: Connection) -> None:
    drafts.save_all(db, [typed("a"), typed("b", kind="note"), typed("c", case="c2")])
    found = [drafts.get(db, case, kind) for case, kind in (("c1", "reply"), ("c1", "note"), ("c2", "reply"))]
    assert [draft and draft.text for draft in found] == ["a", "b", "c"]
    assert drafts.get(db, "c2", "note") is None


def test_typing_on_makes_no_version(db: Connection) -> None:
    for text in ("Th", "Thank", "Thank you", "Dear Ana, Thank you", "Dear Ana, Thank you very much"):
        drafts.save(db, typed(text))
    assert texts(db) == []


def test_a_large_loss_makes_a_version(db: Connection) -> None:
    drafts.save(db, typed(LONG, 1000))
    drafts.save(db, typed("No.", 1001))
    drafts.save(db, typed("No. " + LONG, 1002))
    drafts.save(db, typed("Yes", 1003))
    assert texts(db) == ["No. " + LONG, LONG]


def test_small_deletions_in_a_burst_make_one_version(db: Connection) -> None:
    for i in range(30):
        drafts.save(db, typed(LONG[: len(LONG) - i], 1000 + i))
    assert texts(db) == [LONG]
    drafts.save(db, typed(LONG[:30], 999 + BURST_MS))
    assert texts(db) == [LONG]
    drafts.save(db, typed(LONG[:29], 1000 + BURST_MS))
    assert texts(db) == [LONG[:30], LONG]


def test_a_draft_made_blank_is_gone_but_remembered(db: Connection) -> None:
    drafts.save(db, typed("Hi"))
    drafts.save(db, typed(" \n", 1001))
    assert drafts.get(db, "c1", "reply") is None
    assert texts(db) == ["Hi"]


def test_discarding_hands_the_text_over(db: Connection) -> None:
    drafts.save(db, typed("Hi"))
    assert drafts.discard(db, "c1", "reply", 1001) == typed("Hi")
    assert drafts.discard(db, "c1", "reply", 1002) is None
    assert texts(db) == ["Hi"]


def test_each_version_is_there_once(db: Connection) -> None:
    for text in ("one", "two", "one"):
        drafts.save(db, typed(text))
        drafts.discard(db, "c1", "reply", 1001)
    assert texts(db) == ["one", "two"]


def test_the_last_versions_are_kept(db: Connection) -> None:
    drafts.save_all(db, [typed("other", case="c2"), typed("", case="c2")])
    for i in range(VERSIONS + 5):
        drafts.save_all(db, [typed(f"version {i}"), typed("")])
    assert texts(db) == [f"version {i}" for i in range(VERSIONS + 4, 4, -1)]
    assert texts(db, "c2") == ["other"]


def test_versions_go_after_a_month_and_drafts_stay(db: Connection) -> None:
    drafts.save_all(db, [typed("old"), typed(""), typed("kept")])
    assert drafts.expire(db, 1000 + VERSION_MS) == 0
    assert drafts.expire(db, 1001 + VERSION_MS) == 1
    assert texts(db) == []
    assert drafts.get(db, "c1", "reply") is not None


def test_a_refused_text_is_a_draft_again(db: Connection) -> None:
    assert drafts.put_back(db, typed(LONG)) is None
    assert drafts.get(db, "c1", "reply") == typed(LONG)


def test_a_refused_text_leaves_a_newer_draft_in_place(db: Connection) -> None:
    drafts.save(db, typed("And one more thing", 2000))
    assert drafts.put_back(db, typed(LONG, 1000)) == typed(LONG, 1000)
    assert drafts.get(db, "c1", "reply") == typed("And one more thing", 2000)
    assert texts(db) == [LONG]


def test_a_refused_text_newer_than_the_draft_takes_its_place(db: Connection) -> None:
    drafts.save(db, typed("Earlier", 500))
    assert drafts.put_back(db, typed(LONG, 1000)) == typed("Earlier", 500)
    assert drafts.get(db, "c1", "reply") == typed(LONG, 1000)
    assert texts(db) == ["Earlier"]


def test_at_the_same_moment_the_draft_stays(db: Connection) -> None:
    drafts.save(db, typed("Present"))
    assert drafts.put_back(db, typed("Refused")) == typed("Refused")
    assert drafts.get(db, "c1", "reply") == typed("Present")


@pytest.mark.parametrize("text", ["Present", " "])
def test_nothing_is_offered_where_nothing_is_lost(db: Connection, text: str) -> None:
    drafts.save(db, typed("Present", 2000))
    assert drafts.put_back(db, typed(text, 1000)) is None
    assert drafts.get(db, "c1", "reply") == typed("Present", 2000)
    assert texts(db) == []


def test_unsent_drafts_are_listed_the_latest_first(db: Connection) -> None:
    drafts.save_all(db, [typed("a", 1), typed("b", 3, case="c2"), typed("c", 2, kind="note")])
    assert [draft.text for draft in drafts.unsent(db)] == ["b", "c", "a"]


def test_purging_leaves_nothing_of_a_case(db: Connection, tmp_path: Path) -> None:
    drafts.save_all(db, [typed("old"), typed(""), typed("new"), typed("n", kind="note"), typed("other", case="c2")])
    assert drafts.purge(db, "c1") == 3
    assert texts(db) == []
    assert [draft.case for draft in drafts.unsent(db)] == ["c2"]


@given(st.text("ab", max_size=12), st.text("ab", max_size=12), st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_what_is_lost_is_counted(head: str, tail: str, gone: str, new: str) -> None:
    lost = drafts._lost(head + gone + tail, head + new + tail)
    assert 0 <= lost <= len(gone)
    assert drafts._lost(head + tail, head + new + tail) == 0
    assert drafts._lost(gone, "") == len(gone)


def save_times(journal: DraftJournal, until: int) -> list[int]:
    """Type a letter each 10 ms and do what a worker does; at what times it saved."""
    saved = []
    for now in range(0, until, 10):
        journal.note(typed("x" * (now + 1), now))
        if journal.due(now) == 0:
            journal.flush(now)
            saved.append(now)
    return saved


def test_typing_is_saved_every_quarter_of_a_second(journal: DraftJournal) -> None:
    assert save_times(journal, 1000) == [0, 250, 500, 750]


def test_it_says_how_long_to_wait(journal: DraftJournal) -> None:
    assert journal.due(5000) is None
    journal.note(typed("a", 5000))
    assert journal.due(5000) == 0
    journal.flush(5000)
    assert journal.due(5001) is None
    journal.note(typed("ab", 5002))
    assert journal.due(5010) == SAVE_EVERY_MS - 10


def test_a_clock_set_back_delays_nothing(journal: DraftJournal) -> None:
    journal.flush(10**12)
    journal.note(typed("a", 5000))
    assert journal.due(5000) == 0


def test_a_flush_is_on_the_disk(journal: DraftJournal, tmp_path: Path) -> None:
    journal.note(typed("a"))
    journal.note(typed("ab"))
    journal.note(typed("c", kind="note"))
    assert journal.flush(1000) == 2
    assert journal.flush(1000) == 0
    again = open_precious(tmp_path / "precious.db", KEY)
    assert {draft.text for draft in drafts.unsent(again)} == {"ab", "c"}
    again.close()


def test_what_was_blanked_between_two_flushes_is_remembered(journal: DraftJournal, db: Connection) -> None:
    for text in ("H", "Hi", "", "N", "No"):
        journal.note(typed(text))
    journal.flush(1000)
    assert texts(db) == ["Hi"]
    assert [draft.text for draft in drafts.unsent(db)] == ["No"]


def test_a_sent_text_does_not_come_back_with_a_late_keystroke(journal: DraftJournal, db: Connection) -> None:
    journal.note(typed("Hello"))
    journal.note(typed(""))
    journal.flush(1000)
    assert drafts.unsent(db) == []


def test_a_full_disk_loses_nothing(journal: DraftJournal, db: Connection) -> None:
    journal.note(typed("a" * 100_000))
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Exception, match="full"):
        journal.flush(1000)
    assert not db.in_transaction
    assert journal.due(1001) == SAVE_EVERY_MS - 1  # and the worker does not spin
    journal.note(typed("b", kind="note"))
    db.execute("PRAGMA max_page_count = 100000")
    assert journal.flush(1250) == 2
    assert len(drafts.unsent(db)) == 2


def test_putting_back_sees_what_was_just_typed(journal: DraftJournal, db: Connection) -> None:
    journal.note(typed("Newer", 2000))
    assert journal.put_back(typed(LONG, 1000), 2001) == typed(LONG, 1000)
    assert drafts.get(db, "c1", "reply") == typed("Newer", 2000)


def test_purging_takes_what_was_just_typed(journal: DraftJournal, db: Connection) -> None:
    drafts.save(db, typed("stored"))
    journal.note(typed("on its way"))
    journal.note(typed("another case", case="c2"))
    journal.purge("c1")
    journal.flush(1000)
    assert [draft.text for draft in drafts.unsent(db)] == ["another case"]


def test_keystrokes_come_in_while_others_are_saved(journal: DraftJournal, db: Connection) -> None:
    def type_all() -> None:
        for i in range(3000):
            journal.note(typed(f"{i}", i, case=f"c{i % 3}"))

    typist = threading.Thread(target=type_all)
    typist.start()
    now = 0
    while typist.is_alive():
        journal.flush(now := now + 1)
    journal.flush(now)
    found: Any = {draft.case: draft.text for draft in drafts.unsent(db)}
    assert found == {"c0": "2997", "c1": "2998", "c2": "2999"}


def test_put_back_within_a_transaction_that_fails_changes_nothing(db: Connection) -> None:
    def fail() -> None:
        with transaction(db):
            drafts.put_back_within(db, typed(LONG))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert drafts.get(db, "c1", "reply") is None
