"""Presence: who is connected, who looks at a case, who is writing. Never stored, may be dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from agentdesk.domain.kernel import RECORDS
from agentdesk.protocol.frames import Signal
from agentdesk_server.authority import Database

from .desks import Desk

if TYPE_CHECKING:
    from .hub import Hub

ORG = frozenset(("org",))
SIGNALS_PER_SECOND = 20


class Presence:
    """Passes signals on to those who may hear them, and remembers who looks where as long as they are connected."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._looking: dict[str, dict[tuple[str, str], Desk]] = {}
        self.listeners: list[Callable[[Signal], None]] = []
        """Told of agents' signals: the channels show customers that somebody is writing."""
        self.comings: list[Callable[[str, bool], None]] = []
        """Told of a person whose desk has come, or whose last desk has gone."""
        self._tasks: set[asyncio.Future[None]] = set()

    def keep(self, task: asyncio.Future[None]) -> None:
        """Hold on to a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def connected(self, person: str) -> bool:
        return bool(self._hub.of_person(person))

    def viewers(self, case: str) -> list[str]:
        """The people who look at a case now."""
        return sorted({person for person, _ in self._looking.get(case, {})})

    def joined(self, desk: Desk) -> None:
        """A desk is there: all hear of it, and it hears who else is."""
        self._tell(desk.person, True)
        for other in {d.person: d for d in self._hub.desks.values() if d is not desk}.values():
            desk.say(Signal(kind="connected", who=other.person, name=other.name))
        self.pass_on(ORG, Signal(kind="connected", who=desk.person, name=desk.name), desk)

    def left(self, desk: Desk) -> None:
        for case in list(desk.looking):
            self._look_away(desk, case)
        if not self.connected(desk.person):
            self._tell(desk.person, False)
            self.pass_on(ORG, Signal(kind="connected", on=False, who=desk.person, name=desk.name), desk)

    def _tell(self, person: str, on: bool) -> None:
        for listener in self.comings:
            listener(person, on)

    def heard(self, desk: Desk, signal: Signal) -> None:
        """A signal from a desk. What it says of itself is not believed: who it is, the session knows."""
        now = asyncio.get_running_loop().time()
        desk.signals = [at for at in desk.signals if at > now - 1][-SIGNALS_PER_SECOND:]
        if len(desk.signals) >= SIGNALS_PER_SECOND or signal.kind not in ("viewing", "typing") or not signal.about:
            return
        desk.signals.append(now)
        scopes = self.scopes("case", signal.about)
        if not desk.holds(scopes):
            return
        told = Signal(kind=signal.kind, on=signal.on, about=signal.about, who=desk.person, name=desk.name)
        if signal.kind == "viewing":
            self._look(desk, signal.about) if signal.on else self._look_away(desk, signal.about)
        self.pass_on(scopes, told, desk)
        for listener in self.listeners:
            listener(told)

    def pass_on(self, scopes: frozenset[str], signal: Signal, sender: Desk | None = None) -> None:
        """To all desks that hold one of the scopes, but the one it came from."""
        for desk in list(self._hub.desks.values()):
            if desk is not sender and desk.holds(scopes):
                desk.say(signal)

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        """Where a record is shown, as the disk knows it."""
        return scopes_in(self._hub.filler.reader, kind, id)

    def _look(self, desk: Desk, case: str) -> None:
        there = self._looking.setdefault(case, {})
        for other in there.values():
            if other.person != desk.person:
                desk.say(Signal(kind="viewing", about=case, who=other.person, name=other.name))
        there[desk.key] = desk
        desk.looking.add(case)

    def _look_away(self, desk: Desk, case: str) -> None:
        there = self._looking.get(case, {})
        if there.pop(desk.key, None) is None:
            return
        if not there:
            del self._looking[case]
        desk.looking.discard(case)
        scopes = self.scopes("case", case)
        self.pass_on(scopes, Signal(kind="viewing", on=False, about=case, who=desk.person, name=desk.name), desk)


def scopes_in(database: Database, kind: str, id: str) -> frozenset[str]:
    """Where a record is shown, as a connection sees it."""
    found = database.records.get(kind, id) if kind in RECORDS else None
    if found is None:
        return frozenset()
    rows = database.conn.execute("SELECT scope FROM shown WHERE kind=? AND id=?", (kind, id))
    return frozenset((found.scope, *(row[0] for row in rows)))
