"""Macros: who keeps which, what is filled in, and that a use of one happens once and as a whole."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.domain.world import MINUTE, World, company

from agentdesk.domain.cases import Message, Note, stranger
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.kernel import Denied, Fact, Masked, Refusal
from agentdesk.domain.macros import (
    AddMacro,
    ChangeMacro,
    Macro,
    MacroNote,
    MacroReply,
    MacroUse,
    RemoveMacro,
    RunMacro,
    Wording,
    filled,
    text_for,
    unfilled,
    values_for,
)

TEXTS = (
    Wording("EN", "{{greeting}} your parcel {{parcel}} is late."),
    Wording("de", "{{greeting}} Paket."),
    Wording("", "?"),
)
ACTS = (Act("tag", "late"), Act("priority", "2"), Act("note", "Ask @[bob]."), Act("snooze", "60"))


def keep(world: World, who: str = "ann", macro: str = "k1", **fields: Any) -> Macro:
    world.do(AddMacro(macro=macro, **({"name": " Late ", "texts": TEXTS, "acts": ACTS} | fields)), world.actor(who))
    found = world.get(Macro, macro)
    assert found is not None
    return found


def refusal(world: World, who: str, command: Any) -> str:
    with pytest.raises(Refusal) as refused:
        world.do(command, world.actor(who))
    return str(refused.value)


def test_a_reply_with_all_that_it_does_happens_once_and_whole() -> None:
    world = company()
    world.open()
    keep(world)
    wish = MacroReply(case="c1", macro="k1", version=1, message="r1", text="It is late.", seen=1, acts=ACTS)
    world.do(wish, world.actor("ann"))
    case = world.case()
    assert (case.tags, case.priority, case.status, case.assignee) == (("late",), 2, "snoozed", "ann")
    assert case.snoozed_until == world.time + 60 * MINUTE
    told = [(m.kind, m.text or m.event) for m in world.messages()]
    assert told[1:] == [
        ("reply", "It is late."),
        ("event", "prioritised"),
        ("note", "Ask @[bob]."),
        ("event", "snoozed"),
    ]
    assert [m.seq for m in world.messages()] == [1, 2, 3, 4, 5]
    assert Fact("macro.used", "macro", "k1", 1) in world.facts
    use = world.get(MacroUse, "r1")
    assert use is not None
    assert (use.case, use.by, use.scope) == ("c1", "ann", case.scope)
    before = dict(world.records)
    assert world.do(wish, world.actor("ann")) == []
    assert world.records == before
    world.receive("m2")
    newer = msgspec.structs.replace(wish, message="r2", acts=(Act("tag", "more"),))
    assert "wrote in the meantime" in refusal(world, "ann", newer)
    assert world.case().tags == ("late",)


def test_one_act_that_cannot_be_done_undoes_all() -> None:
    world = company()
    world.open()
    keep(world)
    acts = (Act("tag", "late"), Act("assign", "cat"))
    assert "is not in that team" in refusal(
        world, "ann", MacroReply(case="c1", macro="k1", version=1, message="r1", text="Soon.", seen=1, acts=acts)
    )
    assert world.case().tags == ()
    assert world.get(Message, "r1") is None


def test_nobody_does_by_a_macro_what_they_may_not_do() -> None:
    world = company()
    world.open()
    keep(world)
    quality = msgspec.structs.replace(world.actor("ann"), role="quality")
    with pytest.raises(Denied):
        world.do(MacroNote(case="c1", macro="k1", version=1, message="n1", text="Hm.", seen=1, acts=ACTS[:1]), quality)
    world.do(RunMacro(case="c1", macro="k1", version=1, run="x1", seen=1, acts=ACTS[:1]), world.actor("ann"))
    assert world.case().tags == ("late",)
    assert "does nothing" in refusal(world, "ann", RunMacro(case="c1", macro="k1", version=1, run="x2", seen=1))


def test_what_is_filled_in() -> None:
    world = company()
    world.open(customer_name="Lena {{x}} {0}", language="de-AT", subject="Paket")
    ann, case, macro = world.actor("ann"), world.case(), keep(world)
    assert [text_for(macro, language) for language in ("de-AT", "en_GB", "fr")] == [
        t.text for t in (TEXTS[1], TEXTS[0], TEXTS[2])
    ]
    values = values_for(case, ann)
    assert filled("{{greeting}} {{ agent.name }} #{{case.number}}", values) == "Guten Tag Lena {{x}} {0}, Ann #1"
    hidden = msgspec.structs.replace(case, customer_name=Masked.of("name"))
    assert filled("{{customer.name}}|{{greeting}}", values_for(hidden, ann)) == "{{customer.name}}|Guten Tag,"
    for nobody in (stranger("v-9a20"), "lena@example.com"):  # nobody is to be greeted like that
        called = msgspec.structs.replace(case, customer_name=nobody)
        assert filled("{{customer.name}}|{{greeting}}", values_for(called, ann)) == "{{customer.name}}|Guten Tag,"
    assert unfilled(filled(TEXTS[0].text, values_for(hidden, ann))) == ("parcel",)
    wish = MacroReply(case="c1", macro="k1", version=1, message="r1", text="Your {{parcel}}.", seen=1)
    assert refusal(world, "ann", wish) == "Not sent: parcel is not filled in yet."


def test_who_keeps_and_changes_which() -> None:
    world = company()
    assert keep(world).scope == "user:ann"
    assert keep(world, "lou", "k2", audience="team", team="t1").scope == "team:t1:open"
    assert "Save it for yourself" in refusal(
        world, "ann", AddMacro(macro="k9", name="x", texts=TEXTS, acts=(), audience="all")
    )
    change = ChangeMacro(macro="k2", version=1, name="New", texts=TEXTS, acts=(), audience="team", team="t1")
    assert "somebody else" in refusal(world, "ann", change)
    world.do(change, world.actor("sue"))
    assert world.do(change, world.actor("sue")) == []
    stale = msgspec.structs.replace(change, name="Third")
    assert "meanwhile" in refusal(world, "lou", stale)
    world.do(RemoveMacro(macro="k2"), world.actor("lou"))
    assert world.get(Macro, "k2") is None


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"name": " "}, "needs a name"),
        ({"texts": (), "acts": ()}, "a text or an action"),
        ({"texts": (Wording("de", "a"), Wording("DE", "b"))}, "same language"),
        ({"acts": (Act("tag", " "),)}, "what it is to do"),
        ({"acts": (Act("priority", "9"),)}, "from 0"),
        ({"acts": (Act("snooze", "soon"),)}, "number of minutes"),
    ],
)
def test_nonsense_is_refused_in_words(fields: dict[str, Any], part: str) -> None:
    wish = {"macro": "k1", "name": "x", "texts": TEXTS, "acts": ACTS} | fields
    assert part in refusal(company(), "ann", AddMacro(**wish))


def test_of_a_case_that_was_noted_twice_both_notes_stay() -> None:
    world = company()
    world.open()
    keep(world)
    world.do(Note(case="c1", message="n0", text="First."), world.actor("bob"))
    acts = (Act("note", "Second."), Act("note", "Third."))
    world.do(RunMacro(case="c1", macro="k1", version=1, run="x1", seen=1, acts=acts), world.actor("ann"))
    assert [m.text for m in world.messages()][1:] == ["First.", "Second.", "Third."]
