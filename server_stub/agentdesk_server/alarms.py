"""What is due at a moment that a record holds: done when it has come, once, and never before. Nothing ticks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from agentdesk.domain.cases import (
    DUE_GRANTS,
    DUE_HELD,
    DUE_SNOOZED,
    Deliver,
    EndAccess,
    Wake,
)
from agentdesk.domain.clocks import BEHIND, DUE_CLOCKS, IN_FORCE, Renew, Ring, Ruling
from agentdesk.domain.clocks.governing import AT_ONCE
from agentdesk.domain.friction import DUE_FRICTIONS, RingFriction
from agentdesk.domain.governed import DUE_DOCUMENTS
from agentdesk.domain.governed import Ring as RingDocument
from agentdesk.domain.kernel import Actor, Command, Question, Record
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.later import DUE_PLANNED, ReplyDue
from agentdesk.domain.routing import DUE_ABSENCES, DUE_OFFERS, HandBack, MissOffer
from agentdesk.domain.rules import DUE_FIRINGS, ActOnRule

from .authority import Outcome
from .core import Core
from .gate.seen import given

log = logging.getLogger(__name__)
END_OF_TIME = 2**53
BATCH = 1_000
PAUSE = 1_000
"""For so long (ms) what was given in vain is left alone: it would come again at once, for ever."""
CLOCK = Actor("clock", "system", "AgentDesk", device="clock")


class Alarm(NamedTuple):
    """A kind of record that waits for a moment. `moment` is 0 for one that waits no longer; it has come when it has
    passed, for the question asks for what lies before now.
    """

    question: Question[Any]
    moment: Callable[[Any], int]
    wish: Callable[[Any], Command]


ALARMS = (
    Alarm(DUE_SNOOZED, lambda case: case.snoozed_until if case.status == "snoozed" else 0, lambda c: Wake(case=c.id)),
    Alarm(
        DUE_HELD, lambda message: message.hold_until if message.state == "held" else 0, lambda m: Deliver(message=m.id)
    ),
    Alarm(DUE_GRANTS, lambda grant: 0 if grant.ended else grant.until, lambda grant: EndAccess(grant=grant.id)),
    Alarm(DUE_OFFERS, lambda offer: offer.until if offer.state == "ringing" else 0, lambda o: MissOffer(offer=o.id)),
    Alarm(DUE_ABSENCES, lambda absence: absence.until, lambda absence: HandBack(person=absence.person)),
    Alarm(DUE_CLOCKS, lambda clock: clock.alarm, lambda clock: Ring(clock=clock.id)),
    Alarm(DUE_PLANNED, lambda one: one.due if one.state == "waiting" else 0, lambda one: ReplyDue(planned=one.id)),
    Alarm(DUE_DOCUMENTS, lambda document: document.alarm, lambda document: RingDocument(document=document.id)),
    Alarm(DUE_FRICTIONS, lambda friction: friction.alarm, lambda friction: RingFriction(friction=friction.id)),
    Alarm(
        DUE_FIRINGS,
        lambda one: one.due if one.state == "waits" else 0,
        lambda one: ActOnRule(firing=one.id, rule=one.rule, version=one.number),
    ),
)
OF_KIND: dict[type, Alarm] = {alarm.question.cls: alarm for alarm in ALARMS}


class Alarms:
    """All of them. `next` says when there will be something to do, `sooner` whether a commit has changed that."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._vain: dict[tuple[str, str], int] = {}
        """Until when what was given in vain is left alone."""

    def sooner(self, changed: Iterable[Record | None], than: int) -> bool:
        """Whether one of these records is due before that moment, or rules hold that cases must catch up with."""
        for record in changed:
            alarm = OF_KIND.get(type(record))
            if (alarm is not None and 0 < alarm.moment(record) < than) or isinstance(record, Ruling):
                return True
        return False

    def next(self) -> int:
        """When there will be something to do: at once, if cases have yet to catch up with the rules."""
        now = self._core.clock()
        self._vain = {key: until for key, until in self._vain.items() if until > now}
        times = [END_OF_TIME, *self._vain.values()]
        for alarm in ALARMS:
            first = self._core.reader.records.page(alarm.question(now=END_OF_TIME), limit=len(self._vain) + 1)
            times += [alarm.moment(one) + 1 for one in first if _key(alarm, one) not in self._vain][:1]
        return now if self._behind() else min(times)

    async def due(self) -> None:
        """Do all whose moment has passed, together: those that come due in one second share few commits."""
        now, records = self._core.clock(), self._core.reader.records
        wishes: dict[tuple[str, str], Command] = {}
        for alarm in ALARMS:
            found = records.page(alarm.question(now=now), limit=BATCH + len(self._vain))
            wishes |= {_key(alarm, one): alarm.wish(one) for one in found if _key(alarm, one) not in self._vain}
        behind = self._behind()
        if behind:
            wishes["renew", ""] = Renew(cases=behind)
        outcomes = await asyncio.gather(*(give(self._core, wish) for wish in wishes.values()))
        for key, outcome in zip(wishes, outcomes, strict=True):
            if outcome.entry is None:
                self._vain[key] = now + PAUSE

    def _behind(self) -> tuple[str, ...]:
        """The next cases that go by older rules than those that hold."""
        records = self._core.reader.records
        ruling = records.of(Ruling, IN_FORCE)
        if ruling is None or ("renew", "") in self._vain:
            return ()
        return tuple(case.id for case in records.page(BEHIND(number=ruling.number), limit=AT_ONCE))


def _key(alarm: Alarm, record: Any) -> tuple[str, str]:
    return alarm.question.name, record.id


async def give(core: Core, command: Command) -> Outcome:
    """Have the authority decide something that the clock asks for."""
    outcome = await core.writer.submit(given(CLOCK, command))
    if outcome.ack.status != "done":
        log.warning("a job was refused: %s %s", command_spec(command).name, outcome.ack.code)
    return outcome
