"""What a visitor may see of a case: their own words and the answers, never notes or events."""

from __future__ import annotations

from typing import Any

from agentdesk.domain.cases import (
    ATTACHMENTS,
    MESSAGES,
    MESSAGES_AFTER,
    VISITOR_CONVERSATIONS,
    Attachment,
    Conversation,
    Message,
)
from agentdesk.store.records import Records
from agentdesk.text.rich import is_plain, lines_of, parts_of

PAGE = 50
FILES = 1_000


def conversation_of(records: Records, visitor: str) -> Conversation | None:
    """The visitor's conversation: there is one, which a new message revives."""
    found = records.page(VISITOR_CONVERSATIONS(visitor=visitor), limit=1)
    return found[0] if found else None


def shown(message: Message, conversation: str) -> bool:
    """Whether a message is for the visitor's eyes."""
    if message.conversation != conversation:
        return False
    return message.kind == "customer" or (message.kind == "reply" and message.state != "held")


def page_after(records: Records, visitor: str, cursor: int) -> tuple[list[Message], int, bool]:
    """The next messages after `cursor`, the new cursor, and whether there are more.

    A reply that is still held stops the page: it will be shown under its own number, and what came after it must not
    have moved the client's mark beyond it by then.
    """
    conversation = conversation_of(records, visitor)
    if conversation is None:
        return [], cursor, False
    found = records.page(MESSAGES_AFTER(case=conversation.case, seq=cursor), limit=PAGE)
    items: list[Message] = []
    for message in found:
        if message.state == "held" and message.conversation == conversation.id:
            return items, cursor, False
        cursor = message.seq
        if shown(message, conversation.id):
            items.append(message)
    return items, cursor, len(found) == PAGE


def unread_replies(records: Records, visitor: str, upto: int) -> list[Message]:
    """The newest replies that the client has, by its own word, but has not been noted to have read."""
    conversation = conversation_of(records, visitor)
    if conversation is None:
        return []
    newest = records.page(MESSAGES(case=conversation.case), limit=PAGE)
    return [
        message
        for message in reversed(newest)
        if message.seq <= upto and message.state in ("accepted", "delivered") and shown(message, conversation.id)
    ]


def _said(message: Message) -> dict[str, Any]:
    """The words of a message; those of colleagues without signs, and beside them how they look."""
    lines = lines_of(message.text) if message.kind == "reply" else ()
    if is_plain(lines):
        words = "\n".join(line.words for line in lines)
        return {"text": words if lines else message.text}
    return {"text": "\n".join(line.words for line in lines), "rich": parts_of(lines)}


def files_of(records: Records, messages: list[Message]) -> dict[str, list[Attachment]]:
    """The files of messages, by message."""
    files: dict[str, list[Attachment]] = {}
    for case in {message.case for message in messages if message.files}:
        for file in records.page(ATTACHMENTS(case=case), limit=FILES):
            files.setdefault(file.message, []).append(file)
    return files


def items_of(records: Records, messages: list[Message]) -> list[dict[str, Any]]:
    """Messages as the visitor's client reads them."""
    files = files_of(records, messages)
    return [
        {
            "seq": message.seq,
            "id": message.id,
            "from": "visitor" if message.kind == "customer" else "agent",
            "name": "" if message.kind == "customer" else message.author_name,
            **_said(message),
            "at": message.at,
            "attachments": [
                {"digest": file.digest, "name": file.name, "size": file.size, "type": file.type}
                for file in files.get(message.id, ())
            ],
        }
        for message in messages
    ]
