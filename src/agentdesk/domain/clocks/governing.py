"""How rules come into force: drafts, one version after another that is published, and cases that catch up with it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..cases import Case
from ..governed import refuse_newer, succeeding
from ..kernel import (
    Actor,
    Change,
    Command,
    Put,
    Question,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    eq,
    lt,
    ne,
    need,
    ref,
)
from ..kernel.values import ID_PATTERN
from .calendars import Calendar
from .rules import IN_FORCE, PLANNING, Policy, Regime, Ruling, checked

AT_ONCE = 100
"""Cases that catch up in one transaction."""
BEHIND = Question("case.behind", Case, (ne("status", "solved"), eq("home", ""), lt("clocked", ":number")), ("clocked",))
AnId = Annotated[str, Meta(pattern=ID_PATTERN)]
OrNone = Annotated[str, Meta(max_length=120)]


@command("clocks.draft", "clocks.manage", "system")
class Draft(Command, frozen=True):
    """Write down calendars and policies that do not hold yet, made from the version `previous`, in place of the draft
    `instead`.
    """

    regime: Annotated[str, ref("regime", creates=True)]
    calendars: tuple[Calendar, ...]
    policies: tuple[Policy, ...]
    previous: OrNone = ""
    instead: OrNone = ""
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Regime, self.regime) is not None:
            raise Refusal("This draft is there already.", "taken")
        calendars, policies = checked(self.calendars, self.policies)
        old = view.get(Regime, self.instead) if self.instead else None
        if old is not None and old.state == "draft":
            yield Remove(Regime, old.id)
        yield Put(
            Regime(
                self.regime, PLANNING, 0, 0, "draft", now, who.id, clean(self.previous), clean(self.note),
                calendars, policies,
            )
        )  # fmt: skip


@command("clocks.publish", "clocks.manage", "system", fresh=True)
class Publish(Command, frozen=True):
    """From now on a draft holds, for open cases too: what they have counted stays, the rest goes by the new rules."""

    regime: Annotated[str, ref("regime")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        draft = need(view, Regime, self.regime, "This draft is no longer there.")
        if draft.state == "published":
            return
        ruling = view.get(Ruling, IN_FORCE)
        refuse_newer(
            draft.previous,
            ruling.regime if ruling is not None else "",
            "Somebody has published other rules since you began. Open them, and make your changes there.",
        )
        checked(draft.calendars, draft.policies)
        number, since = succeeding(ruling.number, ruling.since, now) if ruling is not None else (1, now)
        yield Put(
            msgspec.structs.replace(draft, rev=0, scope="org", state="published", number=number, since=since, by=who.id)
        )
        yield Put(Ruling(IN_FORCE, "org", 0, draft.id, number, since))


@command("clocks.discard", "clocks.manage")
class Discard(Command, frozen=True):
    """Throw a draft away."""

    regime: Annotated[str, ref("regime")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found = need(view, Regime, self.regime, "This draft is no longer there.")
        if found.state == "published":
            raise Refusal("Rules that held once are kept, so that every due moment can be explained.", "published")
        yield Remove(Regime, found.id)


@command("clocks.renew", "system")
class Renew(Command, frozen=True):
    """Bring cases up to the version that holds. What follows from their change does the rest."""

    cases: Annotated[tuple[AnId, ...], Meta(max_length=AT_ONCE)]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        ruling = view.get(Ruling, IN_FORCE)
        found = (view.get(Case, id) for id in dict.fromkeys(self.cases))
        for case in found if ruling is not None else ():
            if case is not None and ruling is not None and case.clocked < ruling.number:
                yield Put(msgspec.structs.replace(case, rev=0, clocked=ruling.number))
