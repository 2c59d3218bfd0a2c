"""Rules of queues and drills: which rule fits, versions that nobody overwrites, and an end that comes by itself."""

from __future__ import annotations

import msgspec
import pytest
from tests.domain.world import World, company

from agentdesk.domain.kernel import Actor, Refusal
from agentdesk.domain.suggestions import AssistRules, AssistState, Drill, QueueRule, SetAssistRules, limit
from agentdesk.domain.suggestions.steering import ASSIST, BY_WORDS, DRAFTED, MINUTE, SEARCH

SYSTEM = Actor("system", "system")


@pytest.fixture
def world() -> World:
    made = company()
    made.open()
    return made


def set_rules(world: World, id: str, *rows: QueueRule, previous: str = "") -> None:
    world.do(SetAssistRules(rules=id, rows=rows, previous=previous), SYSTEM)


def state(world: World) -> AssistState:
    found = world.get(AssistState, ASSIST)
    assert found is not None
    return found


def test_the_closest_rule_holds(world: World) -> None:
    case = world.case()
    assert limit(world, case.team, "chat", world.time) == (DRAFTED, 0.0)
    rows = (QueueRule(least=10), QueueRule(channel="chat", least=20), QueueRule(team=case.team, least=30),
            QueueRule(team=case.team, channel="chat", on=False, least=40))  # fmt: skip
    set_rules(world, "v1", *rows)
    for team, channel, expected in (
        (case.team, "chat", (SEARCH, 0.4)), (case.team, "email", (DRAFTED, 0.3)), ("other", "chat", (DRAFTED, 0.2)),
        ("other", "email", (DRAFTED, 0.1)),
    ):  # fmt: skip
        assert limit(world, team, channel, world.time) == expected


def test_versions_follow_one_another_and_are_kept(world: World) -> None:
    set_rules(world, "v1", QueueRule(least=10))
    set_rules(world, "v1", QueueRule(least=10))
    set_rules(world, "v2", QueueRule(least=20), previous="v1")
    assert (state(world).rules, state(world).number) == ("v2", 2)
    kept = world.get(AssistRules, "v1")
    assert kept is not None
    assert kept.rows == (QueueRule(least=10),)
    for wish, why in (
        (SetAssistRules(rules="v3", rows=(), previous="v1"), "other rules"),
        (SetAssistRules(rules="v3", rows=(QueueRule(), QueueRule(on=False)), previous="v2"), "two rules"),
        (SetAssistRules(rules="v3", rows=(QueueRule(team="nobody"),), previous="v2"), "no such team"),
    ):
        with pytest.raises(Refusal, match=why):
            world.do(wish, SYSTEM)


def test_a_drill_ends_by_itself_and_leaves_the_rules(world: World) -> None:
    set_rules(world, "v1", QueueRule(least=10))
    with pytest.raises(Refusal, match="why"):
        world.do(Drill(level=2, until=world.time + 5 * MINUTE), SYSTEM)
    with pytest.raises(Refusal, match="within a day"):
        world.do(Drill(level=2, until=world.time + 3_000 * MINUTE, reason="To see."), SYSTEM)
    world.do(Drill(level=2, until=world.time + 5 * MINUTE, reason="To see."), SYSTEM)
    began = state(world).until - 1
    assert limit(world, "t", "chat", began) == (BY_WORDS, 0.1)
    assert limit(world, "t", "chat", state(world).until) == (DRAFTED, 0.1)
    world.do(Drill(level=2, until=0), SYSTEM)
    assert limit(world, "t", "chat", began) == (DRAFTED, 0.1)
    assert state(world).rules == "v1"
    assert msgspec.structs.asdict(state(world))["reason"] == ""
