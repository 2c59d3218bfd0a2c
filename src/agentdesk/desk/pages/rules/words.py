"""Rules in words: on what they act, when, in which cases, what they do, and how it ended each time."""

from __future__ import annotations

from collections.abc import Mapping

from agentdesk.desk import acts, conditions
from agentdesk.desk.conditions.typing import span
from agentdesk.desk.conditions.words import RANKS, STATES
from agentdesk.desk.due import clock_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import DAY, HOUR, MINUTE, day_and_clock
from agentdesk.desk.typed import Unclear
from agentdesk.domain.cases import FIELDS, Field
from agentdesk.domain.cases.acting import Act, Deed
from agentdesk.domain.kernel import Refusal, View
from agentdesk.domain.rules import CLOCKS, Firing, Rule, When
from agentdesk.domain.rules.records import LONGEST

WHEN_WORDS: Mapping[When, str] = {
    "opened": mark("A case begins"),
    "customer": mark("The customer writes"),
    "state": mark("The state changes"),
    "assigned": mark("Somebody has it now"),
    "moved": mark("Another team has it"),
    "tagged": mark("A tag is put on"),
    "untagged": mark("A tag is taken off"),
    "priority": mark("The priority changes"),
    "field": mark("A field is filled in"),
    "warned": mark("Time is running short"),
    "late": mark("Time has run out"),
}
ENDS: Mapping[str, str] = {
    "done nothing": mark("There was nothing left to do"),
    "lapsed over": mark("Not done: what set it off was over by then"),
    "lapsed condition": mark("Not done: the condition no longer held"),
    "lapsed gone": mark("Not done: the rule was no longer there"),
    "lapsed off": mark("Not done: it was switched off"),
    "lapsed merged": mark("Not done: the case was merged into another one"),
    "stopped deep": mark("Stopped: too many rules followed from one another"),
    "stopped budget": mark("Stopped: rules have acted too often in this case within an hour"),
}
GIVEN: Mapping[str, Deed] = {"assigned": "assign", "moved": "team"}
"""Events about somebody, by the deed that gives to such."""


def choices(when: str, view: View, rule: Rule) -> dict[str, str]:
    """What an event can be about, by value; none where anything can be typed, or nothing. A field that a rule is about
    stands among them after it was taken out of use too.
    """
    if when == "state":
        return {"": tr("any"), **{value: tr(name) for value, name in STATES.items()}}
    if when == "priority":
        return {"": tr("any"), **{str(at): tr(name) for at, name in enumerate(RANKS)}}
    if when in GIVEN:
        return {"": tr("any"), **acts.known(Act(GIVEN[when]), view)}
    if when in ("warned", "late"):
        return {"": tr("any"), **{metric: clock_name(metric) for metric in CLOCKS}}
    if when == "field":
        found = {one.id: one.title for one in view.page(FIELDS(), limit=100)}
        kept = view.get(Field, rule.about) if rule.when == "field" and rule.about not in found else None
        return found if kept is None else {**found, kept.id: kept.title}
    return {}


def event(rule: Rule, view: View) -> str:
    """On what a rule acts, and when."""
    about = _about(rule, view) or rule.about if rule.about else ""
    told = tr("{event}: {about}", event=tr(WHEN_WORDS[rule.when]), about=about) if about else tr(WHEN_WORDS[rule.when])
    told = tr("{event} = {value}", event=told, value=rule.equals) if rule.equals else told
    return tr("{event}, {time} later", event=told, time=length(rule.after)) if rule.after else told


def _about(rule: Rule, view: View) -> str:
    """What the event of a rule is about; nothing if that has no name."""
    if rule.when in GIVEN:
        whose = Act(GIVEN[rule.when], rule.about)
        return acts.former(whose, view) or acts.called(whose, view)
    if rule.when == "field":
        field = view.get(Field, rule.about)
        return field.title if field is not None else ""
    return choices(rule.when, view, rule).get(rule.about, "")


def said(rule: Rule, view: View) -> str:
    """A whole rule."""
    does = "; ".join(acts.said(act, view) for act in rule.acts)
    which = conditions.said(rule.condition, view) if rule.condition.clauses else ""
    if which:
        return tr("{event}. If {condition}: {acts}", event=event(rule, view), condition=which, acts=does)
    return tr("{event}: {acts}", event=event(rule, view), acts=does)


def length(minutes: int) -> str:
    """So many minutes, as they are typed."""
    for unit, long in (("d", DAY), ("h", HOUR)):
        if minutes and minutes * MINUTE % long == 0:
            return f"{minutes * MINUTE // long}{unit}"
    return f"{minutes}m" if minutes else ""


def minutes(text: str) -> int:
    """How much later, as it was typed; nothing is at once. Raises `Unclear`."""
    if text in ("", "0"):
        return 0
    found = max(1, span(text) // MINUTE)
    if found > LONGEST:
        raise Unclear(tr("At most a year."))
    return found


def ending(one: Firing, now: int, names: Mapping[str, str]) -> str:
    """How it ended."""
    if one.state == "waits":
        return tr("Waits until {time}", time=day_and_clock(one.due, now))
    if one.state == "tried":
        return tr("On trial: it would have acted")
    if one.why == "ring" and one.rule in one.chain:
        ring = " → ".join(names.get(id, id) for id in (*one.chain[one.chain.index(one.rule) :], one.rule))
        return tr("Stopped: the rules go round in a ring, {ring}", ring=ring)
    if one.state == "failed":
        told = dict(zip(one.told[::2], one.told[1::2], strict=False))
        return tr("Not done. {why}", why=str(Refusal(tr(one.why), **told)))
    return tr(ENDS.get(f"{one.state} {one.why}", mark("Done")))
