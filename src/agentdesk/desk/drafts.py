"""Drafts as pages use them: what is on the disk, and over it what was typed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agentdesk.store import drafts
from agentdesk.store.crypt import Connection
from agentdesk.store.drafts import Draft


class LiveDrafts:
    """Reads through a connection of its own; `note` hands keystrokes to the worker."""

    def __init__(self, db: Connection, note: Callable[[Draft], None], clock: Callable[[], int]) -> None:
        self._db, self._note, self._clock = db, note, clock
        self._typed: dict[tuple[str, str], Draft] = {}

    def get(self, case: str, kind: str) -> Draft | None:
        """The draft as it stands."""
        typed = self._typed.get((case, kind))
        if typed is None:
            return drafts.get(self._db, case, kind)
        return typed if typed.text.strip() else None

    def typed(self, case: str, kind: str, text: str, cursor: int) -> None:
        """A keystroke."""
        draft = Draft(case, kind, text, cursor, self._clock())
        self._typed[case, kind] = draft
        self._note(draft)

    def discard(self, case: str, kind: str) -> None:
        """Not wanted any more, or sent; it stays in the history."""
        self.typed(case, kind, "", 0)

    def history(self, case: str, kind: str) -> Sequence[Draft]:
        """Earlier versions, the latest first."""
        return drafts.history(self._db, case, kind)

    def unsent(self) -> list[Draft]:
        """All drafts, the latest first."""
        found = {(one.case, one.kind): one for one in drafts.unsent(self._db)} | self._typed
        return sorted((one for one in found.values() if one.text.strip()), key=lambda one: -one.at)

    def put_back(self, case: str, kind: str, text: str) -> None:
        """A refused text is a draft again, unless another one has been begun: the worker keeps that one."""
        if self.get(case, kind) is None:
            self._typed[case, kind] = Draft(case, kind, text, len(text), self._clock())

    def forget(self, case: str, kind: str) -> None:
        """What is on the disk counts."""
        self._typed.pop((case, kind), None)

    def purge(self, case: str) -> None:
        """The case was erased."""
        for key in [key for key in self._typed if key[0] == case]:
            del self._typed[key]
