"""Lines of a search: what they ask, what is no day or state, and which cases and messages fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.company import database
from tests.sync.samples import case, customer, message

from agentdesk.domain.kernel import Masked, Record
from agentdesk.domain.kernel.terms import Term
from agentdesk.domain.people import Person
from agentdesk.domain.seeking import Days, Eyes, Hit, Reading, Sought, begun, day_of, fits, hit_of, read, steps
from agentdesk.domain.seeking.spelling import distance, neighbours, tolerant
from agentdesk.store.records import Records


def starts(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


TODAY = date(2026, 11, 22)
DAYS = Days(TODAY, starts)
READING = Reading(DAYS, {"billing": "team:t1", "chat": "channel:chat"})


class Seen:
    """All records of a database."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, cls: type[Any], id: str) -> Any:
        return self._records.of(cls, id)

    def page(self, asked: Any, after: Any = None, limit: int = 50) -> Sequence[Any]:
        return self._records.page(asked, after, limit)


def found(records: Records, line: str, me: str = "ann") -> set[str]:
    """The ids of what fits, messages by their own."""
    seen, sought = Seen(records), read(line, READING)
    assert not sought.faults
    eyes = Eyes(me, starts(TODAY), seen)
    hits = [hit_of(raw, seen) for page in steps(records.find, seen, sought) for raw in page]
    return {(hit.message or hit.case).id for hit in hits if hit is not None and fits(hit, sought, eyes)}


@pytest.fixture
def records() -> Records:
    made, put = database(), msgspec.structs.replace
    lena = put(customer("u1"), name="Lena Sörensen", email="lena@shop.example")
    made.put([lena, put(customer("u2"), name=Masked.of("name"), email=Masked.of("contact"))])
    made.put(
        [Person("ann", "org", 1, "Ann Lee", "ann@x.example", "agent"), Person("bo", "org", 1, "Bo", "b@x", "agent")]
    )
    put_case = put(
        case("c1", by="u1", subject="Order"), customer_name="Lena Sörensen", tags=("VIP",), team="t1", out_seq=2
    )
    made.put(
        [
            put_case,
            put(
                case("c2", by="u2", subject="Order", team="t9"),
                customer_name=Masked.of("name"),
                status="solved",
                assignee="bo",
            ),
        ]
    )
    old, new = starts(date(2025, 1, 5)), starts(date(2026, 11, 21)) + 1
    made.put([
        put(message("m1", "c1"), text="my parcel is late", kind="customer", at=old),
        put(message("m2", "c1", seq=2), text="your parcel comes", kind="reply", author="ann", at=new, files=1),
        put(message("m3", "c2", seq=3), text="secret parcel", kind="note", author="bo", mentions=("ann",), at=new),
    ])  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("parcel", {"m1", "m2", "m3"}), ("parcel from:lena", {"m1"}), ('from:"lena sor" parcel', {"m1"}),
        ("parcel from:me", {"m2"}), ("parcel from:bo,ann", {"m2", "m3"}), ("parcel to:lena@shop.example", {"m2"}),
        ("to:me parcel", {"m3"}), ("tag:vip parcel", {"m1", "m2"}), ("-tag:VIP parcel", {"m3"}),
        ("is:note parcel", {"m3"}), ("parcel is:solved", {"m3"}), ("parcel -is:solved -is:reply", {"m1"}),
        ("parcel before:2026", {"m1"}), ("parcel after:yesterday", {"m2", "m3"}), ("parcel after:today", set()),
        ("in:billing parcel", {"m1", "m2"}), ("has:attachment", {"m2"}), ("parcel -late", {"m2", "m3"}),
        ('"parcel is"', {"m1"}), ("from:lena", {"c1", "m1"}), ("is:solved", {"c2"}), ("tag:vip", {"c1"}),
        ("in:notes", {"m3"}), ("von:lena parcel", {"m1"}), ("from:nobody parcel", set()), ("from:name parcel", set()),
        ("from:masked", set()), ("to:lena", {"c1"}), ("parcel sort:best", {"m1", "m2", "m3"}),
    ],
)  # fmt: skip
def test_operators_find_what_they_say(records: Records, line: str, wanted: set[str]) -> None:
    assert found(records, line) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-11-02", date(2026, 11, 2)), ("2.11.26", date(2026, 11, 2)), ("2/11/2026", date(2026, 11, 2)),
        ("24.12.", date(2025, 12, 24)), ("1.11.", date(2026, 11, 1)),
        ("2026-02", date(2026, 2, 1)), ("7d", date(2026, 11, 15)),
        ("yesterday", date(2026, 11, 21)), ("Heute", TODAY), ("2026-13-01", None), ("31.2.2026", None), ("soon", None),
        ("9999y", None), ("0000-01-01", None), ("", None),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, wanted: date | None) -> None:
    assert day_of(text, DAYS) == wanted


def test_the_order_of_a_date_is_the_reader_s() -> None:
    assert day_of("2/11/2026", Days(TODAY, starts, "mdy")) == date(2026, 2, 11)


@pytest.mark.parametrize(
    "line", ["before:soon", "is:opne", "in:nowhere", "has:luck", "sort:up", "tag:,", 'from:"?"', "after:32.13.2026"]
)
def test_what_cannot_be_followed_is_said_and_left_out(line: str) -> None:
    sought = read(f"parcel {line}", READING)
    assert [term.text for term in sought.terms] == ["parcel"]
    assert not sought.filters
    assert str(sought.faults[0].sentence)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*'":- ', "from:", "is:", "before:", "x", "“", "tag:"])).map("".join)
)
def test_any_line_is_read(line: str) -> None:
    sought = read(line, READING)
    assert isinstance(sought, Sought)
    assert msgspec.convert(msgspec.to_builtins(sought), Sought) == sought, "and the server can read what is made of it"
    operator, part, start = begun(line, len(line))
    assert 0 <= start <= len(line)
    assert operator or isinstance(part, str)


def test_an_operator_that_is_still_written_asks_nothing() -> None:
    for line in ("from:", "is: ", "-tag:"):
        assert not read(line, READING)
    assert begun("x from:le", 9) == ("from", "le", 7)
    assert begun('tag:"very im', 12) == ("tag", "very im", 4)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("parcle", "parcel"), ("prcel", "parcel"), ("parsel", "parcel"), ("xparcel", "parcel"), ("aprcel", "parcel"),
     ("deliveri", "delivery"), ("delivvrey", "delivery"), ("посылка", "посылки"), ("ubergrose", "ubergroße")],
)  # fmt: skip
def test_a_slip_of_the_finger_still_finds(typed: str, meant: str) -> None:
    records = database()
    records.put([message("m", text="my parcel delivery посылки übergroße A-1043")])
    assert meant in set(neighbours(records.find, "message", Term(typed)))


@pytest.mark.parametrize("typed", ["parcel", "1044", "A-1044", "par", "zzzzzz", ""])
def test_numbers_and_known_words_are_not_guessed(typed: str) -> None:
    records = database()
    records.put([message("m", text="my parcel A-1043 pat 1043")])
    assert not set(filter(None, neighbours(records.find, "message", Term(typed))))


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_distances_are_those_of_a_search_by_hand(a: str, b: str) -> None:
    reached, far = {a}, 0
    while b not in reached and far < 2:
        far += 1
        reached |= {w for one in reached for w in _slipped(one)}
    by_hand = far if b in reached else 3
    assert distance(a, b, 2) >= by_hand
    assert distance(a, b, 2) == distance(b, a, 2)


def _slipped(word: str) -> set[str]:
    made = {word[:i] + word[i + 1 :] for i in range(len(word))}
    made |= {word[:i] + sign + word[i:] for i in range(len(word) + 1) for sign in "abc"}
    made |= {word[:i] + sign + word[i + 1 :] for i in range(len(word)) for sign in "abc"}
    return made | {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}


def test_umlauts_are_found_however_they_are_spelled() -> None:
    records = database()
    said = {"m1": "Müller Straße", "m2": "Mueller Strasse", "m3": "Muller"}
    records.put(message(id, text=text) for id, text in said.items())
    for typed in ("Müller", "mueller"):
        hits: list[tuple[int, Record]] = records.find.hits("message", [tolerant(Term(typed))])
        assert {"m1", "m2"} <= {record.id for _, record in hits}
    assert len(records.find.hits("message", [tolerant(Term("strasse"))])) == 2


def test_a_hit_of_a_case_that_was_merged_is_of_the_other() -> None:
    records = database()
    records.put([msgspec.structs.replace(case("c1"), merged_into="c2"), case("c2"), message("m", "c1")])
    hit = hit_of((1, message("m", "c1")), Seen(records))
    assert isinstance(hit, Hit)
    assert hit.case.id == "c2"
