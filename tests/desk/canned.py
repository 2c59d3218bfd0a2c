"""Suggestions as a desk has them, with answers that a test has written."""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import QTimer

from agentdesk.assist.frames import Answer, Candidate, Card, Finished, State
from agentdesk.desk.assist.assist import FULL, Assist
from agentdesk.domain.cases import Case

HOUR = 3_600_000


def card(source: str, text: str, **fields: object) -> Card:
    """One suggestion."""
    told = {"kind": source.partition(":")[0], "title": f"About {source}", "language": "en", "version": 3, "at": 0,
            "internal": False, "band": "good", "why": "words", "words": ("refund",), "score": 0.7}  # fmt: skip
    return msgspec.convert({"source": source, "text": text, **told, **fields}, Card)


class Canned(Assist):
    """Answers each question at once with `answer`."""

    answer = Answer(number=0, case="", level=3)

    def serve(self, *cards: Card, **fields: object) -> None:
        """From now on it is there, and has this to say."""
        weighed = tuple(Candidate(one.source, one.kind, one.version, one.at, 0.6, 0.2, 0.0, 0.5) for one in cards)
        told = {"level": 3, "considered": weighed, "threshold": 0.5, "input_sha256": "ab", "model": "cd", "rules": 1}
        self.answer = msgspec.structs.replace(self.answer, cards=cards, **{**told, **fields})
        self.state = State(3, texts=9)
        self._stand(FULL)

    endings: dict[str, tuple[str, str]] = {}
    """How a line goes on, and by which source."""

    def finish(self, typed: str) -> int:
        self._line += 1
        rest, source = self.endings.get(typed, ("", ""))
        QTimer.singleShot(0, self, partial(self.finished.emit, Finished(self._line, rest, source, 0.1)))
        return self._line

    def ask(self, case: Case) -> bool:
        if self.serves:
            self.answered.emit(msgspec.structs.replace(self.answer, case=case.id))
        return self.serves
