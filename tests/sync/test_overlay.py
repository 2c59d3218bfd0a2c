"""Wishes over truth: what they show, and that exactly those are decided anew which could come out otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from tests.sync.fake import Truth
from tests.sync.samples import case, conversation, message, person, team

from agentdesk.domain.cases import records as cases
from agentdesk.domain.cases.handling import Claim, Tag
from agentdesk.domain.cases.questions import MESSAGES
from agentdesk.domain.cases.records import Case, Message
from agentdesk.domain.cases.states import Unsend
from agentdesk.domain.cases.writing import Note, Reply
from agentdesk.domain.kernel import Actor, Asked, Command, Record, Refusal, decide, spec_of
from agentdesk.domain.people import Person
from agentdesk.domain.queue import UNASSIGNED
from agentdesk.sync import overlay as module
from agentdesk.sync.news import Pending
from agentdesk.sync.overlay import Overlay

ANN = Actor(id="ann", role="agent", name="Ann", device="d")


class Base:
    """Truth in memory."""

    scopes = frozenset({"org", "team:t1:open"})
    filled = frozenset({"org"})

    def __init__(self, *records: Record) -> None:
        self.records = {(spec_of(record).kind, record.id): record for record in records}
        self.truth = Truth(self.records)

    def get(self, kind: str, id: str) -> Record | None:
        return self.records.get((kind, id))

    def get_many(self, kind: str, ids: Any) -> dict[str, Record]:
        return {id: self.records[kind, id] for id in ids if (kind, id) in self.records}

    def page(self, asked: Asked[Any], after: tuple[Any, ...] | None = None, limit: int = 50) -> list[Any]:
        return self.truth.page(asked, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        return self.truth.count(asked)

    def change(self, *records: Record) -> dict[tuple[str, str], tuple[Record | None, Record | None]]:
        """Put these, and tell it as pairs."""
        pairs: dict[tuple[str, str], tuple[Record | None, Record | None]] = {}
        for record in records:
            key = (spec_of(record).kind, record.id)
            pairs[key] = (self.records.get(key), record)
            self.records[key] = record
        return pairs


def base() -> Base:
    return Base(team(), person(), *(replace(c, rev=5) for c in (case("c1"), case("c2", rank=9))), conversation())


class Desk:
    """An overlay with an easy hand."""

    def __init__(self, truth: Base | None = None) -> None:
        self.truth = truth or base()
        self.overlay = Overlay(self.truth, ANN)
        self.key = 0

    def wish(self, command: Command, at: int = 100) -> int:
        self.key += 1
        self.overlay.lay(self.overlay.weigh(Pending(self.key, command, at)))
        return self.key

    def case(self, id: str = "c1") -> Case:
        found = self.overlay.view.get(Case, id)
        assert found is not None
        return found


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases of commands that were decided, in order."""
    told: list[str] = []

    def telling(command: Any, *rest: Any) -> Any:
        told.append(command.case)
        return decide(command, *rest)

    monkeypatch.setattr(module, "decide", telling)
    return told


def test_later_wishes_build_on_earlier_ones() -> None:
    desk = Desk()
    desk.wish(Tag(case="c1", tag="a"))
    desk.wish(Tag(case="c1", tag="b"))
    assert desk.case().tags == ("a", "b")
    assert desk.case().rev == 0


def test_a_refused_wish_leaves_no_trace() -> None:
    desk = Desk()
    with pytest.raises(Refusal):
        desk.wish(Note(case="c1", message="n1", text=""))
    assert not desk.overlay.wishes
    assert not desk.overlay.view.over


def test_pages_and_counts_have_the_effects_in_them() -> None:
    desk = Desk()
    desk.wish(Claim(case="c1"))
    assert [one.id for one in desk.overlay.view.page(UNASSIGNED())] == ["c2"]
    assert desk.overlay.view.count(UNASSIGNED()) == 1
    desk.wish(Note(case="c2", message="n1", text="words"))
    assert [one.id for one in desk.overlay.view.page(MESSAGES(case="c2"))] == ["n1"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_follow_one_another_without_gap_or_repeat(limit: int) -> None:
    truth = base()
    truth.change(*(replace(message(f"m{i}", seq=i), rev=5) for i in range(1, 9)))
    desk = Desk(truth)
    for i in range(5):
        desk.wish(Note(case="c1", message=f"n{i}", text="words"))
    asked = MESSAGES(case="c1")
    whole = [one.id for one in desk.overlay.view.page(asked, None, 100)]
    paged: list[str] = []
    after = None
    while page := desk.overlay.view.page(asked, after, limit):
        paged += [one.id for one in page]
        after = asked.key(page[-1])
    assert paged == whole
    assert len(whole) == 13


def test_only_what_looked_at_the_change_is_decided_anew(decided: list[str]) -> None:
    desk = Desk()
    desk.wish(Tag(case="c1", tag="a"))
    desk.wish(Tag(case="c2", tag="b"))
    decided.clear()
    touched = desk.overlay.rebase(desk.truth.change(replace(case("c1", priority=3), rev=6)))
    assert decided == ["c1"]
    assert touched == {("case", "c1")}
    assert (desk.case().priority, desk.case().tags) == (3, ("a",))


def test_nothing_is_decided_anew_for_a_change_elsewhere(decided: list[str]) -> None:
    desk = Desk()
    desk.wish(Tag(case="c1", tag="a"))
    decided.clear()
    assert desk.overlay.rebase(desk.truth.change(replace(case("c3"), rev=6))) == set()
    assert decided == []


def test_what_comes_out_otherwise_moves_those_that_build_on_it(decided: list[str]) -> None:
    desk = Desk()
    first = desk.wish(Tag(case="c1", tag="a"))
    desk.wish(Tag(case="c1", tag="b"))
    decided.clear()
    assert desk.overlay.rebase({}, [first]) == {("case", "c1")}
    assert desk.case().tags == ("b",)
    assert decided == ["c1"]


def test_an_answer_that_changes_is_looked_at_too() -> None:
    """A reply looks at what was written after it was begun: a question, not a record."""
    truth = base()
    desk = Desk(truth)
    desk.wish(Reply(case="c1", message="r1", text="Answer", seen=0))
    assert desk.overlay.view.get(Message, "r1") is not None
    new = replace(case("c1", seq=1, in_seq=1), rev=6)
    desk.overlay.rebase(truth.change(replace(message(), rev=6), new))
    assert desk.overlay.view.get(Message, "r1") is None
    assert len(desk.overlay.wishes) == 1  # the server has the last word


def test_a_question_alone_makes_it_look_again() -> None:
    """The conversation that a reply goes to is found by asking."""
    truth = base()
    desk = Desk(truth)
    desk.wish(Reply(case="c1", message="r1", text="Answer", seen=0))
    newer = replace(conversation("v2"), rev=6, opened_at=50)
    desk.overlay.rebase(truth.change(newer))
    reply = desk.overlay.view.get(Message, "r1")
    assert reply is not None
    assert reply.conversation == "v2"


def test_removed_here_is_really_missing() -> None:
    desk = Desk()
    desk.wish(Reply(case="c1", message="r1", text="Answer", seen=0, hold=10))
    desk.wish(Unsend(message="r1"))
    assert desk.overlay.view.get(Message, "r1") is None
    assert desk.overlay.view.knows(Message, "r1")


def test_what_everybody_holds_is_known_to_be_missing_once_it_is_complete() -> None:
    desk = Desk()
    assert desk.overlay.view.knows(Person, "nobody")
    assert not desk.overlay.view.knows(Case, "nothing")
    desk.truth.filled = frozenset()
    assert not desk.overlay.view.knows(Person, "nobody")


def test_the_unknown_waits_without_effect_until_it_is_known() -> None:
    desk = Desk()
    desk.wish(Tag(case="c9", tag="a"))
    assert not desk.overlay.view.over
    desk.overlay.rebase(desk.truth.change(replace(case("c9"), rev=6)))
    assert desk.case("c9").tags == ("a",)


def test_replaced_wishes_keep_their_order_and_are_decided_anew() -> None:
    desk = Desk()
    desk.wish(Tag(case="c1", tag="a"))
    before = desk.overlay.wishes[0].pending
    desk.overlay.replace([Pending(-1, Tag(case="c1", tag="z"), 1), before])
    assert desk.case().tags == ("z", "a")


def test_the_hour_of_a_wish_is_that_of_its_first_decision() -> None:
    desk = Desk()
    desk.wish(Note(case="c1", message="n1", text="words"), at=123)
    desk.overlay.rebase(None)
    note = desk.overlay.view.get(Message, "n1")
    assert isinstance(note, cases.Message)
    assert (note.at, note.written_at) == (123, 123)
