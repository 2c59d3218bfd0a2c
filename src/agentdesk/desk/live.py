"""The desk itself: the verbs that pages use, and the news that come of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.assist.assist import Assist
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.glance import Opened
from agentdesk.desk.notices import Notices
from agentdesk.desk.preparing import Preparing
from agentdesk.desk.refusals import Refusals
from agentdesk.desk.verbs import Verbs
from agentdesk.domain.kernel import Asked, Command
from agentdesk.domain.kernel.commands import command_spec, draft_place
from agentdesk.domain.people import Person
from agentdesk.sync.ahead import Wanted
from agentdesk.sync.news import Heard, News, Pending, Refused, Status, Told
from agentdesk.sync.outgoing import held_back
from agentdesk.sync.phases import JOINED, Phase
from agentdesk.sync.replica import become

if TYPE_CHECKING:
    from agentdesk.sync.passport import Passport, Tokens
    from agentdesk.sync.worker import Worker


class Live(Verbs):
    """One per signed-in person. Owned by Qt's thread; `close` ends it."""

    status_changed = Signal(object)
    """A `Status`: where the connection stands."""
    presence_changed = Signal(str)
    """Who looks at a case, or writes there, is not as it was."""
    refused = Signal(object)
    """A `Refused`: the server did not grant a command."""
    held_changed = Signal()
    """Something is held back, or is no more: it was dealt with, or what it speaks of was erased."""
    told = Signal(object)
    """A `Told`: something a person should know."""

    def __init__(self, opened: Opened, bridge: Bridge, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(opened, bridge, notices, parent)
        self._precious = opened.precious
        self.assist = Assist(self, self)
        self._preparing = Preparing(self.replica, bridge, self.take)
        self.status = Status(Phase.OFFLINE, True)
        self.synced_at: int | None = None
        self._refusals = Refusals()
        self.replica.listen(("person",), lambda _: self._be_oneself())
        self._be_oneself()
        self._beat = QTimer(self, interval=1000)
        self._beat.timeout.connect(self._each_second)
        self._beat.start()
        bridge.follow(self.take)

    # --- What is slow ---

    def prepare(
        self, asked: Asked[Any], then: Callable[[], None], after: tuple[Any, ...] | None = None, rows: int = 0
    ) -> None:
        """Have what is slow read beside Qt's thread; `then` is called when the view answers at once."""
        self._preparing.prepare(Wanted(asked, after, rows), then)

    # --- What was not granted ---

    def refusals(self, case: str) -> tuple[Refused, ...]:
        """What was refused by the server for this case and not looked at yet, oldest first."""
        return self._refusals.of(case)

    def forget_refusal(self, key: int) -> None:
        """It was looked at."""
        for one in self._refusals.forget(key):
            if one.held:
                self._worker.let_go(one.held)
        self.held_changed.emit()

    def held(self) -> list[Refused]:
        """What was refused and has words of this person, oldest first: until they have dealt with it."""
        return self._refusals.held()

    def attempt(self, command: Command, needs: Iterable[str] = ()) -> str:
        """As `Verbs.attempt`; what goes now in place of something that was held back lets that go."""
        why = super().attempt(command, needs)
        if not why and command_spec(command).draft:
            for one in [one for one in self.held() if _instead(command, one.command)]:
                self.forget_refusal(one.key)
        return why

    @property
    def held_back(self) -> int:
        """How much is held back."""
        return len(self.held())

    # --- The link ---

    def attach(self, worker: Worker, pending: tuple[Pending, ...]) -> None:
        """The worker runs now; `pending` is what it found waiting when it opened the outbox."""
        self._refusals.begin(held_back(self._precious))
        worker.news.append(News(applied=self.replica.reader.applied, pending=pending))
        self._worker.attach(worker)
        self.take()

    @property
    def online(self) -> bool:
        """Whether the server hears us."""
        return self.status.phase in JOINED

    def set_online(self, online: bool) -> None:
        """Connect, or work offline."""
        self._worker.set_online(online)

    def use_tokens(self, tokens: Tokens, passport: Passport) -> None:
        """The person has signed in again."""
        self._worker.use_tokens(tokens, passport)

    def address(self, path: str) -> str:
        """The web address of a page that the server shows to customers at this path."""
        return f"{self.identity.server.rstrip('/')}{path}"

    @property
    def passport(self) -> Passport | None:
        """What this device shows at the server; None where nobody is signed in."""
        return self._worker.passport

    def waiting(self) -> dict[str, int]:
        """How many commands wait, by name."""
        found: dict[str, int] = {}
        for one in self.replica.pending:
            name = command_spec(one.command).name
            found[name] = found.get(name, 0) + 1
        return found

    # --- Oneself ---

    def _be_oneself(self) -> None:
        """Role and teams may change while one works: one's own record says what they are now."""
        me = self.me
        mine = self.replica.get(Person, me.id)
        if mine is not None:
            become(self.replica, msgspec.structs.replace(me, role=mine.role, name=mine.name, teams=mine.teams))

    # --- News ---

    def take(self) -> None:
        """Take in what has come; called by the bridge, once a frame."""
        told = self._worker.told
        while told:
            self._hear(told.popleft())
        if self._worker.news and not self._preparing.busy:  # else: as soon as that is read
            self._take_news()
            if self._worker.news:  # committed while we looked: in the next frame
                self._bridge.wake()

    def _take_news(self) -> None:
        for one in self.replica.take(self._worker.news):
            self._follow(one)
            self._sight.follow(one)

    def _hear(self, item: Status | Told | Heard) -> None:
        if isinstance(item, Heard):
            if self.company.presence.hear(item):
                self.presence_changed.emit(item.signal.about)
        elif isinstance(item, Status):
            self._see_status(item)
        else:
            if item.code == "draft_kept":
                self._drafts.forget(item.data["case"], item.data["kind"])
            self.told.emit(item)

    def _see_status(self, status: Status) -> None:
        if self.status.phase in JOINED and status.phase not in JOINED:
            self.company.presence.clear()
            self.presence_changed.emit("")
        if status.phase is Phase.LIVE and self.status.phase is not Phase.LIVE:
            self.company.say_again()
        self.status = status
        if status.phase is Phase.LIVE:
            self.synced_at = self.now()
        self.status_changed.emit(status)

    def _follow(self, news: News) -> None:
        for one in news.refused:
            self._refusals.add(one)
            if one.draft:
                self._drafts.put_back(*draft_place(one.command), one.draft)
            self.refused.emit(one)
        for id in news.erased:
            self._drafts.purge(id)
        self._refusals.purge(news.erased)
        if news.refused or news.erased:
            self.held_changed.emit()

    def _each_second(self) -> None:
        if not self._preparing.busy:  # also without news: an old snapshot keeps the write-ahead log from being cut
            self._take_news()
        for case in self.company.each_second():
            self.presence_changed.emit(case)
        if self.status.phase is Phase.LIVE:
            self.synced_at = self.now()

    def close(self) -> bool:
        """Let go of everything; what waits is on the disk. Whether the worker ended in time."""
        self._beat.stop()
        self.assist.close()
        self._bridge.close()
        self._precious.close()
        self.replica.reader.close()  # before the worker: the last to write cuts its log
        return self._worker.stop()


def _instead(command: Command, held: Command) -> bool:
    """Whether what goes now was written in the place of what was held back."""
    return command_spec(held).draft != "" and draft_place(command) == draft_place(held)
