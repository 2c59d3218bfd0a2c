"""How suggestions are steered: for each queue whether and from when on they are shown, in versions; and drills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from ..governed import refuse_newer, succeeding
from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    ref,
)
from ..kernel import record as declare
from ..people import Team

ASSIST = "assist"
"""The id of the record that says what holds."""
BY_HAND, SEARCH, BY_WORDS, BY_MEANING, DRAFTED = range(5)
"""The five levels: macros by name; search when it is asked for; suggestions by words; by meaning too; drafts of a
service. Each falls back to the one before."""
MOST, MINUTE, LONGEST = 200, 60_000, 1_440
OrNone = Annotated[str, Meta(max_length=120)]


class QueueRule(msgspec.Struct, frozen=True, kw_only=True):
    """For the cases of a team and a channel (none: of all): whether anything is suggested, and how sure one must be, in
    per cent; 0 leaves that to the model.
    """

    team: OrNone = ""
    channel: Name = ""
    on: bool = True
    least: Annotated[int, Meta(ge=0, le=100)] = 0
    drafts: bool = False
    """Whether the drafting service may be asked, if one is connected."""


@declare("assist_rules", public=("by", "previous", "note", "rows"))
class AssistRules(Record, frozen=True):
    """One version. What held once is kept, so that every suggestion can be explained."""

    number: int
    since: Millis
    by: str
    previous: str
    note: ShortText
    rows: tuple[QueueRule, ...]


@declare("assist_state", complete=True, public=("rules", "by", "reason", "service"), added={"service": 3})
class AssistState(Record, frozen=True):
    """Which version holds, and the drill: until `until` no desk goes beyond `level`. There is one such record."""

    rules: str = ""
    number: int = 0
    since: Millis = 0
    level: int = DRAFTED
    until: Millis = 0
    by: str = ""
    reason: ShortText = ""
    service: str = ""
    """on: a drafting service is connected; resting: it failed and is left alone for a while."""


ASSIST_RULES = Question("assist_rules.all", AssistRules, (), ("-since",))


@command("assist.rules", "policy.manage", "system", fresh=True)
class SetAssistRules(Command, frozen=True):
    """From now on these rules hold, made from the version `previous`."""

    rules: Annotated[str, ref("assist_rules", creates=True)]
    rows: Annotated[tuple[QueueRule, ...], Meta(max_length=MOST)]
    previous: OrNone = ""
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        held = view.get(AssistState, ASSIST) or AssistState(ASSIST, "org", 0)
        if held.rules == self.rules:
            return
        if view.get(AssistRules, self.rules) is not None:
            raise Refusal("This version is there already.", "taken")
        refuse_newer(self.previous, held.rules, "Somebody has set other rules since you began. Look at them first.")
        if len({(row.team, row.channel) for row in self.rows}) < len(self.rows):
            raise Refusal("There are two rules for one queue.", "twice")
        if any(row.team and view.get(Team, row.team) is None for row in self.rows):
            raise Refusal("There is no such team.", "team")
        number, since = succeeding(held.number, held.since, now)
        yield Put(AssistRules(self.rules, "org", 0, number, since, who.id, held.rules, clean(self.note), self.rows))
        yield Put(msgspec.structs.replace(held, rev=0, rules=self.rules, number=number, since=since))


@command("assist.drill", "assist.steer", "system")
class Drill(Command, frozen=True):
    """Let no desk go beyond a level until a moment, to see that work goes on; 0 ends it. All desks name it."""

    level: Annotated[int, Meta(ge=BY_HAND, le=BY_MEANING)]
    until: Millis
    reason: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        held = view.get(AssistState, ASSIST) or AssistState(ASSIST, "org", 0)
        reason = clean(self.reason)
        if not self.until:
            if held.until:
                yield Put(msgspec.structs.replace(held, rev=0, level=DRAFTED, until=0, by=who.id, reason=""))
            return
        if not reason:
            raise Refusal("Say in a few words why: all who work here read it.", "reason")
        if not now < self.until <= now + LONGEST * MINUTE:
            raise Refusal("A drill ends within a day. Choose another end.", "until")
        yield Put(msgspec.structs.replace(held, rev=0, level=self.level, until=self.until, by=who.id, reason=reason))
        yield Fact("assist.drilled", "assist_state", ASSIST, self.level)


class Limit(NamedTuple):
    """What holds for a case: how far one may go, and how sure one must be (0 to 1)."""

    level: int
    least: float


def limit(view: View, team: str, channel: str, now: int) -> Limit:
    """Of the rules that fit a case the closest: for its team and channel, its team, its channel, all."""
    drilled = drill_level(view.get(AssistState, ASSIST), now)
    row = _row(view, team, channel)
    if row is None:
        return Limit(drilled, 0.0)
    return Limit(drilled if row.on else min(drilled, SEARCH), row.least / 100)


def drafts_on(view: View, team: str, channel: str, now: int) -> bool:
    """Whether the drafting service may be asked in this queue now. Off, unless a rule says otherwise."""
    row = _row(view, team, channel)
    return row is not None and row.on and row.drafts and drill_level(view.get(AssistState, ASSIST), now) >= DRAFTED


def drafts_anywhere(view: View) -> bool:
    """Whether a rule lets it be asked in any queue."""
    return any(row.on and row.drafts for row in _rows(view))


def _rows(view: View) -> tuple[QueueRule, ...]:
    held = view.get(AssistState, ASSIST)
    rules = view.get(AssistRules, held.rules) if held is not None and held.rules else None
    return rules.rows if rules is not None else ()


def _row(view: View, team: str, channel: str) -> QueueRule | None:
    """The closest rule: for team and channel, the team, the channel, all."""
    found = {(row.team, row.channel): row for row in _rows(view)}
    return next((found[key] for key in ((team, channel), (team, ""), ("", channel), ("", "")) if key in found), None)


def drill_level(held: AssistState | None, now: int) -> int:
    """How far one may go while a drill runs."""
    return held.level if held is not None and now < held.until else DRAFTED
