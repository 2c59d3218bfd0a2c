"""Rules of the sample company, and a wish for each command about them."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.domain.world import World

from agentdesk.domain.cases.acting import Act
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.rules import DraftRules, Firing, PublishRules, Rule

HOUR = 3_600_000
LATE = Act("tag", "late")
TAGS = Rule(id="tags", name="Tag it", when="priority", acts=(LATE,))


def ruled(world: World) -> None:
    """Two versions of rules were published, another one is drafted; one that was set off in c1 waits no longer."""
    adm = world.actor("adm")
    world.do(DraftRules(rulebook="book1", rules=(TAGS,)), adm)
    world.do(PublishRules(rulebook="book1"), adm)
    more = msgspec.structs.replace(TAGS, id="more")
    world.do(DraftRules(rulebook="book2", rules=(TAGS, more), previous="book1"), adm)
    world.do(PublishRules(rulebook="book2"), adm)
    world.do(DraftRules(rulebook="book3", rules=(TAGS,), previous="book2"), adm)
    at, scope = world.time - HOUR, world.case("c1").scope
    world.put(Firing("fire1", scope, 0, "c1", "book2", 2, "tags", "Tag it", "priority", at, at, "waits"))
    texts = (Wording("", "We have it."),)
    world.do(AddMacro(macro="k2", name="Thanks", texts=texts, acts=(), audience="all"), world.actor("sue"))


RULING: dict[str, dict[str, Any]] = {
    "macro.answer": {"case": "c2", "macro": "k2", "message": "m9"},
    "rules.draft": {"rulebook": "book9", "rules": (TAGS,)},
    "rules.publish": {"rulebook": "book3"},
    "rules.roll_back": {"rulebook": "book9", "version": "book1", "previous": "book2"},
    "rules.discard": {"rulebook": "book3"},
    "rules.switch": {"on": False, "rule": "tags", "reason": "It tags too much."},
    "rules.try": {"rulebook": "book3"},
    "rules.act": {"firing": "fire1", "rule": "tags", "version": 2},
}
