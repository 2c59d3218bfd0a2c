"""The hub: takes each commit, and once a tick sends every desk one message with all that is new to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from agentdesk.domain.kernel import Command, held_scopes
from agentdesk.domain.masking import view_of
from agentdesk.domain.people import Person
from agentdesk.protocol import Close
from agentdesk.protocol.frames import Delta, Notice, Reset, Scope, Scopes
from agentdesk_server.authority import Authority, Entry

from .desks import UNSENT_LIMIT, Desk, Filling
from .filling import Filler
from .presence import Presence
from .rations import Rations
from .revealing import Revealed
from .ring import Ring
from .socket import framed

log = logging.getLogger(__name__)
TICK = 0.010
Answerer = Callable[[Desk, Command | None], Awaitable[Any]]
"""Answers a desk, or raises `Refusal`; None stands for arguments that cannot be read."""


class Hub:
    """All connected desks. Lives on the event loop; `heard` is to be registered as a listener of the writer."""

    def __init__(self, authority: Authority, filler: Filler) -> None:
        self.authority = authority
        self.filler = filler
        self.ring = Ring(authority.rev)
        self.head = authority.rev
        """The newest revision that has been passed on. The authority, on its own thread, may be ahead of it."""
        self.desks: dict[tuple[str, str], Desk] = {}
        self.presence = Presence(self)
        self.rations = Rations()
        self.answerers: dict[str, Answerer] = {}
        """Questions that a part beside the hub answers, by the name of the command that asks them."""
        self.draining = False
        self.revealed = Revealed()
        self.sent_messages = 0
        self.sent_bytes = 0
        self.refill: Callable[[Desk], None] = lambda desk: None
        self._fresh: list[Entry] = []
        self._changed: dict[str, int] = {}
        self._started = authority.rev
        self._timer: asyncio.TimerHandle | None = None
        self._moved = asyncio.Event()

    # -- desks come and go

    def join(self, desk: Desk) -> Desk | None:
        """Add a desk; returns an older session of the same device, which is to be closed."""
        older = self.desks.get(desk.key)
        self.desks[desk.key] = desk
        return older

    def leave(self, desk: Desk) -> None:
        if self.desks.get(desk.key) is desk:
            del self.desks[desk.key]
            self.presence.left(desk)
        if desk.fill_task is not None:
            desk.fill_task.cancel()

    def of_person(self, person: str) -> list[Desk]:
        return [desk for desk in self.desks.values() if desk.person == person]

    # -- commits

    def heard(self, entries: list[Entry]) -> None:
        """New entries, in commit order. They leave with the next tick."""
        for entry in entries:
            people = [new for _, new in entry.changes if isinstance(new, Person)]
            for one in people:
                self.revealed.forget(one.id)
            changed = [one for one in people if self.of_person(one.id)]
            if changed:
                self.flush()
            for person in changed:
                self._rights_changed(person)
            self.ring.add(entry)
            self._fresh.append(entry)
        if self._timer is None and self._fresh:
            self._timer = asyncio.get_running_loop().call_later(TICK, self.flush)

    def flush(self) -> None:
        """Send what has gathered: to desks that hold the same scopes and see alike, the same bytes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        before, self.head = self.head, fresh[-1].rev
        self._changed.update((scope, entry.rev) for entry in fresh for scope in entry.parts)
        touched = frozenset(scope for entry in fresh for scope in entry.parts)
        made: dict[Any, bytes] = {}
        for desk in list(self.desks.values()):
            mine = desk.live & touched
            if mine:
                group = (mine, desk.encoding)
                if group not in made:
                    made[group] = framed(desk.codec.join(self._frames(desk, fresh, mine)))
                self._push(desk, made[group], before)
        self.ring.clear_encoded()
        self._moved.set()
        self._moved = asyncio.Event()

    async def reached(self, rev: int) -> None:
        """Wait until everything up to a revision has been passed on."""
        while self.head < rev:
            await self._moved.wait()

    def _frames(self, desk: Desk, entries: Iterable[Entry], scopes: frozenset[str]) -> list[bytes]:
        return [
            self.ring.delta(entry, scope, desk.encoding, desk.view, desk.codec)  # type: ignore[arg-type]
            for entry in entries
            for scope in entry.parts
            if scope in scopes
        ]

    def _push(self, desk: Desk, message: bytes, before: int) -> None:
        if desk.socket.unsent > UNSENT_LIMIT:
            desk.fall_behind(before, self._prios(desk.person))
            self.refill(desk)
            return
        desk.push(message)
        self.sent_messages += 1
        self.sent_bytes += len(message)

    # -- scopes

    def go_live(self, desk: Desk, scope: str, cursor: int) -> bool:
        """A scope that has been read up to `cursor` goes on from the ring, if the ring reaches back so far."""
        self.flush()
        if cursor < self.ring.start:
            return False
        missing = [entry for entry in self.ring.since(cursor) if scope in entry.parts]
        if missing:
            desk.push(framed(desk.codec.join(self._frames(desk, missing, frozenset((scope,))))))
        desk.filling.pop(scope, None)
        desk.live |= {scope}
        return True

    def _prios(self, person: str) -> dict[str, int]:
        found = self.filler.reader.records.of(Person, person)
        return dict(held_scopes(found.role, found.id, found.teams)) if found else {}

    def _rights_changed(self, person: Person) -> None:
        for desk in self.of_person(person.id):
            if not person.active:
                self.send_away(desk, Notice(code="revoked", sentence="This account was closed."), Close.NOT_ALLOWED)
                continue
            held = dict(held_scopes(person.role, person.id, person.teams))
            self._rescope(desk, held)
            view = view_of(person.role, person.region)
            desk.name = person.name
            if view != desk.view:
                desk.view = view
                desk.fall_behind(0, held)
                # New ones, so that a page which is being read for other eyes knows that it is not wanted any more.
                desk.filling = {scope: Filling(0, filling.prio) for scope, filling in desk.filling.items()}
                desk.say(Reset(what="all", why="view", view=view.name))
            self.refill(desk)

    def _rescope(self, desk: Desk, held: dict[str, int]) -> None:
        """What a desk no longer holds goes at once; what it has gained fills from 0."""
        have = {*desk.live, *desk.filling}
        drop, add = sorted(have - set(held)), sorted(set(held) - have)
        desk.live -= set(drop)
        for scope in drop:
            desk.filling.pop(scope, None)
        for scope in add:
            desk.filling[scope] = Filling(0, held[scope])
        if drop or add:
            desk.say(Scopes(add=[Scope(scope, held[scope]) for scope in add], drop=drop))

    # -- housekeeping

    def send_away(self, desk: Desk, notice: Notice, code: Close) -> None:
        """Say why, and close."""
        desk.say(notice)
        self.leave(desk)
        task = asyncio.ensure_future(desk.socket.close(code, notice.code))
        self.presence.keep(task)

    async def sessions_ended(self) -> None:
        """Somewhere sessions were ended: desks that lived by them go now, before they are told or do anything more."""
        for desk in list(self.desks.values()):
            if desk.allowed is not None and not await desk.allowed():
                self.leave(desk)
                await desk.socket.close(Close.NOT_ALLOWED, "signed out")

    def beat(self) -> None:
        """Now and then desks learn how far the server is: cursors stay above the horizon, and a desk that has missed
        the last change of a scope finds out and pulls.
        """
        self.flush()
        for desk in list(self.desks.values()):
            if desk.live:
                desk.say(*map(self._empty, sorted(desk.live)))

    def _empty(self, scope: str) -> Delta:
        last = self._changed.get(scope, self._started)
        return Delta(scope=scope, from_=last, to=self.head, safe=self.authority.safe)

    async def drain(self) -> None:
        """The server is going down: everybody comes back in a moment, not all at once."""
        self.draining = True
        self.flush()
        for desk in list(self.desks.values()):
            desk.say(Notice(code="drain"))
            self.leave(desk)
            await desk.socket.close(Close.DRAINING, "drain")
