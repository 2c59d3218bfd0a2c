"""A visitor's words as commands: the first message opens a case, all others join it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

import msgspec

from agentdesk.domain.cases import Conversation, File, MarkMessage, Message, OpenCase, Receive, UpdateCustomer, stranger
from agentdesk.domain.cases.forms import Entry
from agentdesk.domain.kernel import Actor, Command, Refusal, View, clean, file_name, media_type
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.sites import Site
from agentdesk_server.authority import Submission
from agentdesk_server.authority.credentials import Credentials, VisitorRow
from agentdesk_server.core import Core

from .asking import NotTaken, refuse_unanswered
from .frames import Attached, Say
from .history import conversation_of


def derived_id(kind: str, visitor: str, message: str) -> str:
    """The id of what a message brings into being: the same for each repeat, and ordered by time like the message."""
    tail = blake2b(f"{kind}\0{visitor}\0{message}".encode(), digest_size=10).hexdigest()
    return f"{message[:14]}7{tail[:3]}-8{tail[3:6]}-{tail[6:18]}"


def name_of(visitor: VisitorRow) -> str:
    """How a visitor is called until they say."""
    return visitor.name or visitor.email or stranger(visitor.id)


class Sayer:
    """Gives the commands of visitors."""

    def __init__(self, core: Core, view: View) -> None:
        self._core, self._view = core, view
        self._records = core.reader.records
        self._uploads: Callable[[str, str], int | None] = Credentials(core.reader.conn).upload

    async def say(self, visitor: VisitorRow, site: Site, frame: Say, *, forms: bool) -> Message:
        """The stored message. One at a time for each visitor, or two cases might be opened. Raises `NotTaken`; to those
        who know `forms` also `Unanswered`. Others were never asked, and could answer nothing: their words count.
        """
        stored = self._records.of(Message, frame.id)
        if stored is None:
            conversation = conversation_of(self._records, visitor.id)
            if conversation is None and forms:
                refuse_unanswered(self._view, site, visitor.language, visitor.customer, frame.fields)
            await self._submit(visitor, self._command(visitor, site, frame, conversation))
            stored = self._records.of(Message, frame.id)
        if stored is None or not self._is_theirs(visitor, stored):
            raise NotTaken("This message could not be taken. Please write it again.")
        return stored

    def _is_theirs(self, visitor: VisitorRow, message: Message) -> bool:
        conversation = self._records.of(Conversation, message.conversation)
        return message.kind == "customer" and conversation is not None and conversation.visitor == visitor.id

    def _command(self, visitor: VisitorRow, site: Site, say: Say, conversation: Conversation | None) -> Command:
        files = tuple(self._file(visitor, say.id, i, told) for i, told in enumerate(say.attachments))
        if not clean(say.text) and not files:
            raise NotTaken("There is nothing in this message.")
        if conversation is not None:
            return Receive(
                case=conversation.case, conversation=conversation.id, message=say.id, text=say.text, files=files
            )
        return OpenCase(
            case=derived_id("case", visitor.id, say.id),
            conversation=derived_id("conversation", visitor.id, say.id),
            message=say.id,
            customer=visitor.customer,
            team=site.team,
            text=say.text,
            channel="chat",
            language=visitor.language,
            customer_name=name_of(visitor),
            customer_email=visitor.email,
            site=site.id,
            visitor=visitor.id,
            page=visitor.page[:500],
            files=files,
            fields=tuple(Entry(field, value) for field, value in say.fields.items()),
        )

    def _file(self, visitor: VisitorRow, message: str, index: int, told: Attached) -> File:
        """A visitor names only what they have brought, and its size is what it is."""
        size = self._uploads(told.digest, f"visitor:{visitor.id}")
        if size is None:
            raise NotTaken("A file has not arrived. Please attach it again.")
        return File(
            id=derived_id(f"file {index}", visitor.id, message),
            digest=told.digest,
            name=file_name(told.name),
            size=size,
            type=media_type(told.type),
        )

    async def rename(self, visitor: VisitorRow, name: str, email: str) -> VisitorRow:
        """What the visitor says of themselves; harmless to repeat."""
        name, email = clean(name).replace("\n", " "), clean(email).lower()
        if "@" not in email or " " in email:
            email = ""
        told = {field: said for field, said in (("name", name), ("email", email)) if said}
        if all(getattr(visitor, field) == said for field, said in told.items()):
            return visitor
        kept = Credentials(self._core.database.conn)
        fresh: VisitorRow | None = await self._core.writer.call(lambda _: kept.change_visitor(visitor.id, **told))
        if fresh is None:
            return visitor
        if conversation_of(self._records, visitor.id) is not None:
            await self._submit(
                visitor, UpdateCustomer(customer=visitor.customer, name=name_of(fresh), email=fresh.email)
            )
        return fresh

    async def mark(self, visitor: VisitorRow, message: str, state: str) -> None:
        """Note what became of a reply, unless that is known."""
        found = self._records.of(Message, message)
        if found is not None and found.state not in (state, "read"):
            await self._submit(visitor, msgspec.convert({"message": message, "state": state}, MarkMessage))

    async def _submit(self, visitor: VisitorRow, command: Command) -> None:
        who = Actor("webchat", "channel", name_of(visitor), device=visitor.id)
        args, name = msgspec.msgpack.encode(command), command_spec(command).name
        ack = (await self._core.writer.submit(Submission(who, name, command, args))).ack
        if ack.status != "done":
            raise NotTaken(str(Refusal(ack.sentence, **ack.data)))
