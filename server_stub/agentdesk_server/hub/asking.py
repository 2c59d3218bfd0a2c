"""Questions that only the server can answer: search in all history, and cases a laptop does not hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec

from agentdesk.domain.cases import ATTACHMENTS, MESSAGES, Attachment, Case, FileText, Message
from agentdesk.domain.kernel import RECORDS, Record, masked, may
from agentdesk.domain.kernel.terms import MAX_TERMS, Term, terms_of
from agentdesk.domain.masking import Reveal
from agentdesk.domain.seeking import Filter, Sought
from agentdesk.domain.seeking.sought import MOST_FILTERS
from agentdesk.protocol import UNREADABLE
from agentdesk.protocol.frames import Answer, Ask
from agentdesk_server.authority import Database
from agentdesk_server.authority.truth import root_of
from agentdesk_server.denials import denial
from agentdesk_server.writer import Writer

from .desks import Desk
from .hub import Hub
from .passing import Passing
from .revealing import Revealing
from .searching import Found, Sight, Wish, search_in, shown, with_cases

HISTORY = "history.search"
TOO_MUCH = "You are asking too much at once. Please wait a moment and try again."


class Search(msgspec.Struct, frozen=True):
    """Words to find; `before` is the number that the last page ended with.

    A desk that has read the line itself says what it means by `terms` and `filters`; then `text` is not looked at.
    """

    text: Annotated[str, msgspec.Meta(max_length=500)]
    terms: Annotated[tuple[Term, ...], msgspec.Meta(max_length=MAX_TERMS)] = ()
    filters: Annotated[tuple[Filter, ...], msgspec.Meta(max_length=MOST_FILTERS)] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 30
    before: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)] = 1 << 62

    @property
    def rich(self) -> bool:
        """Whether the desk has read the line."""
        return bool(self.terms or self.filters)

    @property
    def sought(self) -> Sought:
        """What is looked for."""
        return Sought(self.terms, self.filters) if self.rich else Sought(terms_of(self.text))


class Whole(msgspec.Struct, frozen=True):
    """A case with its newest messages."""

    case: str
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 200


Read = Callable[[Database, Found], None]
Tell = Callable[[Sequence[tuple[int, Record]]], dict[str, Any]]


class Asking:
    """Answers one desk, with nothing that its person may not see. What is read is read off the event loop.

    `fresh` says whether the person has just proved anew that it is them.
    """

    def __init__(
        self, hub: Hub, desk: Desk, writer: Writer, clock: Callable[[], int], fresh: Callable[[], bool]
    ) -> None:
        self._hub, self._desk, self._writer = hub, desk, writer
        self._revealing = Revealing(desk, writer, clock, hub.revealed, fresh)
        self._tasks: set[asyncio.Task[None]] = set()
        self._passing, self._clock = Passing(hub, desk), clock

    def take(self, frame: Any) -> None:
        if not isinstance(frame, Ask) or self._passing.take(frame):
            return
        try:
            if frame.question == "reveal":
                self._revealing.take(frame.id, self._decoded(frame, Reveal), self._look)
                return
            if frame.question == "search" and not may(self._desk.view.role, HISTORY):
                self._writer.post(denial(self._desk.person, self._desk.device, HISTORY))
                raise KeyError(frame.question)  # for whom it is not, it is not there
            read, tell = self._understood(frame)
        except UNREADABLE:
            self._desk.say(Answer(id=frame.id, sentence="The server could not read this question."))
            return
        except KeyError:
            self._desk.say(Answer(id=frame.id, sentence="The server does not know this question."))
            return
        if not self._hub.rations.take(self._desk.person, frame.question):
            self._desk.say(Answer(id=frame.id, sentence=TOO_MUCH))
            return
        task = asyncio.ensure_future(self._answer(frame.id, read, tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def end(self) -> None:
        """Nobody waits for answers any more."""
        self._passing.end()
        for task in self._tasks:
            task.cancel()

    def _understood(self, frame: Ask) -> tuple[Read, Tell]:
        if frame.question == "search":
            search: Search = self._decoded(frame, Search)
            sight = Sight(self._held(), self._desk.view, self._hub.filler.sieve, self._desk.person, self._clock())
            wish = Wish(search.sought, search.limit, search.before, search.rich)
            return lambda database, found: _search(database, found, wish, sight), lambda hits: self._page(hits, sight)
        if frame.question == "case":
            whole: Whole = self._decoded(frame, Whole)
            return lambda database, found: _case(database, found, whole), self._whole
        raise KeyError(frame.question)

    def _decoded(self, frame: Ask, cls: Any) -> Any:
        decode = msgspec.msgpack.decode if self._desk.codec.binary else msgspec.json.decode
        return decode(frame.args, type=cls)

    def _look(self, kind: str, id: str) -> Record | None:
        """A record if the desk may see it now."""
        record = self._hub.filler.reader.records.get(kind, id) if kind in RECORDS else None
        return record if record is not None and self._desk.holds(self._hub.presence.scopes(*root_of(record))) else None

    async def _answer(self, id: int, read: Read, tell: Tell) -> None:
        started = asyncio.get_running_loop().time()
        found: Found = await self._hub.filler.ask(lambda database: _at_one_moment(database, read))
        # The disk may be ahead of us: what we have not heard yet may have changed this desk's rights.
        await self._hub.reached(found.rev)
        if self._desk.socket.closed:
            return
        result = tell([(number, record) for number, record, scopes in found.hits if self._desk.holds(scopes)])
        self._desk.say(Answer(id=id, result=result))
        self._hub.rations.told(found.bytes, asyncio.get_running_loop().time() - started)

    def _held(self) -> frozenset[str]:
        return self._desk.live.union(self._desk.filling)

    def _page(self, hits: Sequence[tuple[int, Record]], sight: Sight) -> dict[str, Any]:
        if sight.view != self._desk.view:
            hits = ()  # what was found by words that are hidden from it now
        messages = [(number, record) for number, record in hits if isinstance(record, Message)]
        cases = [self._plain(record) for _, record in hits if isinstance(record, Case)]
        told = {
            "messages": [self._plain(record) for _, record in messages],
            "before": messages[-1][0] if messages else 0,
        }
        texts = [self._plain(record) for _, record in hits if isinstance(record, FileText)]
        return told | ({"cases": cases} if cases else {}) | ({"files": texts} if texts else {})

    def _whole(self, hits: Sequence[tuple[int, Record]]) -> dict[str, Any]:
        records = [record for _, record in hits]
        case = next((self._plain(record) for record in records if isinstance(record, Case)), None)
        messages = [self._plain(record) for record in records if isinstance(record, Message)]
        files = [self._plain(record) for record in records if isinstance(record, Attachment)]
        return {"case": case, "messages": messages} | ({"files": files} if files else {})

    def _plain(self, record: Record) -> Any:
        return msgspec.to_builtins(masked(record, self._desk.view))


def _at_one_moment(database: Database, read: Read) -> Found:
    """Blocking; for a reader's thread."""
    found = Found()
    database.conn.execute("BEGIN")
    try:
        found.rev = database.head().rev
        read(database, found)
    finally:
        database.conn.execute("COMMIT")
    return found


def _search(database: Database, found: Found, wish: Wish, sight: Sight) -> None:
    search_in(database, found, wish, sight)
    if wish.cases:
        with_cases(database, found)


def _case(database: Database, found: Found, whole: Whole) -> None:
    case = database.records.of(Case, whole.case)
    if case is None:
        return
    scopes = shown(database, case)
    found.add(0, case, scopes)
    for message in database.records.page(MESSAGES(case=case.id), limit=whole.limit):
        if not found.add(0, message, scopes):
            return
    for file in database.records.page(ATTACHMENTS(case=case.id), limit=whole.limit):
        if not found.add(0, file, scopes):
            return
