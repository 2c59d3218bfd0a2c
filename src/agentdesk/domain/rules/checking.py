"""Rules as they may be kept: nothing in them contradicts itself, and all that they name is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from ..cases import Field
from ..cases.acting import Act, checked_acts
from ..cases.fields import as_declared, fitting
from ..cases.seeking import CASE_FIELDS, entry_of
from ..kernel import ME, MINE, RECORDS, Condition, Refusal, View, clean, need
from ..kernel.conditions import checked as checked_condition
from ..people import Person, Team
from .records import CLOCKS, MOST_RULES, STATES, Rule

ABOUT: Mapping[str, Sequence[str]] = {
    "state": STATES, "priority": ("0", "1", "2", "3"), "warned": CLOCKS, "late": CLOCKS,
}  # fmt: skip
ANY = ("opened", "customer")
"""Events that are about nothing further."""


def checked(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Rules as they may be kept. Raises `Refusal` for what makes no sense."""
    if len(rules) > MOST_RULES:
        raise Refusal("A version takes at most {most} rules.", "long", most=MOST_RULES)
    ids = [one.id for one in rules]
    if len(set(ids)) < len(ids):
        raise Refusal("Two rules have the same id {id}.", "twice", id=next(id for id in ids if ids.count(id) > 1))
    return tuple(map(_checked, rules))


def _checked(rule: Rule) -> Rule:
    name, about = " ".join(clean(rule.name).split()), " ".join(clean(rule.about).split())
    if not name:
        raise Refusal("A rule needs a name.", "name")
    if rule.when in ANY:
        about = ""
    if about and rule.when in ABOUT and about not in ABOUT[rule.when]:
        raise Refusal("{name} waits for something that never happens. Choose another event.", "about", name=name)
    if rule.when == "field" and not about:
        raise Refusal("{name} waits for a field. Say which one.", "about", name=name)
    condition, acts = checked_condition(rule.condition, CASE_FIELDS), checked_acts(rule.acts, replies=True)
    if _names_oneself(condition):
        raise Refusal("{name} acts for nobody: name people and teams instead of me and mine.", "me", name=name)
    if not acts:
        raise Refusal("{name} does nothing. Add an action.", "empty", name=name)
    equals = clean(rule.equals) if rule.when == "field" else ""
    return msgspec.structs.replace(rule, name=name, about=about, equals=equals, condition=condition, acts=acts)


def _names_oneself(condition: Condition) -> bool:
    return any(value in (ME, MINE) for clause in condition.clauses for test in clause for value in test.values)


def refuse_missing(view: View, rules: Sequence[Rule]) -> None:
    """Refuses rules that name somebody or something that is not there."""
    looks: Mapping[str, Callable[[View, str, str], None]] = {"assign": _person, "team": _team, "reply": _macro}
    about: Mapping[str, Callable[[View, str, str], None]] = {"assigned": _awaited, "moved": _team, "field": _field}
    for rule in rules:
        if rule.when in about and rule.about:
            about[rule.when](view, rule.about, rule.name)
        if rule.when == "field" and rule.equals:
            _refuse_never(need(view, Field, rule.about, "This field is no longer there."), rule)
        for trait in (one for clause in rule.condition.clauses for one in clause):
            if id := entry_of(trait.field):
                need(view, Field, id, "This field is no longer there.")
        for act in rule.acts:
            if act.what == "fill":
                _refuse_filling(view, act, rule.name)
            if act.what in looks:
                looks[act.what](view, act.value, rule.name)


def _refuse_filling(view: View, act: Act, rule: str) -> None:
    field = need(view, Field, act.about, "This field is no longer there.")
    if field.retired:
        raise Refusal("{name} fills in a field that is not asked any more. Choose another one.", "retired", name=rule)
    fitting(field, act.value)


def _refuse_never(field: Field, rule: Rule) -> None:
    """Refuses a rule that waits until a field holds what it cannot hold."""
    try:
        fitting(field, as_declared(field, rule.equals))
    except Refusal as refusal:
        sentence = "{name} waits for something that never happens. Choose another event."
        raise Refusal(sentence, "about", name=rule.name) from refusal


def _field(view: View, id: str, rule: str) -> None:
    need(view, Field, id, "This field is no longer there.")


def _person(view: View, id: str, rule: str) -> None:
    if not need(view, Person, id, "There is no such person.").active:
        raise Refusal("{name} gives cases to somebody who does not work here any more.", "inactive", name=rule)


def _awaited(view: View, id: str, rule: str) -> None:
    if not need(view, Person, id, "There is no such person.").active:
        sentence = "{name} waits until somebody has a case who does not work here any more. Choose another person."
        raise Refusal(sentence, "inactive", name=rule)


def _team(view: View, id: str, rule: str) -> None:
    if need(view, Team, id, "There is no such team.").retired:
        raise Refusal("This team does not take cases any more.", "retired")


def _macro(view: View, id: str, rule: str) -> None:
    found = need(view, RECORDS["macro"].cls, id, "This macro is no longer there.")
    if getattr(found, "audience", "me") == "me":
        raise Refusal("{name} answers with a macro of one person. Share it with a team or with all.", "own", name=rule)
