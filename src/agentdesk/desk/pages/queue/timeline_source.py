"""The messages of one case: the newest page first, older ones when asked, changes as they come."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.domain.cases import ATTACHMENTS, MESSAGES, MESSAGES_AFTER, Attachment, Message
from agentdesk.domain.kernel import Masked
from agentdesk.domain.mail import MAILS, Mail
from agentdesk.sync.replica import Touched

PAGE = 60
PIECE = 500
MOST_FILES = 500
MOST_MAILS = 500
NAMED = ("person", "team")
"""Kinds whose names may stand anywhere."""


class Source:
    """What is loaded of a case, in order of seq. Never reads more than a page at a time."""

    def __init__(self, desk: Desk, case: str) -> None:
        self._desk, self.case = desk, case
        self._by_id: dict[str, Message] = {}
        self.whole = False
        self.messages: list[Message] = []
        self.files: dict[str, tuple[Attachment, ...]] = {}
        self.mails: dict[str, Mail] = {}
        self.reload()

    def reload(self) -> None:
        """Read again what is loaded and what came after it; the newest page if nothing is."""
        if self.messages:
            found = self._from(self.messages[0].seq)
        else:
            found = list(self._desk.view.page(MESSAGES(case=self.case), limit=PAGE))
            self.whole = len(found) < PAGE
        self._by_id = {message.id: message for message in found}
        self._sort()
        self._read_files()

    def _from(self, seq: int) -> list[Message]:
        """Everything from a number on, read in pieces."""
        asked, found = MESSAGES_AFTER(case=self.case, seq=seq - 1), list[Message]()
        while True:
            some = self._desk.view.page(asked, asked.key(found[-1]) if found else None, PIECE)
            found += some
            if len(some) < PIECE:
                return found

    def older(self, limit: int = PAGE) -> bool:
        """Load one more page at the start; whether there was any."""
        if self.whole or not self.messages:
            return False
        asked = MESSAGES(case=self.case)
        found = self._desk.view.page(asked, asked.key(self.messages[0]), limit)
        self.whole = len(found) < limit
        self._by_id.update((message.id, message) for message in found)
        self._sort()
        if any(message.files for message in found):
            self._read_files()
        return bool(found)

    def load_to(self, seq: int, most: int = 600) -> None:
        """Load so much that the message after `seq` is there."""
        if self.messages and self.messages[0].seq > seq + 1:
            self.older(min(most, self.messages[0].seq - seq - 1))

    def concerned(self, touched: Sequence[Touched] | None) -> bool:
        """Whether any of these could make this case look otherwise."""
        return touched is None or any(
            one.id == self.case or one.kind in NAMED or self._concerns(one) for one in touched
        )

    def take(self, touched: Sequence[Touched] | None) -> bool:
        """Follow what has changed; whether anything of this case has."""
        if touched is None:
            self.reload()
            return True
        mine = [one for one in touched if self._concerns(one)]
        for one in mine:
            self._take_one(one)
        if mine:
            self._sort()
            if any(one.kind in ("attachment", "mail") or _files(one.new) for one in mine):
                self._read_files()
        return bool(mine)

    def shown(self) -> tuple[list[Message], dict[str, tuple[Attachment, ...]]]:
        """Messages and files as they are shown: with what was revealed of them, files under names that can be read."""
        over = self._desk.revealed.over
        files = {message: tuple(named(over(file)) for file in some) for message, some in self.files.items()}
        return [over(message) for message in self.messages], files

    def waiting(self) -> list[str]:
        """The messages that the server has not confirmed."""
        return [message.id for message in self.messages if self._desk.waits("message", message.id)]

    def newest(self) -> int:
        """The number of the newest message here."""
        return self.messages[-1].seq if self.messages else 0

    def _concerns(self, one: Touched) -> bool:
        return getattr(one.new, "case", "") == self.case or getattr(one.old, "case", "") == self.case

    def _take_one(self, one: Touched) -> None:
        if one.kind != "message":
            return
        new = one.new
        if isinstance(new, Message) and new.case == self.case and (self.whole or new.seq >= self._oldest()):
            self._by_id[new.id] = new
        else:
            self._by_id.pop(one.id, None)

    def _oldest(self) -> int:
        return self.messages[0].seq if self.messages else 0

    def _sort(self) -> None:
        self.messages = sorted(self._by_id.values(), key=lambda message: (message.seq, message.id))

    def _read_files(self) -> None:
        mails = self._desk.view.page(MAILS(case=self.case), limit=MOST_MAILS)
        self.mails = {mail.id: mail for mail in mails}
        behind = {id for mail in mails for id in (mail.raw, mail.page)}
        found: dict[str, list[Attachment]] = {}
        if any(message.files for message in self.messages):
            for file in self._desk.view.page(ATTACHMENTS(case=self.case), limit=MOST_FILES):
                if file.id not in behind:
                    found.setdefault(file.message, []).append(file)
        self.files = {message: tuple(files) for message, files in found.items()}


def named(file: Attachment) -> Attachment:
    """The file under a name that can be read."""
    return msgspec.structs.replace(file, name=words(file.name)) if Masked.spans(file.name) else file


def _files(record: object) -> int:
    return record.files if isinstance(record, Message) else 0
