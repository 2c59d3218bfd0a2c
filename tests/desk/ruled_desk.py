"""A desk of somebody who leads: rules hold, a draft is in work, and some have acted."""

from __future__ import annotations

import msgspec
from tests.desk.fake_desk import MINUTE, FakeDesk

from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Actor, Condition, Trait
from agentdesk.domain.rules import DUE_FIRINGS, ActOnRule, DraftRules, PublishRules, Rule, SwitchRules

VIP = Rule(
    id="vip", name="Big customers first", when="opened",
    condition=Condition(((Trait("customer", "has", ("Sorensen",)),),)), acts=(Act("priority", "3"), Act("tag", "vip")),
)  # fmt: skip
UP = Rule(
    id="up", name="Urgent is tagged", when="priority", about="3", acts=(Act("tag", "urgent"), Act("priority", "2"))
)
DOWN = Rule(id="down", name="High is urgent", when="priority", about="2", acts=(Act("priority", "3"),))
WAIT = Rule(
    id="wait", name="Nobody has answered", when="customer", after=240,
    acts=(Act("team", "orders"), Act("note", "Four hours without an answer.")),
)  # fmt: skip


def settle(desk: FakeDesk) -> None:
    """What the server's alarm does, until nothing is due."""
    while due := desk.view.page(DUE_FIRINGS(now=desk.time), limit=50):
        for one in due:
            desk.act(ActOnRule(firing=one.id, rule=one.rule, version=one.number), Actor("clock", "system"))


def ruled(desk: FakeDesk) -> FakeDesk:
    """Rules in force and a draft; two cases, one of which has gone through them."""
    desk._me = msgspec.structs.replace(desk.me, role="supervisor", scopes=desk.me.scopes | {"rules"})
    assert desk.do(DraftRules(rulebook="b1", rules=(VIP,)))
    assert desk.do(PublishRules(rulebook="b1"))
    assert desk.do(DraftRules(rulebook="b2", rules=(VIP, UP, DOWN, WAIT), previous="b1"))
    assert desk.do(PublishRules(rulebook="b2"))
    assert desk.do(SwitchRules(on=False, rule="down", reason="It is too much."))
    assert desk.do(SwitchRules(on=True, rule="down"))
    for n, name in enumerate(("Lena Sorensen", "Tomas Okafor"), 1):
        desk.open_case(f"ruled{n}", customer=f"ruled-u{n}", customer_name=name)
        desk.time += MINUTE
        settle(desk)
    late = msgspec.structs.replace(WAIT, after=120)
    assert desk.do(DraftRules(rulebook="d1", rules=(VIP, UP, DOWN, late), previous="b2"))
    return desk
