"""The desk itself: the verbs that pages use, over the replica on this side and the worker on the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.drafts import LiveDrafts
from agentdesk.desk.glance import Opened
from agentdesk.desk.late import LateWorker, wall_clock
from agentdesk.desk.notices import Notices
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case, File, Message
from agentdesk.domain.kernel import Actor, Command, Refusal, View
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.store.ids import new_id
from agentdesk.sync.news import Heard, News, Pending, Refused, Status, Told
from agentdesk.sync.phases import JOINED, Phase
from agentdesk.sync.presence import Presence, Seen
from agentdesk.sync.replica import Listener, Replica

if TYPE_CHECKING:
    from agentdesk.sync.worker import Worker

SAY_AGAIN_MS = 4_000
HELD_BACK = 50


class Live(QObject):
    """One per signed-in person. Owned by Qt's thread; `close` ends it."""

    status_changed = Signal(object)
    """A `Status`: where the connection stands."""
    presence_changed = Signal(str)
    """Who looks at a case, or writes there, is not as it was."""
    refused = Signal(object)
    """A `Refused`: the server did not grant a command."""
    told = Signal(object)
    """A `Told`: something a person should know."""
    opened = Signal(str, str)
    """A page asks to show (kind, id)."""

    def __init__(self, opened: Opened, bridge: Bridge, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.identity, self.vault = opened.identity, opened.vault
        self._worker, self._bridge, self._notices = LateWorker(opened.worker), bridge, notices
        self._precious = opened.precious
        self.replica = Replica(
            opened.reader, opened.who, send=self._send, clock=self.now, pending=opened.pending
        )
        self.status = Status(Phase.OFFLINE, True)
        self.synced_at: int | None = None
        self.presence = Presence()
        self._drafts = LiveDrafts(opened.precious, self._worker.note, self.now)
        self._signals: dict[tuple[str, str], int] = {}
        self._held_back: deque[Refused] = deque(maxlen=HELD_BACK)
        self._beat = QTimer(self, interval=1000)
        self._beat.timeout.connect(self._each_second)
        self._beat.start()
        bridge.follow(self.take)

    # --- Looking ---

    @property
    def view(self) -> View:
        """Truth with what waits on top."""
        return self.replica

    @property
    def me(self) -> Actor:
        """Who works here."""
        return self.replica.who

    @property
    def drafts(self) -> LiveDrafts:
        """Unsent words."""
        return self._drafts

    def now(self) -> int:
        """The server's clock."""
        return self._worker.now()

    def new_id(self) -> str:
        """An id for something new."""
        return new_id(self.now())

    def listen(self, kinds: Iterable[str], listener: Listener) -> Callable[[], None]:
        """Be told of records that change, or None: too much to tell, ask anew."""
        return self.replica.listen(kinds, listener)

    def waits(self, kind: str, id: str) -> bool:
        """Whether a command of ours that was not answered yet has changed this."""
        return self.replica.waits(kind, id)

    def search(self, text: str, limit: int = 30) -> list[Any]:
        """Cases and messages on this laptop that have these words, newest first."""
        found: list[Any] = [*self.replica.search(Case, text, limit), *self.replica.search(Message, text, limit)]
        return found

    # --- Doing ---

    def do(self, command: Command, needs: Iterable[str] = ()) -> bool:
        """Decide at once and send; a refusal goes to the notice line."""
        why = self.attempt(command, needs)
        if why:
            self._notices.refuse(why)
        return not why

    def attempt(self, command: Command, needs: Iterable[str] = ()) -> str:
        """As `do`, but hands the refusal's sentence back; empty if it was done."""
        try:
            self.replica.submit(command, needs)
        except Refusal as refusal:
            return sentence(refusal.sentence, refusal.data)
        return ""

    def _send(self, pending: Any, needs: tuple[str, ...]) -> None:
        self._worker.submit(pending, needs)

    def take_back(self, message: str) -> bool:
        """Call back what still waits here; false if it is on its way."""
        return False

    def open(self, kind: str, id: str) -> None:
        """Show a record on its page."""
        self.opened.emit(kind, id)

    def say(self, sentence: str, action: str = "", run: Callable[[], None] | None = None) -> None:
        """One line."""
        self._notices.tell(sentence, "info", action, run)

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        """Ask the server."""
        future = self._worker.ask(question, args)
        self._bridge.wait_for(future, lambda result, error: then(result, "" if error is None else tr(str(error))))

    def stage(self, path: Path) -> File:
        """Take a file in for sending."""
        if not self._worker.running:
            raise Refusal("The desk is still starting. Try again in a moment.", "starting")
        try:
            staged = self._worker.stage(path).result(60)
        except Exception as error:  # too large, unreadable, disk full: each brings its sentence
            raise Refusal(str(error) or "This file cannot be read.", "file") from error
        return File(self.new_id(), staged.digest, staged.name, staged.size, staged.type)

    def fetch(self, digest: str, then: Callable[[bytes | None, str], None]) -> None:
        """The bytes of an attachment."""
        self._bridge.wait_for(
            self._worker.fetch(digest), lambda result, error: then(result, "" if error is None else tr(str(error)))
        )

    # --- Who else is here ---

    def signal(self, kind: str, about: str, on: bool = True) -> None:
        """Say that one looks or writes; looking is said again until it ends."""
        before, now = self._signals.get((kind, about), 0), wall_clock()
        if not on:
            if self._signals.pop((kind, about), 0):
                self._worker.signal(kind, on=False, about=about)
        elif now - before >= SAY_AGAIN_MS:
            self._signals[kind, about] = now
            self._worker.signal(kind, about=about)

    def viewing(self, case: str) -> list[Seen]:
        """Colleagues who look at this case."""
        return [seen for seen in self.presence.viewing(case, wall_clock()) if seen.who != self.me.id]

    def typing(self, case: str) -> list[Seen]:
        """Whoever writes in this case."""
        return [seen for seen in self.presence.typing(case, wall_clock()) if seen.who != self.me.id]

    # --- What was not granted ---

    def refusals(self, case: str) -> tuple[Refused, ...]:
        """What was refused by the server for this case and not looked at yet, oldest first."""
        return tuple(one for one in self._held_back if about(one) == case)

    def forget_refusal(self, key: int) -> None:
        """It was looked at."""
        for one in [one for one in self._held_back if one.key == key]:
            self._held_back.remove(one)

    @property
    def held_back(self) -> int:
        """How many texts were refused and are drafts again."""
        return sum(1 for one in self._held_back if one.draft)

    # --- The link ---

    def attach(self, worker: Worker, pending: tuple[Pending, ...]) -> None:
        """The worker runs now; `pending` is what it found waiting when it opened the outbox."""
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

    def use_token(self, token: str) -> None:
        """Somebody has signed in again."""
        self._worker.use_token(token)

    def waiting(self) -> dict[str, int]:
        """How many commands wait, by name."""
        found: dict[str, int] = {}
        for one in self.replica.pending:
            name = command_spec(one.command).name
            found[name] = found.get(name, 0) + 1
        return found

    # --- News ---

    def take(self) -> None:
        """Take in what has come; called by the bridge, once a frame."""
        told = self._worker.told
        while told:
            self._hear(told.popleft())
        if self._worker.news:
            for one in self.replica.take(self._worker.news):
                self._follow(one)
            if self._worker.news:  # committed while we looked: in the next frame
                self._bridge.wake()

    def _hear(self, item: Status | Told | Heard) -> None:
        if isinstance(item, Heard):
            if self.presence.hear(item):
                self.presence_changed.emit(item.signal.about)
        elif isinstance(item, Status):
            self._see_status(item)
        else:
            if item.code == "draft_kept":
                self._drafts.forget(item.data["case"], item.data["kind"])
            self.told.emit(item)

    def _see_status(self, status: Status) -> None:
        if self.status.phase in JOINED and status.phase not in JOINED:
            self.presence.clear()
            self.presence_changed.emit("")
        if status.phase is Phase.LIVE and self.status.phase is not Phase.LIVE:
            self._signals = dict.fromkeys(self._signals, 0)
        self.status = status
        if status.phase in JOINED:
            self.synced_at = self.now()
        self.status_changed.emit(status)

    def _follow(self, news: News) -> None:
        if self.online:
            self.synced_at = self.now()
        for one in news.refused:
            self._held_back.append(one)
            spec = command_spec(one.command)
            if one.draft and spec.refs:
                self._drafts.put_back(about(one), spec.name.rpartition(".")[2], one.draft)
            self.refused.emit(one)
        for id in news.erased:
            self._drafts.purge(id)

    def _each_second(self) -> None:
        now = wall_clock()
        for case in self.presence.expire(now):
            self.presence_changed.emit(case)
        for (kind, case), said in list(self._signals.items()):
            if kind == "typing" and now - said > 2 * SAY_AGAIN_MS:
                del self._signals[kind, case]
            elif kind != "typing" and now - said >= SAY_AGAIN_MS:
                self.signal(kind, case)
        if self.status.phase is Phase.LIVE:
            self.synced_at = self.now()

    def close(self) -> bool:
        """Let go of everything; what waits is on the disk. Whether the worker ended in time."""
        self._beat.stop()
        self._bridge.close()
        self._precious.close()
        ended = self._worker.stop()
        self.replica.reader.close()
        return ended


def about(refused: Refused) -> str:
    """The id of the record that a refused command names first."""
    spec = command_spec(refused.command)
    return str(getattr(refused.command, spec.refs[0][0])) if spec.refs else ""


def sentence(template: str, data: dict[str, Any]) -> str:
    """A refusal as a person reads it, in their language."""
    return str(Refusal(tr(template), **{name: value for name, value in data.items() if name not in ("code",)}))
