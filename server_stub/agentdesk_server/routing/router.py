"""The router: hears of every commit, keeps line and roster in memory, and has each case offered to whom it suits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import Any, Self
from uuid import uuid4

from agentdesk.domain.cases import Case
from agentdesk.domain.cases.walking import every
from agentdesk.domain.kernel import Command, Record
from agentdesk.domain.people import EVERYBODY, Availability, Person
from agentdesk.domain.routing import (
    HELD_BY,
    WAITING,
    Absence,
    HandBack,
    Job,
    Offer,
    OfferCase,
    PlaceCase,
    Plan,
    Profile,
    Roster,
    Steering,
    job_of,
    may_hold,
    not_yet,
    row_for,
    seat_of,
    steering,
    working,
)
from agentdesk_server.alarms import give
from agentdesk_server.authority import Entry
from agentdesk_server.core import Core
from agentdesk_server.turns import again

from .comings import Comings
from .seeing import Seeing

FAR = 3600.0
"""Seconds until it looks again though nothing has happened."""
AT_ONCE = 200
"""Offers of one turn: so many share a commit."""


class Router:
    """A listener of the writer. Whatever it remembers it reads from the records at the start, so an end, however
    sudden, loses nothing; whatever it wishes the authority decides anew, so what it does not know yet does no harm.
    """

    def __init__(self, core: Core, connected: Callable[[str], bool]) -> None:
        self._core, self._view = core, Seeing(core.reader)
        self._connected = connected
        self.comings = Comings(core.clock, self._view, connected, self._wake_up)
        self._wake = asyncio.Event()
        self._roster = Roster()
        self._line: dict[str, Job] = {}
        self._passed: dict[str, dict[str, int]] = {}
        """Who is not to be asked again for a case until a moment (ms, UTC)."""
        self._people: set[str] = set()
        self._cases: set[str] = set()
        self._moved: set[str] = set()
        """Whose accounts have changed: they may have cases that they may not have any longer."""
        self._all = True
        self._held: tuple[Plan, Steering] | None = None
        """The plan that holds, and how: read with everything else whenever it changes."""
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(again(self._turn, self._wake))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def waiting(self) -> int:
        """How many cases wait for somebody with room."""
        return len(self._line)

    def _wake_up(self, person: str) -> None:
        self._people.add(person)
        self._wake.set()

    def heard(self, entries: list[Entry]) -> None:
        """On the loop, with each commit: who and what is to be looked at again."""
        for entry in entries:
            for old, new in entry.changes:
                if isinstance(old, Case) or isinstance(new, Case):
                    self._note_case(old, new)
                else:
                    self._note(new if new is not None else old)
        if self._all or self._people or self._cases:
            self._wake.set()

    def _note(self, one: Record | None) -> None:
        if isinstance(one, Offer):
            self._cases.add(one.case)
            self._people.add(one.person)
        elif isinstance(one, Person):
            self._people.add(one.id)
            self._moved.add(one.id)
        elif isinstance(one, Availability | Absence | Profile):
            self._people.add(one.person)
        elif isinstance(one, Steering):
            self._all = True

    def _note_case(self, old: Any, new: Any) -> None:
        """What is only said in a case that somebody has changes nothing here, nor what waits while no plan holds."""
        before, after = ((one.assignee, one.status, one.team) if one is not None else ("",) * 3 for one in (old, new))
        if before != after:
            self._people.update(filter(None, (before[0], after[0])))
        counts = before != after if after[0] else self._held is not None
        if counts:
            self._cases.add((new or old).id)

    async def _turn(self) -> float:
        """A step; where it fails, what it was at is read again, as at the start."""
        try:
            return await self._step()
        except Exception:
            self._all = True
            self.comings.look_again()
            raise

    async def _step(self) -> float:
        """Read what has changed, and give all there is to give; seconds until there may be more."""
        now = self._core.clock()
        if self._all:
            self._read_all()
        people, cases = self._people, self._cases
        self._people, self._cases = set(), set()
        wishes = [*self.comings.due(), *self._look(people, cases)]
        await asyncio.gather(*(give(self._core, wish) for wish in wishes))
        if self._held is None or self._held[1].by_hand:
            return self.comings.pause(FAR)
        return self.comings.pause(await self._offer(now))

    async def _offer(self, now: int) -> float:
        """Have all that waits offered, as far as there is room; seconds until somebody may be asked again."""
        passed = {case: [one for one, at in until.items() if at > now] for case, until in self._passed.items()}
        pairs = self._roster.pairs(self._line.values(), passed, now)
        offers = (OfferCase(offer=uuid4().hex, case=job.case, person=person) for job, person in pairs[:AT_ONCE])
        outcomes = await asyncio.gather(*(give(self._core, offer) for offer in offers))
        # What was counted as taken is read again, whatever came of it.
        self._people.update(person for _, person in pairs)
        self._cases.update(job.case for job, _ in pairs)
        if any(outcome.entry is not None for outcome in outcomes):
            return 0
        later = [at - now for until in self._passed.values() for at in until.values() if at > now]
        return 1.0 if pairs else min(later, default=FAR * 1000) / 1000 + 0.001

    def _read_all(self) -> None:
        """Another plan, or the start: everybody, and all that waits."""
        self._all = False
        self._held = held = steering(self._view)
        self._roster, self._line, self._passed = Roster(), {}, {}
        everybody = {person.id for person in every(self._view, EVERYBODY())}
        self._people, self._moved = self._people | everybody, self._moved | everybody
        if held is not None:
            teams = {*held[0].teams, *(row.team for row in held[0].table)}
            self._cases |= {case.id for team in teams for case in every(self._view, WAITING(team=team))}

    def _look(self, people: Iterable[str], cases: Iterable[str]) -> list[Command]:
        """Line and roster as they are now, and what is to be done about cases beside offering them."""
        held, wishes, stranded = self._held, {}, set()
        for id in cases:
            case = self._view.get(Case, id)
            job = job_of(self._view, *held, case) if held is not None and case is not None else None
            self._line.pop(id, None)
            self._passed.pop(id, None)
            if job is not None:
                self._line[id] = job
                if passed := not_yet(self._view, id, self._core.clock()):
                    self._passed[id] = passed
            if case is not None and self._is_to_be_placed(held, case):
                wishes[id] = PlaceCase(case=id)
            if case is not None and self._is_stranded(case):
                stranded.add(case.assignee)
        for id in people if held is not None else ():
            person = self._view.get(Person, id)
            if person is not None and held is not None:
                self._roster.put(seat_of(self._view, held[0], person, self._connected(id)))
        moved, self._moved = self._moved, set()
        stranded.update(filter(self._has_lost_some, moved))
        return [*wishes.values(), *(HandBack(person=id) for id in stranded)]

    def _is_to_be_placed(self, held: tuple[Plan, Steering] | None, case: Case) -> bool:
        row = row_for(*held, case) if held is not None else None
        return row is not None and (row.to, working(self._view, row)) != (case.team, "")

    def _is_stranded(self, case: Case) -> bool:
        """Whether somebody has an open case who may not have it any longer."""
        if not case.assignee or case.status != "open" or case.home:
            return False
        holder = self._view.get(Person, case.assignee)
        return holder is not None and not may_hold(holder, case)

    def _has_lost_some(self, id: str) -> bool:
        """Whether somebody has an open case that they may not have any longer."""
        person = self._view.get(Person, id)
        if person is None:
            return False
        held: Iterable[Any] = every(self._view, HELD_BY(person=id))
        return any(not case.home and not may_hold(person, case) for case in held)
