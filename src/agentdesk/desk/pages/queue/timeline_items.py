"""What a timeline shows, in order: days, the unread line, messages, events, who is typing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QDateTime

from agentdesk.domain.cases import Attachment, Message
from agentdesk.domain.cases.thread import CALL
from agentdesk.domain.mail import Mail

BURST_MS = 120_000
"""Messages of one writer within it stand together under one name."""
QUIET_STATES = ("", "accepted", "sent", "delivered", "read")


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below the words of a message: a translation of them, between what we say about it."""

    before: str = ""
    text: str = ""
    after: str = ""
    failed: bool = False

    @property
    def words(self) -> str:
        """All of it, as lines."""
        return "\n".join(filter(None, (self.before, self.text, self.after)))

    def ours(self) -> list[tuple[int, int]]:
        """What nobody in the conversation has said: how far before the end each stretch begins, and its length."""
        return [(len(self.words), len(self.before)), (len(self.after), len(self.after))]


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `kind`: day, unread, message, event, typing; `joined`: goes on where the one before ended."""

    key: str
    kind: str
    at: int = 0
    message: Message | None = None
    joined: bool = False
    files: tuple[Attachment, ...] = ()
    text: str = ""
    waiting: bool = False
    mail: Mail | None = None
    below: Below | None = None


def items_of(
    messages: Sequence[Message],
    files: Mapping[str, tuple[Attachment, ...]],
    waiting: Iterable[str] = (),
    unread_after: int = -1,
    typing: str = "",
    mails: Mapping[str, Mail] = MappingProxyType({}),
) -> list[Item]:
    """Entries for messages in order of seq; a line stands before the first one after `unread_after` (-1: no line)."""
    out: list[Item] = []
    waits, before, lined, day = frozenset(waiting), None, unread_after < 0, range(0)
    for message in messages:
        if message.at not in day:
            day, before = _day(message.at), None
            out.append(Item(f"day:{message.id}", "day", message.at))
        if not lined and message.seq > unread_after and message.kind != "event":
            out.append(Item("unread", "unread", message.at))
            lined, before = True, None
        if message.kind == "event":
            out.append(Item(message.id, "event", message.at, message, waiting=message.id in waits))
            before = None
            continue
        joined = before is not None and _goes_on(before, message) and waits.isdisjoint((before.id, message.id))
        kept = files.get(message.id, ())
        mail, waiting_here = mails.get(message.id), message.id in waits
        out.append(Item(message.id, "message", message.at, message, joined, kept, waiting=waiting_here, mail=mail))
        before = message
    if typing:
        out.append(Item("typing", "typing", text=typing))
    return out


def _goes_on(before: Message, message: Message) -> bool:
    same = (before.kind, before.author, before.state) == (message.kind, message.author, message.state)
    quiet = message.state in QUIET_STATES and not message.error and message.kind != CALL
    return same and quiet and message.at - before.at < BURST_MS


def _day(at: int) -> range:
    """The day of a moment where the reader is, as all its moments."""
    day = QDateTime.fromMSecsSinceEpoch(at).date()
    return range(day.startOfDay().toMSecsSinceEpoch(), day.addDays(1).startOfDay().toMSecsSinceEpoch())
