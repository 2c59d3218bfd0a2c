"""A case that this laptop does not hold, as the server showed it: to read, not to work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_source import Source
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Attachment, Case, Message
from agentdesk.sync.replica import Touched

MOST = 300
"""So many of its newest messages are fetched."""


class ArchiveSource(Source):
    """Messages that stand still: nothing of them is kept on this laptop."""

    def __init__(
        self, desk: Desk, case: Case, messages: Sequence[Message] = (), files: Sequence[Attachment] = ()
    ) -> None:
        self.record, self._told = case, (messages, files)
        super().__init__(desk, case.id)

    def reload(self) -> None:
        messages, files = self._told
        self.whole = True
        self.messages = sorted(messages, key=lambda message: (message.seq, message.id))
        found: dict[str, tuple[Attachment, ...]] = {}
        for file in files:
            found[file.message] = (*found.get(file.message, ()), file)
        self.files = found

    def concerned(self, touched: Sequence[Touched] | None) -> bool:
        return False


def archived_words() -> str:
    """Why nothing can be written there."""
    return tr("From the archive: this laptop does not hold it, so here it can only be read.")


def fetch(desk: Desk, case: str, then: Callable[[ArchiveSource | None, str], None]) -> None:
    """Read a case through the server; `then` gets it, or the sentence that says why not."""

    def answered(result: Any, why: str) -> None:
        try:
            told = result if isinstance(result, dict) else {}
            found = msgspec.convert(told["case"], Case) if told.get("case") else None
            messages = msgspec.convert(told.get("messages", ()), tuple[Message, ...])
            files = msgspec.convert(told.get("files", ()), tuple[Attachment, ...])
        except msgspec.ValidationError:
            found, messages, files = None, (), ()
        if found is None:
            then(None, why or tr("This cannot be seen any more."))
        else:
            then(ArchiveSource(desk, found, messages, files), "")

    desk.ask("case", {"case": case, "limit": MOST}, answered)
