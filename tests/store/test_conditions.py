"""Conditions mean the same for one record and in SQL: whatever is asked, of whatever there is."""

from __future__ import annotations

import itertools
import string
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from agentdesk.domain.cases import NEVER, Case, Customer, Filled, Message
from agentdesk.domain.cases.seeking import CASE_FIELDS, QUESTIONS_BY_ORDER, cases_that
from agentdesk.domain.catalogue import CAPABILITIES
from agentdesk.domain.kernel import ME, MINE, Condition, Masked, Refusal, Sought, Trait
from agentdesk.domain.kernel.conditions import OPS, Op, checked, is_relative
from agentdesk.store.records import Records
from agentdesk.store.tables import create_tables

NOW = 1_800_000_000_000
WORDS = ("", " ", "open", "mina", "billing", "vip", "VIP", "de", "Ünal", "unal", "straße", "STRASSE", "日本", "a'b",
         "%", "סלמה", Masked.of("name"), f"See {Masked.of('contact')} now", "\x00")  # fmt: skip
PARTS = ("a", "n", "UN", "ss", "e", "本", "'", "See", "")
words = st.one_of(st.sampled_from(WORDS), st.text(string.ascii_letters + "äß'\"%_\\\n", max_size=5))
times = st.one_of(st.sampled_from((0, NEVER, NOW, NOW - 1, NOW + 1)), st.integers(0, 2**53 - 1))
numbers = st.one_of(st.integers(-2, 4), st.integers(-(2**53) + 1, 2**53 - 1))


class Shelf:
    """A View over a database, as far as conditions look."""

    def __init__(self) -> None:
        assert CAPABILITIES
        self.conn = dbapi2.connect(":memory:", isolation_level=None)
        create_tables(self.conn)
        self.records = Records(self.conn)

    def get(self, cls: type[Any], id: str) -> Any:
        return self.records.of(cls, id)

    def page(self, asked: Any, after: Any = None, limit: int = 50) -> Any:
        return self.records.page(asked, after, limit)

    def sought(self, condition: Condition, order: str) -> Sought[Case]:
        """What is asked for by a member of two teams."""
        view: Any = self
        return cases_that(condition, order, view, "mina", ("billing", "vip"), NOW)

    def fill(
        self, cases: list[Case], customers: list[Customer], messages: list[Message], filled: list[Filled] | None = None
    ) -> None:
        for kind in ("case", "customer", "message", "filled"):
            self.records.erase(kind, [id for (id,) in self.conn.execute(f'SELECT id FROM "{kind}"').fetchall()])
        self.records.put([*cases, *customers, *messages, *(filled or ())], fresh=True)


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    made = Shelf()
    yield made
    made.conn.close()


def a_case(id: int) -> st.SearchStrategy[Case]:
    return st.builds(
        Case, id=st.just(f"c{id}"), scope=st.just("s"), rev=st.just(1), number=st.integers(0, 3), subject=words,
        customer=st.sampled_from(("u0", "u1", "none", "")), customer_name=words, team=words, channel=words,
        language=words, opened_at=times, updated_at=times, rank=st.integers(-5, 5), assignee=words,
        status=st.sampled_from(("open", "snoozed", "solved")), priority=st.integers(0, 3),
        tags=st.lists(words, max_size=3).map(tuple), in_seq=st.integers(0, 2), preview=words, due=times,
        merged_into=st.sampled_from(("", "", "c0")), home=st.just(""),
    )  # fmt: skip


def a_message(id: int) -> st.SearchStrategy[Message]:
    return st.builds(
        Message, id=st.just(f"m{id}"), scope=st.just("s"), rev=st.just(1), case=st.just(f"c{id % 4}"),
        conversation=st.just(""), seq=st.just(id % 3), kind=st.just("customer"), author=st.just(""),
        author_name=st.just(""), text=words, at=times, written_at=times,
    )  # fmt: skip


def a_customer(id: int) -> st.SearchStrategy[Customer]:
    return st.builds(Customer, id=st.just(f"u{id}"), scope=st.just("s"), rev=st.just(1), name=words, email=words,
                     language=words, since=times, region=words)  # fmt: skip


def an_entry(id: int) -> st.SearchStrategy[Filled]:
    case, field = f"c{id % 4}", f"f{id // 4}"
    return st.builds(Filled, id=st.just(f"{case}:{field}"), scope=st.just("s"), rev=st.just(1), case=st.just(case),
                     field=st.just(field), value=words, by=st.just(""), at=times, took=st.just(0))  # fmt: skip


@st.composite
def traits(draw: st.DrawFn) -> Trait:
    field = draw(
        st.sampled_from((*CASE_FIELDS, "unknown", "text", "text", "email", "said", "customer", "field:f0", "field:f1"))
    )
    sort = CASE_FIELDS[field].sort if field in CASE_FIELDS else "word"
    op = draw(
        st.sampled_from(OPS[sort] if draw(st.integers(0, 9)) else tuple({op for ops in OPS.values() for op in ops}))
    )
    value = st.one_of(words, st.sampled_from((ME, MINE)), times, numbers)
    whole = sort in ("number", "time")
    fitting = (
        st.one_of(times, numbers) if whole else st.one_of(st.sampled_from(PARTS), words, st.sampled_from((ME, MINE)))
    )
    return Trait(field, op, tuple(draw(st.lists(fitting if draw(st.integers(0, 9)) else value, max_size=3))))


conditions = st.lists(st.lists(traits(), min_size=0, max_size=3).map(tuple), max_size=3).map(
    lambda clauses: Condition(tuple(clauses))
)
fixtures = st.tuples(st.tuples(*map(a_case, range(4))), st.tuples(*map(a_customer, range(2))),
                     st.tuples(*map(a_message, range(6))), st.tuples(*map(an_entry, range(6))))  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    there=fixtures, asked=st.lists(conditions, min_size=1, max_size=6), order=st.sampled_from(list(QUESTIONS_BY_ORDER))
)
def test_both_say_the_same(shelf: Shelf, there: Any, asked: list[Condition], order: str) -> None:
    cases, customers, messages, filled = map(list, there)
    shelf.fill(cases, customers, messages, filled)
    alone = {Condition(((trait,),)) for condition in asked for clause in condition.clauses for trait in clause}
    for condition in (*asked, *alone):
        sought = shelf.sought(condition, order)
        meant = sorted(filter(sought.matches, cases), key=sought.key, reverse=sought.question.descending)
        assert [one.id for one in shelf.records.page(sought)] == [one.id for one in meant]
        assert shelf.records.count(sought) == len(meant)
    paged, after = [], None
    while page := shelf.records.page(sought, after, 1):
        paged += page
        after = sought.key(page[0])
    assert paged == meant


@pytest.mark.parametrize("op", ["is", "has"])
@pytest.mark.parametrize("between", ["\0", Masked.of("contact")])
def test_no_text_ends_within(shelf: Shelf, op: Op, between: str) -> None:
    case = Case("c0", "s", 1, 1, f"a{between}B", "u0", "", "t", "chat", "en", NOW, NOW, 0)
    shelf.fill([case], [], [])
    condition = Condition(((Trait("subject", op, ("A b",)),),))
    assert list(shelf.records.page(shelf.sought(condition, "longest"))) == [case]


TEXTS = [field for field, column in CASE_FIELDS.items() if column.sort == "text"]
TURNED: tuple[Callable[[str], str], ...] = (
    str, str.upper, str.casefold, partial(unicodedata.normalize, "NFD"), lambda text: text.replace("U", "ü"),
    lambda text: text and "_" + text[1:],
)  # fmt: skip


@st.composite
def near(draw: st.DrawFn, text: str) -> str:
    """All of a text, or a piece of it, in other letters that mean the same, or nearly."""
    begin, end = sorted(draw(st.tuples(*(st.integers(0, len(text)),) * 2)))
    piece = draw(st.sampled_from((text, text[:end], text[begin:], text[begin:end])))
    return draw(st.sampled_from(TURNED))(piece)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_both_find_the_same_texts(shelf: Shelf, data: st.DataObject) -> None:
    """Asked for what stands near a text that there is, in every way, and of every field. The last case has nobody."""
    there = data.draw(st.tuples(*(words,) * 12))
    usual: dict[str, Any] = {"scope": "s", "rev": 1, "team": "t", "channel": "", "language": "", "opened_at": 1,
                             "updated_at": 1, "rank": 0, "in_seq": 1}  # fmt: skip
    cases = [
        Case(id=f"c{at}", number=at, customer=f"u{at}", customer_name=there[at], subject=there[at + 1],
             preview=there[at + 2], **usual)
        for at in range(4)
    ]  # fmt: skip
    customers = [Customer(f"u{at}", "s", 1, "", there[6 + at], "", 1) for at in range(2)]
    said = [Message(f"m{at}", "s", 1, f"c{at % 2}", "", at // 2, "customer", "", "", there[8 + at], 1, 1)
            for at in range(4)]  # fmt: skip
    shelf.fill(cases, customers, said)
    values = tuple(data.draw(st.lists(st.one_of(words, *map(near, there)), min_size=2, max_size=3)))
    for field, op in itertools.product(TEXTS, OPS["text"]):
        sought = shelf.sought(Condition(((Trait(field, op, values),),)), "number")
        assert [one.id for one in shelf.records.page(sought)] == [one.id for one in cases if sought.matches(one)]


@pytest.mark.parametrize(
    ("trait", "meant"),
    [
        (Trait("subject", "has", ("STRASSE",)), "01"),
        (Trait("text", "has", ("nal", "zzz")), "2"),
        (Trait("text", "has", ("unal",)), "2"),
        (Trait("text", "lacks", ("nal",)), "013"),
        (Trait("email", "has", ("@x.",)), "0"),
        (Trait("email", "lacks", ("@x.",)), "123"),
        (Trait("said", "has", ("parc",)), "1"),
        (Trait("said", "is", ("my PARCEL",)), "1"),
        (Trait("tag", "is", ("vip",)), "12"),
        (Trait("tag", "not", ("vip",)), "03"),
        (Trait("tag", "unset"), "0"),
        (Trait("owner", "is", (ME,)), "3"),
        (Trait("team", "is", (MINE,)), "03"),
        (Trait("field:size", "is", ("xl",)), "2"),
        (Trait("field:size", "unset"), "01"),
        (Trait("field:size", "not", ("XL",)), "013"),
        (Trait("due", "sooner", (60,)), "0"),
        (Trait("due", "unset"), "123"),
        (Trait("priority", "above", (1,)), "23"),
    ],
)
def test_what_it_means(shelf: Shelf, trait: Trait, meant: str) -> None:
    told: list[dict[str, Any]] = [
        {"subject": "Hauptstraße", "customer": "u0", "team": "billing", "due": NOW},
        {"subject": "strasse 7", "tags": ("ViP",), "in_seq": 1, "due": NEVER},
        {"preview": "ÜNAL", "tags": ("x", "VIP"), "priority": 2},
        {"tags": ("vips",), "assignee": "mina", "team": "vip", "priority": 3},
    ]
    usual = {"customer": "", "customer_name": "", "team": "t", "channel": "", "language": "", "subject": ""}
    cases = [
        Case(id=f"c{at}", scope="s", rev=1, number=at, opened_at=1, updated_at=1, rank=at, **(usual | fields))
        for at, fields in enumerate(told)
    ]
    said = Message("m1", "s", 1, "c1", "", 1, "customer", "", "", "My parcel", 1, 1)
    filled = [Filled(f"c{at}:{field}", "s", 1, f"c{at}", field, value, "mina", 1, 0)
              for at, field, value in ((1, "other", "XL"), (2, "size", "XL"), (3, "size", "S"))]  # fmt: skip
    shelf.fill(cases, [Customer("u0", "s", 1, "Lena", "lena@x.example", "", 1)], [said], filled)
    sought = shelf.sought(Condition(((trait,),)), "longest")
    assert "".join(case.id[1:] for case in cases if sought.matches(case)) == meant
    assert "".join(case.id[1:] for case in shelf.records.page(sought)) == meant


def test_what_is_known_of_a_question() -> None:
    view: Any = None
    late = Condition(((Trait("due", "sooner", (3_600_000,)), Trait("email", "has", ("@x",))), (Trait("tag", "set"),)))
    sought = cases_that(late, "-due", view, "mina", (), NOW)
    assert is_relative(late)
    assert not is_relative(sought.condition)
    assert sought.fields == {"due", "customer", "tags", "merged_into"}
    assert sought.beside == {"customer"}
    assert sought.question.descending
    assert sought == cases_that(late, "-due", view, "mina", (), NOW)
    assert len({sought, cases_that(late, "-due", view, "mina", (), NOW)}) == 1


@pytest.mark.parametrize(
    ("trait", "sentence"),
    [
        (Trait("colour", "is", ("red",)), "There is nothing called colour to look at. Choose another field."),
        (Trait("due", "has", ("x",)), "due cannot be asked that way. Choose another comparison."),
        (Trait("priority", "above", ("2",)), "Say what priority is compared with."),
        (Trait("state", "is"), "Say what state is compared with."),
        (Trait("text", "has", (" \x00",)), "Say what text is compared with."),
        (Trait("number", "is", (True,)), "Say what number is compared with."),
    ],
)
def test_nonsense_is_refused_in_words(trait: Trait, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(Condition(((trait,),)), CASE_FIELDS)
    assert str(refused.value) == sentence


def test_what_is_kept_is_clean() -> None:
    given = Condition(((Trait("tag", "is", (" vip\x00",)),), (), (Trait("owner", "unset", ("x",)),)))
    assert checked(given, CASE_FIELDS) == Condition(((Trait("tag", "is", ("vip",)),), (Trait("owner", "unset"),)))
