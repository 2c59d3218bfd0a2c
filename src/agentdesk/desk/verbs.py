"""The verbs that pages use: look, do, ask, signal; over the replica on this side and the worker on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from PySide6.QtCore import QObject, Signal

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.company import Company
from agentdesk.desk.drafts import LiveDrafts
from agentdesk.desk.entrynames import entry_name
from agentdesk.desk.glance import Opened
from agentdesk.desk.hidden import Revealed, words
from agentdesk.desk.late import LateWorker
from agentdesk.desk.notices import Notices
from agentdesk.desk.pins import Pins
from agentdesk.desk.sight import Sight
from agentdesk.desk.texts import isolated, tr
from agentdesk.domain.cases import Case, File, Message, Read, Reply
from agentdesk.domain.kernel import Actor, Command, Record, Refusal, View, spec_of
from agentdesk.domain.kernel.values import whole
from agentdesk.domain.macros import MacroReply
from agentdesk.store.ids import new_id
from agentdesk.sync.presence import Seen
from agentdesk.sync.reader import Index
from agentdesk.sync.replica import Listener, Replica

R = TypeVar("R", bound=Record)


class Verbs(QObject):
    """What a page may do; what comes of it arrives in `Live`."""

    opened = Signal(str, str)
    """A page asks to show (kind, id)."""

    def __init__(self, opened: Opened, bridge: Bridge, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.identity, self.vault = opened.identity, opened.vault
        self._worker, self._bridge, self._notices = LateWorker(opened.worker), bridge, notices
        self.replica = Replica(opened.reader, opened.who, send=self._send, clock=self.now, pending=opened.pending)
        self.company = Company(self._worker.signal)
        self._sight = Sight(opened.reader.scopes, self)
        self._revealed = Revealed(self.ask, self)
        self._sight.changed.connect(self._revealed.forget_all)
        self._pins = Pins(opened.vault, opened.identity.server, bridge.run, self)
        self._drafts = LiveDrafts(opened.precious, self._worker.note, self.now)
        self.prove: Callable[[Callable[[], object], Callable[[], object]], object] = lambda _again, stopped: stopped()
        """How a fresh proof is asked for: what is to be done after one, and what if there is none."""

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
    def sight(self) -> Sight:
        """Tells when this person may see other things than before."""
        return self._sight

    @property
    def revealed(self) -> Revealed:
        """Hidden values that may be seen for a moment."""
        return self._revealed

    @property
    def pins(self) -> Pins:
        """What this laptop remembers of the server's audit log."""
        return self._pins

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

    @property
    def index(self) -> Index:
        """The full text of what is confirmed on this laptop."""
        return self.replica.index

    def search(self, text: str, limit: int = 30) -> list[Any]:
        """Cases and messages on this laptop that have these words, newest first."""
        found: list[Any] = [*self.replica.search(Case, text, limit), *self.replica.search(Message, text, limit)]
        return found

    def find(self, cls: type[R], text: str, limit: int = 30) -> list[R]:
        """Records of one kind on this laptop that have these words, the best first."""
        return self.replica.search(cls, text, limit, ranked=True)

    def alike(self, cls: type[R], text: str, limit: int = 5) -> list[R]:
        """Records of one kind on this laptop that are most like a text, the best first."""
        records = self.replica.reader.now.records
        return cast(list[R], records.alike(spec_of(cls).kind, whole(text), limit))

    # --- Doing ---

    def do(self, command: Command, needs: Iterable[str] = ()) -> bool:
        """Decide at once and send; a refusal goes to the notice line."""
        why = self.attempt(command, needs)
        if why:
            self._notices.refuse(why, personal=True)
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
        """Call back a reply that has never left this laptop; false if it has, or may have."""
        for one in self.replica.pending:
            if isinstance(one.command, Reply | MacroReply) and one.command.message == message:
                # Its number must not be missing: a mark of what was read, which moves nothing, goes in its place.
                back = self._worker.take_back(one.key, Read(case=one.command.case, seq=0))
                if back:
                    self.replica.withdraw(one.key)
                return back
        return False

    def open(self, kind: str, id: str) -> None:
        """Show a record on its page."""
        self.opened.emit(kind, id)

    def say(self, sentence: str, action: str = "", run: Callable[[], None] | None = None) -> None:
        """One line."""
        self._notices.tell(sentence, "info", action, run, personal=True)

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        """Ask the server."""
        self._get(lambda: self._worker.ask(question, args), self._sight.guarded(then))

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        """Look at what the server says under a path."""

        def read(content: bytes | None, why: str) -> None:
            try:
                result = None if content is None else msgspec.json.decode(content)
            except msgspec.DecodeError:
                result, why = None, tr("The server's answer cannot be read.")
            then(result, why)

        self._get(lambda: self._worker.read(where), self._sight.guarded(read))

    def _get(self, begin: Callable[[], Any], then: Callable[[Any, str], None]) -> None:
        """What comes of the future that `begin` gives; begun once more after a fresh proof, if it takes one."""

        def done(result: Any, error: BaseException | None) -> None:
            if error is None:
                then(result, "")
                return
            why = sentence(str(error), getattr(error, "data", {}))
            if getattr(error, "code", "").rpartition(":")[2] == "step_up":
                self.prove(lambda: self._get(begin, then), lambda: then(None, why))
            else:
                then(None, why)

        self._bridge.wait_for(begin(), done)

    def stage(self, source: Path | bytes, name: str = "") -> File:
        """Take a file in for sending."""
        if not self._worker.running:
            raise Refusal("The desk is still starting. Try again in a moment.", "starting")
        try:
            staged = self._worker.stage(source, name).result(60)
        except Exception as error:  # too large, unreadable, disk full: each brings its sentence
            raise Refusal(str(error) or "This file cannot be read.", "file") from error
        return File(self.new_id(), staged.digest, staged.name, staged.size, staged.type)

    def fetch(self, digest: str, then: Callable[[bytes | None, str], None]) -> None:
        """The bytes of an attachment."""
        then = self._sight.guarded(then)
        self._bridge.wait_for(
            self._worker.fetch(digest), lambda result, error: then(result, "" if error is None else tr(str(error)))
        )

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        """Fetch something from the server into a file."""
        if not self._worker.running:
            then("", tr("The desk is still starting. Try again in a moment."))
            return

        def came(count: int) -> None:
            self._bridge.tell(lambda: so_far(count))

        self._get(lambda: self._worker.save(where, path, came), lambda digest, why: then(digest or "", why))

    # --- Who else is here ---

    def signal(self, kind: str, about: str, on: bool = True) -> None:
        """Say that one looks or writes; looking is said again until it ends."""
        self.company.signal(kind, about, on)

    def viewing(self, case: str) -> list[Seen]:
        """Colleagues who look at this case."""
        return self.company.seen("viewing", case, self.me.id)

    def typing(self, case: str) -> list[Seen]:
        """Whoever writes in this case."""
        return self.company.seen("typing", case, self.me.id)


def sentence(template: str, data: dict[str, Any]) -> str:
    """A refusal as a person reads it, in their language."""
    shown = {name: isolated(words(value)) if isinstance(value, str) else value for name, value in data.items()
             if name != "code"}  # fmt: skip
    if isinstance(data.get("entry"), str):
        shown["entry"] = entry_name(data["entry"])
    return str(Refusal(tr(template), **shown))


def filled(sentence: str, data: Mapping[str, Any]) -> str:
    """A rule's sentence in the reader's language, filled from its data; what is missing stays as it stands."""
    try:
        told = {name: value for name, value in data.items() if name not in ("sentence", "code")}
        shown = {name: isolated(words(value)) if isinstance(value, str) else value for name, value in told.items()}
        return str(Refusal(tr(sentence), **shown))
    except (ValueError, IndexError):  # it was filled already, and what filled it has a brace
        return sentence
