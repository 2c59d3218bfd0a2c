"""All connected visitors: brings commits and agents' signals to the lines that they concern."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

from agentdesk.domain.cases import Case, Conversation, Customer, Message
from agentdesk.domain.cases.fields import Field
from agentdesk.domain.kernel import Record, may
from agentdesk.domain.people import PEOPLE, Person, Team
from agentdesk.domain.residency import Pin
from agentdesk.domain.routing import is_there
from agentdesk.domain.sites import Site
from agentdesk.protocol import Close
from agentdesk.protocol.frames import Signal
from agentdesk_server.authority import Entry
from agentdesk_server.authority.credentials import VisitorRow
from agentdesk_server.core import Core
from agentdesk_server.hub import Hub
from agentdesk_server.readers import carry_over, sought_at
from agentdesk_server.routing.seeing import Seeing

from .asking import NotTaken, form_for, shown
from .frames import Say
from .history import conversation_of
from .line import Line, limits
from .saying import Sayer, name_of
from .served import is_served

MOST_PEOPLE = 10_000


class WebChat:
    """The web chat's adapter. Lives on the event loop."""

    def __init__(self, core: Core, hub: Hub) -> None:
        self._core, self._hub = core, hub
        self.records, self._view = core.reader.records, Seeing(core.reader)
        self._sayer = Sayer(core, self._view)
        self._lines: dict[str, set[Line]] = {}
        self._case_of: dict[str, str] = {}
        """Visitor → case, of those who are connected."""
        self._visitors_of: dict[str, set[str]] = {}
        """Case → visitors, the other way round."""
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.draining = False
        self._empty: asyncio.Event | None = None
        hub.presence.listeners.append(self._signal)

    @property
    def connected(self) -> int:
        return sum(map(len, self._lines.values()))

    def lines_of(self, visitor: str) -> int:
        return len(self._lines.get(visitor, ()))

    # -- lines come and go

    def join(self, line: Line) -> None:
        self._lines.setdefault(line.visitor.id, set()).add(line)
        conversation = conversation_of(self.records, line.visitor.id)
        if conversation is not None:
            self._attach(line.visitor.id, conversation.case)

    def leave(self, line: Line) -> None:
        lines = self._lines.get(line.visitor.id, set())
        lines.discard(line)
        if not lines:
            self._lines.pop(line.visitor.id, None)
            self._attach(line.visitor.id, "")
        if self._empty is not None and not self._lines:
            self._empty.set()

    def _attach(self, visitor: str, case: str) -> None:
        """Remember where a connected visitor's conversation is; nowhere, once they are gone."""
        before = self._case_of.pop(visitor, "")
        if before:
            there = self._visitors_of.get(before, set())
            there.discard(visitor)
            if not there:
                self._visitors_of.pop(before, None)
        if case:
            self._case_of[visitor] = case
            self._visitors_of.setdefault(case, set()).add(visitor)

    def close(self) -> None:
        self._hub.presence.listeners.remove(self._signal)

    async def drain(self) -> None:
        """The server is going down: everybody comes back in a moment."""
        self.draining = True
        for lines in list(self._lines.values()):
            for line in list(lines):
                line.end(Close.DRAINING)
        if self._lines:
            self._empty = asyncio.Event()
            await self._empty.wait()

    # -- what is heard

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the writer."""
        if self._lines:
            for entry in entries:
                for old, new in entry.changes:
                    self._changed(old, new)

    def _changed(self, old: Record | None, new: Record | None) -> None:
        about = new or old
        match about:
            case Message():
                for line in self._at(about.case):
                    line.look()
            case Conversation():
                if about.visitor in self._lines:
                    self._attach(about.visitor, about.case)
                    for line in self._lines[about.visitor]:
                        line.look()
            case Customer():
                if new is None:
                    self._forget(about.id)
            case Pin() | Team():
                self._end_foreign()
            case Case():
                if isinstance(old, Case) and isinstance(new, Case):
                    self._case_changed(old, new)

    def _forget(self, customer: str) -> None:
        """All data about somebody was erased: whoever goes on writing is somebody new."""
        for lines in list(self._lines.values()):
            for line in list(lines):
                if line.visitor.customer == customer:
                    line.end(Close.NOT_ALLOWED)

    def _end_foreign(self) -> None:
        """Whose words belong to another region goes on there, if anywhere."""
        for lines in list(self._lines.values()):
            for line in list(lines):
                if not is_served(self._core.reader, line.site):
                    line.end(Close.NOT_ALLOWED)

    def _at(self, case: str) -> list[Line]:
        return [line for visitor in self._visitors_of.get(case, ()) for line in self._lines.get(visitor, ())]

    def _case_changed(self, old: Case, new: Case) -> None:
        lines = self._at(new.id)
        if not lines or new.merged_into:
            return
        if new.assignee != old.assignee:
            for person, joined in ((old.assignee, False), (new.assignee, True)):
                found = self.records.of(Person, person) if person else None
                if found is not None:
                    for line in lines:
                        line.tell("agent", name=found.name, joined=joined)
        if new.status == "solved" and old.status != "solved":
            for line in lines:
                line.tell("closed", reason="solved")

    def _signal(self, signal: Signal) -> None:
        """An agent's sign of life; the visitor hears only that somebody is writing."""
        if signal.kind == "typing":
            for line in self._at(signal.about):
                line.tell("typing", on=signal.on, name=signal.name)

    # -- what lines ask for

    def welcome(self, line: Line) -> dict[str, Any]:
        """The first frame's fields."""
        fields: dict[str, Any] = {
            "visitor": line.visitor.id,
            "now": self._core.clock(),
            "online": self.online(line.site.team),
            "limits": limits(),
        }
        conversation = conversation_of(self.records, line.visitor.id)
        if conversation is None and (form := self.asked(line.site, line.visitor.language, line.visitor.customer)):
            fields["form"] = shown(form)
        case = self.records.of(Case, conversation.case) if conversation else None
        agent = self.records.of(Person, case.assignee) if case and case.assignee and case.status != "solved" else None
        return {**fields, "agent": {"name": agent.name}} if agent else fields

    def online(self, team: str) -> bool:
        """Whether somebody of the team who answers customers is connected and there, as colleagues see it and as
        whoever offers cases takes it: who has said nothing is not.
        """
        people = (one for one in self.records.page(PEOPLE(), limit=MOST_PEOPLE) if team in one.teams)
        works = (one.id for one in people if may(one.role, "case.reply") and self._hub.presence.connected(one.id))
        return any(is_there(self._view, person) for person in works)

    def asked(self, site: Site, language: str, customer: str) -> list[Field]:
        """What is asked before the first word."""
        return form_for(self._view, site, language, customer)

    async def say(self, line: Line, frame: Say) -> Message:
        """Store a message; with the one that opens a case, what its writer had read. Raises `NotTaken`."""
        stored = await self.write(line.visitor, line.site, frame, forms=line.forms)
        if stored.seq == 1:
            await carry_over(self._core, stored.case, line.trail.read, sought_at(line.visitor.page))
        return stored

    async def write(self, visitor: VisitorRow, site: Site, frame: Say, *, forms: bool) -> Message:
        """Store a message. Raises `NotTaken`, where `forms` are known also `Unanswered`."""
        turn = self._turns.setdefault(visitor.id, asyncio.Lock())
        async with turn:
            return await self._sayer.say(visitor, site, frame, forms=forms)

    async def rename(self, visitor: VisitorRow, name: str, email: str) -> None:
        """What a visitor says of themselves, known to all their lines."""
        turn = self._turns.setdefault(visitor.id, asyncio.Lock())
        async with turn:
            try:
                fresh = await self._sayer.rename(visitor, name, email)
            except NotTaken:
                return
        for line in self._lines.get(visitor.id, ()):
            line.visitor = fresh

    async def mark(self, visitor: VisitorRow, messages: Sequence[str], state: str) -> None:
        """Note what became of replies; what can no longer be noted is no reason to end the line."""
        marks = [self._sayer.mark(visitor, message, state) for message in messages]
        for result in await asyncio.gather(*marks, return_exceptions=True):
            if isinstance(result, BaseException) and not isinstance(result, NotTaken):
                raise result

    def typing(self, line: Line, on: bool) -> None:
        """The visitor writes: those who see the case may know."""
        case = self._case_of.get(line.visitor.id, "")
        scopes = self._hub.presence.scopes("case", case) if case else frozenset()
        if scopes:
            about = Signal(kind="typing", on=on, about=case, who=line.visitor.customer, name=name_of(line.visitor))
            self._hub.presence.pass_on(scopes, about)
