"""Friction: it goes to somebody who can answer, by a date, comes back to who reported it, and never ends unanswered."""

from __future__ import annotations

import random

import msgspec
import pytest
from tests.domain.world import SYSTEM, World, company

from agentdesk.domain.friction import (
    AGAIN,
    DAY,
    TO_ANSWER,
    AnswerFriction,
    DoubtAnswer,
    Friction,
    FrictionNotice,
    KeepProcess,
    PassFriction,
    ReadFriction,
    Report,
    RingFriction,
)
from agentdesk.domain.kernel import Command, Denied, Refusal, Unseen
from agentdesk.domain.people import Person, UpdatePerson


def reported(world: World, **fields: str) -> Friction:
    world.do(Report(friction="f", words=" Two forms. ", **fields), world.actor("ann"))
    return friction(world)


def friction(world: World, id: str = "f") -> Friction:
    found = world.get(Friction, id)
    assert found is not None
    return found


def told(world: World, person: str) -> list[str]:
    return [one.what for one in world.records.values() if isinstance(one, FrictionNotice) and one.person == person]


def test_it_goes_to_the_owner_of_the_process_and_the_answer_comes_back() -> None:
    world = company()
    world.do(KeepProcess(process="p", name=" Refunds ", owner="bob", days=3), world.actor("lou"))
    world.open()
    found = reported(world, process="p", case="c1")
    assert (found.owner, found.about, found.words) == ("bob", "Refunds", "Two forms.")
    assert found.due - found.at == 3 * DAY
    assert told(world, "bob") == ["asked"]
    with pytest.raises(Denied, match="Only who was asked"):
        world.do(AnswerFriction(friction="f", answer="So."), world.actor("sue"))
    with pytest.raises(Refusal, match="even if nothing can be changed"):
        world.do(AnswerFriction(friction="f", answer=" "), world.actor("bob"))
    world.do(AnswerFriction(friction="f", answer="One form."), world.actor("bob"))
    assert world.do(AnswerFriction(friction="f", answer="One form."), world.actor("bob")) == []
    assert (friction(world).state, friction(world).alarm, told(world, "ann")) == ("answered", 0, ["answered"])
    with pytest.raises(Denied, match="Only who reported it"):
        world.do(DoubtAnswer(friction="f", doubt="No."), world.actor("sue"))
    world.do(DoubtAnswer(friction="f", doubt="Still two."), world.actor("ann"))
    assert (friction(world).state, friction(world).doubt) == ("open", "Still two.")
    assert told(world, "bob") == ["asked", "asked"]


def test_without_a_process_a_lead_answers_and_who_leaves_leaves_nothing_behind() -> None:
    world = company()
    assert reported(world).owner == "lou"
    world.do(PassFriction(friction="f", person="bob"), world.actor("lou"))
    bob = world.get(Person, "bob")
    assert bob is not None
    gone = UpdatePerson(person="bob", name=bob.name, role=bob.role, teams=bob.teams, active=False)
    world.do(gone, SYSTEM)
    assert friction(world).owner == "lou"
    assert told(world, "lou") == ["asked", "asked"]
    with pytest.raises(Refusal, match="choose somebody else"):
        world.do(PassFriction(friction="f", person="adm"), world.actor("lou"))


def test_nobody_to_answer_is_said_before_anything_is_lost() -> None:
    world = company()
    for id in ("lou", "tim"):
        person = world.get(Person, id)
        assert person is not None
        world.put(msgspec.structs.replace(person, role="agent"))
    with pytest.raises(Refusal, match="nobody yet"):
        reported(world)


def test_what_is_late_is_said_again_and_again() -> None:
    world = company()
    world.do(KeepProcess(process="p", name="Refunds", owner="bob"), world.actor("lou"))
    found = reported(world, process="p")
    world.do(RingFriction(friction="f"), SYSTEM)
    assert told(world, "bob") == ["asked"]  # too early
    for times in (1, 2):
        world.time = friction(world).alarm + 1
        world.do(RingFriction(friction="f"), SYSTEM)
        assert told(world, "bob").count("late") == told(world, "lou").count("late") == times
        assert friction(world).alarm == world.time + AGAIN * DAY
    assert friction(world).due == found.due
    notice = next(one for one in world.records.values() if isinstance(one, FrictionNotice) and one.person == "bob")
    with pytest.raises(Unseen):  # what somebody else was told is theirs alone
        world.do(ReadFriction(notice=notice.id), world.actor("sue"))
    world.do(ReadFriction(notice=notice.id), world.actor("bob"))
    assert world.records["friction_notice", notice.id].seen  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(20))
def test_none_ends_unanswered(seed: int) -> None:
    """After whatever happened: what is open is somebody's who can answer, with a moment at which they hear of it; what
    is answered says what, and its reporter was told.
    """
    chance, world = random.Random(seed), company()
    people = ("ann", "bob", "cat", "sue", "tim", "lou")
    for n in range(80):
        id, one, other = f"f{chance.randrange(6)}", chance.choice(people), chance.choice(people)
        active = chance.random() < 0.6 or other in ("lou", one)
        held = world.get(Person, other)
        assert held is not None
        by_system: tuple[Command, ...] = (
            UpdatePerson(person=other, name=other, role=held.role, teams=held.teams, active=active),
            RingFriction(friction=id),
        )
        wishes: tuple[Command, ...] = (
            Report(friction=id, words=f"It hurts {n}.", process=chance.choice(("", "p"))),
            KeepProcess(process="p", name="P", owner=other, days=chance.randrange(1, 9)),
            AnswerFriction(friction=id, answer=f"So {n}."),
            PassFriction(friction=id, person=other),
            DoubtAnswer(friction=id, doubt=f"No {n}."),
            *by_system,
        )
        wish = chance.choice(wishes)
        world.time += chance.randrange(3 * DAY)
        try:
            world.do(wish, SYSTEM if wish in by_system else world.actor(one))
        except (Refusal, Denied):
            continue
        holds(world)
    assert any(isinstance(one, Friction) for one in world.records.values())


def holds(world: World) -> None:
    for one in [one for one in world.records.values() if isinstance(one, Friction)]:
        owner = world.get(Person, one.owner)
        assert owner is not None
        if one.state == "answered":
            assert one.answer
            assert "answered" in told(world, one.by)
        else:
            assert owner.active
            assert one.alarm > 0
            assert one in world.page(TO_ANSWER(me=owner.id))
