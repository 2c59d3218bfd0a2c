"""What a rule does when its time has come: all of its acts or none, once, in one commit with the word that it did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from ..cases import Case
from ..cases.acting import Act, Laid, all_done, last_of_each, wish_of
from ..cases.thread import BY_ITSELF, event
from ..cases.walking import every
from ..kernel import (
    COMMANDS,
    Actor,
    Change,
    Command,
    Fact,
    Put,
    Refusal,
    View,
    command,
    ref,
)
from ..kernel.errors import Telling
from .occasions import meets, still
from .records import FIRED_IN, HOUR, IN_FORCE, Automation, Firing, Id, Rule, Rulebook

DAY = 24 * HOUR
MOST_REPLIES = 3
"""So often in a day rules answer in one case: two programs that answer each other come to an end."""


@command("rules.act", "system")
class ActOnRule(Command, frozen=True):
    """The time of a rule that was set off has come. Said twice, or too early, it changes nothing. `rule` and `version`
    are for the log: by which rule of which version something was done.
    """

    firing: Annotated[str, ref("firing")]
    rule: Id
    version: Annotated[int, Meta(ge=0, le=2**53 - 1)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        firing = view.get(Firing, self.firing)
        if firing is None or firing.state != "waits" or not firing.due < now:
            return
        book, rule = _rule_now(view, firing)
        case = view.get(Case, firing.case)
        why = _idle(view, firing, rule, case, now)
        if why or case is None or rule is None or book is None:
            yield Put(ended(firing, "lapsed", now, why))
            return
        firing = msgspec.structs.replace(firing, rulebook=book.id, number=book.number, name=rule.name)
        if firing.trial:
            yield Put(ended(firing, "tried", now))
            return
        yield from _acted(view, firing, rule, case, now)


def _rule_now(view: View, firing: Firing) -> tuple[Rulebook | None, Rule | None]:
    """The rule as the version says that holds now: who mends a rule mends what waits, too."""
    held = view.get(Automation, IN_FORCE)
    id = "" if held is None else held.trial if firing.trial else held.rulebook
    book = view.get(Rulebook, id) if id else None
    return book, book.rule(firing.rule) if book is not None else None


def _idle(view: View, firing: Firing, rule: Rule | None, case: Case | None, now: int) -> str:
    """Why nothing is to be done, as a word; nothing if there is something."""
    held = view.get(Automation, IN_FORCE)
    if held is None or rule is None or rule.when != firing.what:
        return "gone"
    if not firing.trial and (held.paused or rule.id in held.off):
        return "off"
    if case is None or case.merged_into:
        return "merged"
    if rule.after and not still(rule, case, view):
        return "over"
    return "" if meets(rule.condition, case, view, now) else "condition"


def ended(firing: Firing, state: str, now: int, why: str = "", told: tuple[str, ...] = ()) -> Firing:
    """The firing, with how it ended."""
    return msgspec.structs.replace(firing, rev=0, state=state, why=why, told=told, ended=now)


def _acted(view: View, firing: Firing, rule: Rule, case: Case, now: int) -> Iterator[Change]:
    who = Actor(f"rule:{rule.id}", "system", rule.name, device=BY_ITSELF)
    replies = sum(act.what == "reply" for act in rule.acts)
    told, happened = event(case, who, now, "ruled", f"{firing.number} {rule.id}")
    laid = Laid(view, [happened, Put(told)])
    wishes = [_wish(act, told, f"{firing.id}:{at}", now) for at, act in enumerate(rule.acts) if _means(act, case)]
    try:
        if replies and _answered(view, case.id, now) + replies > MOST_REPLIES:
            raise Refusal("Not answered: rules have answered {most} times here today.", "replies", most=MOST_REPLIES)
        done = all_done(laid, wishes, who, now, rights=False)
    except Refusal as refusal:
        yield Put(ended(firing, "failed", now, refusal.sentence, _telling(refusal)))
        return
    if not done:
        yield Put(ended(firing, "done", now, "nothing"))
        return
    yield from last_of_each([happened, Put(told), *done])
    yield Put(msgspec.structs.replace(ended(firing, "done", now), replies=replies))
    yield Fact("rule.acted", "case", case.id, now - firing.due)


def _wish(act: Act, case: Case, mark: str, now: int) -> Command:
    if act.what == "reply":
        made: Callable[..., Command] = COMMANDS["macro.answer"].cls
        return made(case=case.id, macro=act.value, message=mark)
    return wish_of(act, case, mark, case.seq, now)


def _means(act: Act, case: Case) -> bool:
    """Whether there is something to do: a case that is in its team stays with whoever has it."""
    return act.what != "team" or act.value != case.team


def _answered(view: View, case: str, now: int) -> int:
    """How often rules have answered in a case within a day."""
    return sum(one.replies for one in every(view, FIRED_IN(case=case, since=now - DAY)))


def _telling(refusal: Refusal) -> tuple[str, ...]:
    """What a refusal says beside its sentence, but for what not everybody may read."""
    plain = ((name, value) for name, value in refusal.raw.items() if not isinstance(value, Telling))
    return tuple(word[:500] for name, value in plain for word in (name, str(value)))
