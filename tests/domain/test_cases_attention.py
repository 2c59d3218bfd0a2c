"""Whose attention a case has: mentions share it, followers see it, marks only move forward."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.world import World, company

from agentdesk.domain.cases import (
    MENTIONS,
    NEW_MENTIONS,
    Assign,
    Follow,
    FollowCase,
    Message,
    Note,
    Read,
    ReadMark,
    UnfollowCase,
    unread,
)
from agentdesk.domain.kernel import Refusal, Share, Unseen
from agentdesk.domain.people import UpdatePerson


@pytest.fixture
def world() -> World:
    made = company()
    made.open()
    return made


def note(world: World, text: str, id: str = "n1", by: str = "ann") -> Message:
    world.do(Note(case="c1", message=id, text=text), world.actor(by))
    found = world.get(Message, id)
    assert found is not None
    return found


def shares(world: World) -> set[str]:
    return {r.scope for r in world.records.values() if isinstance(r, Share)}


def test_who_is_mentioned_sees_the_case_and_is_told(world: World) -> None:
    note(world, "Cat @[cat], look. @[cat] @[nobody]")
    assert shares(world) == {"user:cat"}
    (told,) = world.page(MENTIONS(me="cat"))
    assert (told.case, told.message, told.by, told.seen, told.scope) == ("c1", "n1", "ann", False, "user:cat")
    assert world.scopes("case", "c1") >= {"user:cat", "team:t1:open"}
    assert world.scopes("message", "c1-m1") >= {"user:cat"}
    note(world, "I see.", "n2", by="cat")


def test_without_a_mention_another_team_sees_nothing(world: World) -> None:
    with pytest.raises(Unseen):
        note(world, "Hello?", by="cat")


def test_a_case_that_moves_on_stays_with_the_mentioned(world: World) -> None:
    note(world, "@[bob]")
    world.do(Assign(case="c1", team="t2"), world.actor("ann"))
    assert "user:bob" in world.scopes("case", "c1")
    note(world, "Still here.", "n2", by="bob")


def test_who_has_left_is_not_mentioned(world: World) -> None:
    world.do(UpdatePerson(person="bob", name="Bob", role="agent", teams=("t1",), active=False), world.actor("adm"))
    assert note(world, "@[bob] @[cat]").mentions == ("cat",)


def test_marks_only_move_forward(world: World) -> None:
    for number in range(2, 6):
        world.receive(f"m{number}")
    ann = world.actor("ann")
    for seq, mark in ((3, 3), (1, 3), (4, 4), (4, 4)):
        world.do(Read(case="c1", seq=seq), ann)
        found = world.get(ReadMark, "ann:c1")
        assert found is not None
        assert (found.seq, found.scope) == (mark, "user:ann")
    assert unread(world.case(), found) == 1


def test_nobody_reads_what_is_not_written(world: World) -> None:
    world.do(Read(case="c1", seq=1_000), world.actor("ann"))
    world.receive("m2")
    assert unread(world.case(), world.get(ReadMark, "ann:c1")) == 1
    with pytest.raises(Refusal, match="no longer there"):
        world.do(Read(case="c9", seq=1), world.actor("ann"))


def test_reading_sees_mentions(world: World) -> None:
    note(world, "@[bob]")
    world.do(Read(case="c1", seq=2), world.actor("bob"))
    assert world.page(NEW_MENTIONS(me="bob")) == []
    assert len(world.page(MENTIONS(me="bob"))) == 1


def test_following_and_no_more(world: World) -> None:
    ann = world.actor("ann")
    world.do(FollowCase(case="c1"), ann)
    assert world.get(Follow, "ann:c1") is not None
    assert shares(world) == {"user:ann"}
    world.do(UnfollowCase(case="c1"), ann)
    assert world.get(Follow, "ann:c1") is None
    assert shares(world) == set()
    assert world.do(UnfollowCase(case="c1"), ann) == []


def test_who_was_mentioned_keeps_the_case_after_unfollowing(world: World) -> None:
    note(world, "@[ann]", by="bob")
    world.do(FollowCase(case="c1"), world.actor("ann"))
    world.do(UnfollowCase(case="c1"), world.actor("ann"))
    assert shares(world) == {"user:ann"}


@given(st.integers(0, 100), st.integers(0, 100))
def test_unread_is_never_negative(seq: int, mark: int) -> None:
    case = company().open()
    fields = {name: getattr(case, name) for name in case.__struct_fields__}
    found = unread(type(case)(**{**fields, "seq": seq}), ReadMark("a:c1", "user:a", 0, "a", "c1", mark))
    assert found == max(0, seq - mark)
    assert unread(type(case)(**{**fields, "seq": seq}), None) == seq
