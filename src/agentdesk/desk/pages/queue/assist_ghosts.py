"""Lines that were finished while typing, as the ledger counts them: a kind of its own, one record for each turn."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject

from agentdesk.assist.frames import Finished
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.assist_state import joined
from agentdesk.domain.cases import Case, Reply
from agentdesk.domain.later import PlanReply
from agentdesk.domain.macros import MacroReply
from agentdesk.domain.suggestions import ActOnSuggestion, Considered, Offer
from agentdesk.domain.suggestions.measuring import GHOST


class Turn(msgspec.Struct):
    """A turn of a case in which at least one line was finished on the screen; `taken` are those that went in."""

    case: str
    seq: int
    suggestion: str
    taken: list[str] = msgspec.field(default_factory=list)

    @property
    def source(self) -> str:
        """What stands for them in the ledger."""
        return f"{GHOST}:{self.suggestion}"


class Ghosts(QObject):
    """One per conversation panel."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._now: Turn | None = None

    def shown(self, case: str, found: Finished) -> None:
        """Something was shown: the first time in a turn there is a record of it."""
        held = self._desk.view.get(Case, case)
        if held is None or (self._now is not None and (self._now.case, self._now.seq) == (case, held.seq)):
            return
        id, assist, now = self._desk.new_id(), self._desk.assist, self._desk.now()
        weighed = (Considered(f"{GHOST}:{id}", GHOST, 0, now, 0, 0, 0, 0),
                   Considered(found.source, found.source.partition(":")[0], 0, 0, 0, 0, 0, 0))  # fmt: skip
        offer = Offer(
            suggestion=id, case=case, turn=held.seq, level=assist.level, rules=0, threshold=0, input_sha256="",
            candidates=weighed, shown=(f"{GHOST}:{id}",), latency_us=round(found.took * 1_000), why=assist.because,
        )  # fmt: skip
        self._now = None if self._desk.attempt(offer) else Turn(case, held.seq, id)

    def taken(self, words: str) -> None:
        """It went into the reply."""
        if (now := self._now) is not None:
            now.taken.append(words)
            self._act(now, "accepted")

    def undone(self, words: str) -> None:
        """It was taken out again at once: that is no yes."""
        if (now := self._now) is not None and words in now.taken:
            now.taken.remove(words)
            self._act(now, "accepted" if now.taken else "undone")

    def sent(self, command: Reply | MacroReply | PlanReply) -> None:
        """A reply is on its way, or planned: what of it is there no more was changed."""
        now = self._now
        if now is None or now.case != command.case:
            return
        self._now = None
        edits = sum(len(words) for words in now.taken if words not in command.text)
        self._desk.attempt(joined(now.suggestion, command, edits))

    def _act(self, now: Turn, action: str) -> None:
        told = {"suggestion": now.suggestion, "case": now.case, "source": now.source, "action": action,
                "chars": sum(map(len, now.taken))}  # fmt: skip
        self._desk.attempt(msgspec.convert(told, ActOnSuggestion))
