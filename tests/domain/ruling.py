"""A company whose rules act: how they are published, and what the alarm does when their time has come."""

from __future__ import annotations

from typing import Any

from tests.domain.world import MINUTE, SYSTEM, World, company

from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Condition, Trait
from agentdesk.domain.rules import (
    DUE_FIRINGS,
    ActOnRule,
    Automation,
    DraftRules,
    Firing,
    PublishRules,
    Rule,
    Rulebook,
    in_force,
)

URGENT = Act("priority", "3")


def rule(id: str = "r1", when: str = "opened", *acts: Act, **fields: Any) -> Rule:
    told: dict[str, Any] = {"id": id, "name": f"Rule {id}", "when": when, "acts": acts or (Act("tag", id),), **fields}
    return Rule(**told)


def where(field: str, op: str, *values: str | int) -> Condition:
    return Condition(((Trait(field, op, values),),))  # type: ignore[arg-type]


def hold(world: World, *rules: Rule) -> Rulebook:
    """These rules are published."""
    held = world.get(Automation, "rules")
    id = f"book{(held.number if held else 0) + 1}"
    lou = world.actor("lou")
    world.do(DraftRules(rulebook=id, rules=rules, previous=held.rulebook if held else ""), lou)
    world.do(PublishRules(rulebook=id), lou)
    found = in_force(world)
    assert found is not None
    return found


def settle(world: World) -> list[str]:
    """What the alarm does until there is nothing due; how each ended, in order."""
    ended = []
    while due := world.page(DUE_FIRINGS(now=world.time + MINUTE), limit=100):
        for one in due:
            world.do(ActOnRule(firing=one.id, rule=one.rule, version=one.number), SYSTEM)
            found = world.get(Firing, one.id)
            assert found is not None
            ended.append(f"{found.rule} {found.state} {found.why}".strip())
    return ended


def later(world: World, minutes: int) -> list[str]:
    world.time += minutes * MINUTE
    return settle(world)


def fired(world: World) -> list[Firing]:
    return [one for one in world.records.values() if isinstance(one, Firing)]


def ruled(*rules: Rule) -> World:
    world = company()
    hold(world, *rules)
    return world
