"""What a desk with a key of its own does now and then: says what it knows of itself, and renews its lease."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from agentdesk.protocol.frames import DeviceReport, Frame
from agentdesk.store.vault import VaultError

from .. import effects as fx
from ..engine import Engine
from ..errands import Account
from ..http import Problem
from ..news import Told
from ..phases import JOINED
from ..posture import posture

LOOK_MS = 6 * 3_600_000
"""So often this computer is looked at again, and the lease renewed while there is a connection."""
LAPSED = "lapsed"


class Keeper(Protocol):
    """What upkeep needs of the worker."""

    account: Account
    app: str
    engine: Engine
    on_news: Callable[[], None]

    def errand(self, what: Callable[[], DeviceReport | None]) -> Future[DeviceReport | None]:
        """Do this on a thread that may wait."""


class Upkeep:
    """Called once a second on the loop's thread; what takes time is done elsewhere."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._looked_at, self._renewed_at = 0, 0
        self._looking: Future[DeviceReport | None] | None = None
        self._report: DeviceReport | None = None
        self._said: Frame | None = None
        self._lapsed = False

    def each_second(self, now: int) -> None:
        """A desk whose sessions are bound to nothing is believed nothing, and has no lease."""
        passport = self._keeper.account.passport
        if passport is None:
            return
        joined = self._keeper.engine.session.phase in JOINED
        self._look(now)
        if not joined:
            self._said = None
        elif self._report is not None and self._said != self._report:
            self._said = self._report
            self._keeper.engine.happen(fx.Signalled(self._report))
        if joined and now - self._renewed_at >= LOOK_MS:
            if self._renewed_at:
                self._keeper.errand(self._renew)
            self._renewed_at = now
        if passport.lease_until and now >= passport.lease_until and not self._lapsed:
            self._lapsed = True
            self._keeper.engine.told.append(Told(LAPSED))
            self._keeper.on_news()

    def _look(self, now: int) -> None:
        if self._looking is None and (not self._looked_at or now - self._looked_at >= LOOK_MS):
            self._looked_at = now
            self._looking = self._keeper.errand(lambda: posture(self._keeper.app))
        elif self._looking is not None and self._looking.done():
            self._report, self._looking = self._looking.result(), None

    def _renew(self) -> None:
        passport = self._keeper.account.passport
        try:
            if passport is not None:
                passport.renewed(at_once=True)
        except (Problem, VaultError):
            return  # the next connection tells what is wrong
