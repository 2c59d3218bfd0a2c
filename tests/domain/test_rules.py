"""Rules: set off in the commit that causes them, done once, never in a ring, and by versions that leads publish."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.domain.escalated import escalated, hand_on
from tests.domain.ruling import URGENT, fired, hold, later, rule, ruled, settle, where
from tests.domain.timed import policy, publish
from tests.domain.world import MINUTE, SYSTEM, company

from agentdesk.domain.cases import (
    Assign,
    Claim,
    DefineField,
    Fill,
    Prioritise,
    Reopen,
    Reply,
    Solve,
    Tag,
    Untag,
)
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.clocks import DUE_CLOCKS, Ring
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.mail import Mail
from agentdesk.domain.people import Person
from agentdesk.domain.rules import (
    ActOnRule,
    Automation,
    DiscardRules,
    DraftRules,
    PublishRules,
    RollBackRules,
    Rule,
    SwitchRules,
    TryRules,
    in_force,
)
from agentdesk.domain.rules.past import matches, moments


def test_each_event_sets_off_its_rule_and_no_other() -> None:
    whens = {
        "opened": {}, "customer": {}, "state": {"about": "solved"}, "tagged": {"about": "VIP"},
        "untagged": {},
        "assigned": {"about": "bob"}, "moved": {"about": "t2"},
        "priority": {"about": "2"}, "field": {"about": "order", "equals": "big"}, "warned": {},
        "late": {"about": "first"},
    }  # fmt: skip
    world = company()
    ann = world.actor("ann")
    world.do(DefineField(field="order", title="Order"), world.actor("lou"))
    publish(world, "rules1", policy(calendar="always", warn=50))
    hold(world, *(rule(when, when, Act("note", f"saw {when}"), **more) for when, more in whens.items()))

    heard: set[str] = set()

    def new() -> list[str]:
        """What was noted since it was last asked."""
        settle(world)
        notes = [one for one in world.messages() if one.kind == "note" and one.id not in heard]
        heard.update(one.id for one in notes)
        return sorted(one.text.removeprefix("saw ") for one in notes)

    world.open()
    assert new() == ["customer", "opened"]
    world.receive("m2")
    assert new() == ["customer"]
    world.do(Tag(case="c1", tag="vip"), ann)
    world.do(Tag(case="c1", tag="other"), ann)
    assert new() == ["tagged"]
    world.do(Untag(case="c1", tag="other"), ann)
    assert new() == ["untagged"]
    world.do(Prioritise(case="c1", priority=2), ann)
    world.do(Prioritise(case="c1", priority=1), ann)
    assert new() == ["priority"]
    world.do(Claim(case="c1"), ann)
    assert new() == []
    world.do(Assign(case="c1", assignee="bob"), world.actor("lou"))
    assert new() == ["assigned"]
    world.do(Assign(case="c1", assignee="cat", team="t2"), world.actor("lou"))
    assert new() == ["moved"]
    world.do(Assign(case="c1", team="t1"), world.actor("tim"))
    world.do(Fill(case="c1", field="order", value="small"), ann)
    world.do(Fill(case="c1", field="order", value="BIG"), ann)
    assert new() == ["field"]
    for minutes, wanted in ((31, "warned"), (40, "late")):
        world.time += minutes * MINUTE
        for clock in world.page(DUE_CLOCKS(now=world.time), limit=10):
            world.do(Ring(clock=clock.id), SYSTEM)
        assert wanted in new()
    world.do(Solve(case="c1", seen=99), ann)
    assert new() == ["state"]
    world.do(Reopen(case="c1"), ann)
    assert new() == []


def test_it_acts_once_under_its_own_name_and_the_thread_says_so() -> None:
    world = ruled(rule("r1", "opened", URGENT, Act("team", "t1"), Act("note", "Look at this."), Act("solve")))
    world.open()
    (one,) = fired(world)
    assert (one.state, one.case, one.number) == ("waits", "c1", 1)
    assert settle(world) == ["r1 done"]
    case = world.case()
    assert (case.priority, case.status, case.assignee) == (3, "solved", "")
    told = [(m.event or m.kind, m.author_name) for m in world.messages()][1:]
    assert told == [(what, "Rule r1") for what in ("ruled", "prioritised", "note", "solved")]
    before = dict(world.records)
    world.do(ActOnRule(firing=one.id, rule="r1", version=1), SYSTEM)
    assert world.records == before


def test_what_waits_goes_by_what_holds_when_it_is_due_and_lapses_with_its_reason() -> None:
    world = ruled(rule("r1", "customer", after=60), rule("r2", "state", about="solved", after=60))
    ann = world.actor("ann")
    world.open()
    world.receive("m2")
    assert [one.rule for one in fired(world)] == ["r1"], "a second word puts nothing off"
    world.do(Reply(case="c1", message="a1", text="Here.", seen=9), ann)
    assert [(one.state, one.why) for one in fired(world)] == [("lapsed", "over")]
    world.receive("m3")
    world.do(Solve(case="c1", seen=99), ann)
    assert sorted((one.rule, one.state) for one in fired(world)) == [
        ("r1", "lapsed"), ("r1", "lapsed"), ("r2", "waits"),
    ]  # fmt: skip
    hold(world, rule("r2", "state", Act("tag", "mended"), about="solved", after=60))
    assert later(world, 30) == []
    assert later(world, 30) == ["r2 done"]
    assert world.case().tags == ("mended",)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda w: w.do(SwitchRules(on=False, rule="r1"), w.actor("lou")), "off"),
        (lambda w: w.do(SwitchRules(on=False), w.actor("lou")), "off"),
        (lambda w: hold(w, rule("other")), "gone"),
        (lambda w: w.do(Tag(case="c1", tag="no"), w.actor("ann")), "condition"),
    ],
)
def test_what_is_set_off_may_still_be_stopped(change: Any, why: str) -> None:
    world = ruled(rule("r1", condition=where("tag", "not", "no")))
    world.open()
    change(world)
    assert settle(world) == [f"r1 lapsed {why}"]
    assert "r1" not in world.case().tags


def test_switched_off_it_is_not_set_off_and_on_again_it_is() -> None:
    world = ruled(rule("r1"), rule("r2"))
    lou = world.actor("lou")
    world.do(SwitchRules(on=False, rule="r1", reason="Too much."), lou)
    world.open("c1")
    assert settle(world) == ["r2 done"]
    world.do(SwitchRules(on=False), lou)
    world.open("c2")
    assert settle(world) == []
    world.do(SwitchRules(on=True), lou)
    world.do(SwitchRules(on=True, rule="r1"), lou)
    world.open("c3")
    assert settle(world) == ["r1 done", "r2 done"]


def test_what_cannot_be_done_is_told_and_nothing_of_it_happens() -> None:
    world = company()
    world.do(DefineField(field="order", title="Order", required=True), world.actor("lou"))
    hold(world, rule("r1", "opened", Act("tag", "seen"), Act("solve")))
    world.open()
    assert settle(world) == ["r1 failed Not solved: fill in {fields} first. You find it in the details."]
    assert fired(world)[0].told == ("fields", "Order")
    assert world.case().tags == ()
    assert len(world.messages()) == 1


def test_an_answer_by_macro_leaves_the_customer_waiting_and_is_not_endless() -> None:
    world = company()
    texts = (Wording("", "{{greeting}} we have it."), Wording("de", "{{greeting}} liegt vor."))
    world.do(AddMacro(macro="k1", name="Thanks", texts=texts, acts=(), audience="all"), world.actor("sue"))
    publish(world, "rules1", policy(calendar="always"))
    hold(world, rule("r1", "customer", Act("reply", "k1")))
    before = world.open(language="de")
    assert settle(world) == ["r1 done"]
    reply = world.messages()[-1]
    assert (reply.kind, reply.author_name, reply.text) == ("reply", "Team t1", "Guten Tag Lena, liegt vor.")
    case = world.case()
    assert (case.waiting_since, case.assignee, case.answered_at) == (before.waiting_since, "", 0)
    assert case.due == before.due, "no clock takes it for an answer"
    for n in range(4):
        world.receive(f"m{n}")
    ends = settle(world)
    assert [one.split()[1] for one in ends] == ["done", "done", "failed", "failed"]


def test_no_program_is_answered() -> None:
    world = company()
    world.do(AddMacro(macro="k1", name="T", texts=(Wording("", "Hi."),), acts=(), audience="all"), world.actor("sue"))
    hold(world, rule("r1", "customer", Act("reply", "k1")))
    world.open()
    mail = Mail("c1-m1", world.case().scope, 0, "c1", "in", "", 0, "", "", "", automatic="auto-replied")
    world.put(mail)
    (told,) = settle(world)
    assert told.startswith("r1 failed Not answered: the newest mail was sent by a program")
    world.open("c2")
    (word,) = world.messages("c2")
    world.put(msgspec.structs.replace(word, written_at=word.at - 3 * 24 * 60 * MINUTE))
    assert "long before it came in" in settle(world)[0], "an archive is brought in, and nobody waits"


def test_a_draft_on_trial_writes_down_what_it_would_do() -> None:
    world = ruled(rule("live"))
    lou = world.actor("lou")
    world.do(DraftRules(rulebook="d1", rules=(rule("new"),), previous="book1"), lou)
    world.do(TryRules(rulebook="d1"), lou)
    world.do(DraftRules(rulebook="d2", rules=(rule("newer"),), previous="book1", instead="d1"), lou)
    world.open()
    assert sorted(settle(world)) == ["live done", "newer tried"]
    assert world.case().tags == ("live",)
    assert world.get(Automation, "rules").trial == "d2"  # type: ignore[union-attr]
    world.do(DiscardRules(rulebook="d2"), lou)
    world.open("c2")
    assert settle(world) == ["live done"]


def test_versions_follow_one_another_and_come_back() -> None:
    world = ruled(rule("r1"))
    hold(world, rule("r2"))
    lou = world.actor("lou")
    world.do(DraftRules(rulebook="late", rules=(rule("r3"),), previous="book1"), lou)
    with pytest.raises(Refusal, match="published other rules"):
        world.do(PublishRules(rulebook="late"), lou)
    with pytest.raises(Refusal, match="published other rules"):
        world.do(RollBackRules(rulebook="again", version="book1", previous="book1"), lou)
    world.do(RollBackRules(rulebook="again", version="book1", previous="book2"), lou)
    found = in_force(world)
    assert found is not None
    assert (found.number, [one.id for one in found.rules], found.previous) == (3, ["r1"], "book2")
    with pytest.raises(Refusal, match="kept"):
        world.do(DiscardRules(rulebook="book1"), lou)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (rule(name="  "), "needs a name"),
        (Rule(id="r", name="R", when="opened"), "does nothing"),
        (rule("r", "state", about="gone"), "never happens"),
        (rule("r", "field"), "Say which one"),
        (rule(condition=where("owner", "is", "@me")), "for nobody"),
        (rule(condition=where("nothing", "is", "x")), "nothing called"),
        (rule("r", "opened", Act("snooze", "0")), "sleeps"),
        (rule("r", "opened", Act("fill", "x")), "which field"),
        (rule(condition=where("field:a b", "is", "x")), "nothing called"),
    ],
)
def test_what_makes_no_sense_is_not_kept(wrong: Rule, words: str) -> None:
    world = company()
    with pytest.raises(Refusal, match=words):
        world.do(DraftRules(rulebook="b", rules=(wrong,)), world.actor("lou"))


@pytest.mark.parametrize(
    ("act", "more"),
    [
        (Act("assign", "nobody"), {}), (Act("team", "none"), {}), (Act("reply", "k9"), {}), (Act("reply", "own"), {}),
        (Act("fill", "x", "none"), {}), (Act("fill", "maybe", "sure"), {}),
        (URGENT, {"condition": where("field:none", "set")}), (URGENT, {"when": "assigned", "about": "nobody"}),
        (URGENT, {"when": "moved", "about": "none"}), (URGENT, {"when": "field", "about": "sure", "equals": "maybe"}),
    ],
)  # fmt: skip
def test_what_names_nobody_is_not_published(act: Act, more: dict[str, Any]) -> None:
    world = company()
    world.do(DefineField(field="sure", title="Sure", type="yesno"), world.actor("lou"))
    world.do(AddMacro(macro="own", name="T", texts=(Wording("", "Hi."),), acts=()), world.actor("lou"))
    with pytest.raises(Refusal):
        hold(world, rule("r", more.pop("when", "opened"), act, **more))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (rule("r", "assigned", URGENT, about="bob"), "Rule r waits until somebody has a case who does not work here"),
        (rule("r", "opened", Act("assign", "bob")), "Rule r gives cases to somebody who does not work here any more"),
    ],
)
def test_a_mention_of_somebody_who_has_left_is_named_for_what_it_is(wrong: Rule, words: str) -> None:
    world = company()
    bob = world.get(Person, "bob")
    assert bob is not None
    world.put(msgspec.structs.replace(bob, active=False))
    with pytest.raises(Refusal, match=words):
        hold(world, wrong)


def test_a_desk_sets_nothing_off() -> None:
    world = ruled(rule("r1"))
    world.open()
    world.knows_all = False
    world.do(Prioritise(case="c1", priority=2), world.actor("ann"))
    assert len(fired(world)) == 1


def test_the_past_says_when_a_rule_would_have_acted() -> None:
    world = company()
    ann = world.actor("ann")
    world.open()
    opened = world.time
    world.time += 10 * MINUTE
    world.do(Prioritise(case="c1", priority=3), ann)
    urgent = world.time
    world.time += 60 * MINUTE
    world.do(Reply(case="c1", message="a1", text="So.", seen=99), ann)
    world.do(Solve(case="c1", seen=99), ann)
    solved = world.time
    world.time += 300 * MINUTE
    past = moments(world.case(), world.messages())

    def when(one: Rule) -> list[int]:
        return matches(one, past, world, 0, world.time)

    assert when(rule("r", "opened")) == [opened]
    assert when(rule("r", "priority", about="3", condition=where("state", "is", "open"))) == [urgent]
    assert when(rule("r", "opened", condition=where("state", "is", "solved"))) == []
    assert when(rule("r", "opened", condition=where("priority", "above", 2), after=15)) == [opened + 15 * MINUTE]
    assert when(rule("r", "assigned")) != []
    assert when(rule("r", "customer", after=15)) == [opened + 15 * MINUTE]
    assert when(rule("r", "customer", after=120)) == [], "it was answered by then"
    assert when(rule("r", "state", about="solved", after=240)) == [solved + 240 * MINUTE]
    assert when(rule("r", "state", about="solved", after=2400)) == [], "that is still to come"


def test_the_past_knows_where_a_case_was_handed_on() -> None:
    world = escalated()
    world.open()
    hand_on(world, "second", "ann")
    assert [past.case.team for past in moments(world.case(), world.messages())] == ["t1", "t2"]
