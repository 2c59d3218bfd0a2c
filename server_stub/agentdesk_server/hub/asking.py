"""Questions that only the server can answer: search in all history, and cases a laptop does not hold."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from agentdesk.domain.cases import MESSAGES, Case, Message
from agentdesk.domain.kernel import Record, masked, spec_of
from agentdesk.protocol import UNREADABLE
from agentdesk.protocol.frames import Answer, Ask

from .desks import Desk
from .hub import Hub

TRIED = 2_000
"""Hits looked at for one page: those that one may not see are passed over in silence."""


class Search(msgspec.Struct, frozen=True):
    """Words to find; `before` is the number that the last page ended with."""

    text: Annotated[str, msgspec.Meta(max_length=500)]
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 30
    before: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)] = 1 << 62


class Whole(msgspec.Struct, frozen=True):
    """A case with its newest messages."""

    case: str
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 200


class Asking:
    """Answers one desk, with nothing that its person may not see."""

    def __init__(self, hub: Hub, desk: Desk) -> None:
        self._hub, self._desk = hub, desk

    def take(self, frame: Any) -> None:
        if not isinstance(frame, Ask):
            return
        binary = self._desk.codec.binary
        decode = msgspec.msgpack.decode if binary else msgspec.json.decode
        try:
            match frame.question:
                case "search":
                    result = self._search(decode(frame.args, type=Search))
                case "case":
                    result = self._case(decode(frame.args, type=Whole))
                case _:
                    self._desk.say(Answer(id=frame.id, sentence="The server does not know this question."))
                    return
        except UNREADABLE:
            self._desk.say(Answer(id=frame.id, sentence="The server could not read this question."))
            return
        self._desk.say(Answer(id=frame.id, result=result))

    def _visible(self, record: Record) -> bool:
        kind, id = spec_of(record).kind, record.id
        if isinstance(record, Message):
            kind, id = "case", record.case
        return self._desk.holds(self._hub.presence.scopes(kind, id))

    def _search(self, search: Search) -> dict[str, Any]:
        find = self._hub.filler.reader.records.find
        hits: list[tuple[int, Record]] = []
        before, tried = search.before, 0
        while len(hits) < search.limit and tried < TRIED:
            page = find.newest("message", search.text, search.limit, before)
            if not page:
                break
            tried += len(page)
            before = page[-1][0]
            hits += [(number, record) for number, record in page if self._visible(record)]
        hits = hits[: search.limit]
        return {"messages": [self._plain(record) for _, record in hits], "before": hits[-1][0] if hits else 0}

    def _case(self, whole: Whole) -> dict[str, Any]:
        records = self._hub.filler.reader.records
        case = records.of(Case, whole.case)
        if case is None or not self._visible(case):
            return {"case": None, "messages": []}
        messages = records.page(MESSAGES(case=case.id), limit=whole.limit)
        return {"case": self._plain(case), "messages": [self._plain(message) for message in messages]}

    def _plain(self, record: Record) -> Any:
        return msgspec.to_builtins(masked(record, self._desk.view))
