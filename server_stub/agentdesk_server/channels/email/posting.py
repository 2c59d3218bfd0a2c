"""Sends what is queued: each mail once, in order; what its server cannot take now waits and comes again."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping

import msgspec

from agentdesk.domain.cases import ATTACHMENTS, Case, Message
from agentdesk.domain.kernel import Command
from agentdesk.domain.mail import DUE_MAILS, TRYING, Mail, MarkMail, reply_address, reply_subject
from agentdesk.domain.mail.sending import DOUBTED
from agentdesk.text.mail import Address, Attachment, CannotSend, Composed, Outgoing, compose, signature_for
from agentdesk.text.rich import html_of_lines, lines_of
from agentdesk_server.authority.database import open_reader
from agentdesk_server.blobs import path_of
from agentdesk_server.core import Core
from agentdesk_server.gate.seen import given

from .mailboxes import Mailbox
from .smtp import Handed, hand_over
from .taking import CHANNEL
from .tokens import NoToken, Tokens

log = logging.getLogger(__name__)
AT_ONCE = 50
SHORTEST, LONGEST = 15_000, 3_600_000
"""Until a mail is tried again (ms): twice as long each time."""
GIVE_UP = 3 * 24 * 3_600_000
"""A mail that no server has taken for so long (ms) has failed."""
DOUBT = 600_000
"""So long (ms) one may wait for the proof that a mail was sent."""
FINISH_SECONDS = 8.0
END_OF_TIME = 2**53


class Posting:
    """The job. `boxes` gives the mailboxes as they are set now, by address; `key` signs our reply addresses."""

    def __init__(
        self, core: Core, boxes: Callable[[], Mapping[str, Mailbox]], key: bytes, tokens: Tokens, tls: ssl.SSLContext
    ) -> None:
        self._core, self._boxes, self._key, self._tokens, self._tls = core, boxes, key, tokens, tls
        self._handing: dict[str, asyncio.Future[Handed]] = {}
        """Mails that this process is handing over: in doubt they are only once it has ended."""

    async def turn(self) -> float:
        """Send what is due; seconds until there will be more."""
        now, records, boxes = self._core.clock(), self._core.reader.records, self._boxes()
        by_box: dict[str, list[Mail]] = {}
        for mail in records.page(DUE_MAILS(now=now + 1), limit=AT_ONCE):
            by_box.setdefault(self._box_of(mail, boxes), []).append(mail)
        await asyncio.gather(*(self._post_all(boxes.get(name), mails) for name, mails in by_box.items()))
        for mail in records.page(TRYING(now=now - DOUBT), limit=AT_ONCE):
            if mail.id not in self._handing:
                await self._mark(MarkMail(mail=mail.id, state="failed", words=DOUBTED))
        return self._pause()

    def _pause(self) -> float:
        records, now = self._core.reader.records, self._core.clock()
        queued = records.page(DUE_MAILS(now=END_OF_TIME), limit=1)
        trying = [mail for mail in records.page(TRYING(now=END_OF_TIME), limit=AT_ONCE) if mail.id not in self._handing]
        moments = [*(mail.due for mail in queued), *(mail.since + DOUBT + 1 for mail in trying[:1])]
        return max(0, min(moments, default=now + LONGEST) - now) / 1000

    def _box_of(self, mail: Mail, boxes: Mapping[str, Mailbox]) -> str:
        """The mailbox that a mail goes out from: the one its thread came in by, else one of the case's team."""
        if mail.mailbox.lower() in boxes and boxes[mail.mailbox.lower()].smtp:
            return mail.mailbox.lower()
        case = self._core.reader.records.of(Case, mail.case)
        named = [box for box in boxes.values() if box.smtp and mail.mailbox.lower() in box.own]
        teams = [box for box in boxes.values() if box.smtp and case is not None and box.team == case.team]
        return next((box.address for box in (*named, *teams)), "")

    async def _post_all(self, box: Mailbox | None, mails: list[Mail]) -> None:
        for mail in mails:
            if box is None:
                sentence = "No mailbox sends for this team: connect one (agentdesk admin mailbox add), then retry."
                await self._mark(MarkMail(mail=mail.id, state="failed", words=sentence))
            elif not await self._post(box, mail):
                break  # the server cannot be reached: the others would wait for the same

    async def _post(self, box: Mailbox, mail: Mail) -> bool:
        """Send one; whether its server could be spoken to."""
        try:
            made = await asyncio.to_thread(composed, self._core, box, mail, self._key)
        except (CannotSend, OSError) as error:
            words = str(error) if isinstance(error, CannotSend) else "A file of this mail is no longer there."
            await self._mark(MarkMail(mail=mail.id, state="failed", words=words))
            return True
        work = self._handing[mail.id] = asyncio.ensure_future(self._deliver(box, mail, made))
        work.add_done_callback(lambda _: self._handing.pop(mail.id, None))
        handed = await asyncio.shield(work)  # what has begun is brought to its end, so that nothing is left in doubt
        return not (handed.later and not handed.taken)

    async def _deliver(self, box: Mailbox, mail: Mail, made: Composed) -> Handed:
        handed = await self._hand_over(box, mail, made)
        await self._settle(mail, made, handed)
        return handed

    async def finish(self) -> None:
        """Wait for the mails that are being handed over at this moment, but not for ever."""
        if self._handing:
            await asyncio.wait(self._handing.values(), timeout=FINISH_SECONDS)

    async def _hand_over(self, box: Mailbox, mail: Mail, made: Composed) -> Handed:
        loop = asyncio.get_running_loop()
        to = tuple(one for one in made.envelope_to if one not in mail.done)
        if not to:
            return Handed()
        copy = (box.address,) if box.copy and box.imap and mail.way == "out" and box.address not in to else ()
        trying = MarkMail(mail=mail.id, state="trying", message_id=made.message_id)

        def begin() -> None:
            asyncio.run_coroutine_threadsafe(self._mark(trying), loop).result()

        try:
            secret = await self._tokens.secret(box, fresh=mail.tries > 0)
        except NoToken as error:
            return Handed(later=str(error))
        return await asyncio.to_thread(hand_over, box, secret, made, (*to, *copy), self._tls, begin)

    async def _settle(self, mail: Mail, made: Composed, handed: Handed) -> None:
        """Note what became of it."""
        if handed.doubt:
            log.warning("a mail of %s may or may not have been sent: the line broke", mail.mailbox or "no mailbox")
            return
        now = self._core.clock()
        told = MarkMail(mail=mail.id, state="sent", message_id=made.message_id, done=handed.taken)
        if handed.later and now - mail.at < GIVE_UP:
            due = now + min(LONGEST, SHORTEST * 2 ** min(mail.tries, 12))
            told = msgspec.structs.replace(told, state="queued", words=handed.later, due=due)
        elif handed.refused or handed.later:
            told = msgspec.structs.replace(
                told, state="failed", words=("; ".join(handed.refused) or handed.later)[:500]
            )
        await self._mark(told)

    async def _mark(self, command: Command) -> None:
        await self._core.writer.submit(given(CHANNEL, command))


def composed(core: Core, box: Mailbox, mail: Mail, key: bytes) -> Composed:
    """The mail as bytes: the same ones each time, under an id that follows from the reply. For any thread but the
    loop's. Raises `CannotSend`, and OSError if a file is gone.
    """
    reader = open_reader(core.folder, core.key)
    try:
        records = reader.records
        message, case = records.of(Message, mail.id), records.of(Case, mail.case)
        files = [] if mail.way == "auto" else records.page(ATTACHMENTS(case=mail.case), limit=1_000)
    finally:
        reader.close()
    language = case.language if case is not None else ""
    text = box.answer if mail.way == "auto" else message.text if message is not None else ""
    return compose(
        Outgoing(
            command=mail.id,
            at=mail.at,
            sender=Address(box.address, box.name),
            to=tuple(Address(one) for one in mail.to),
            cc=tuple(Address(one) for one in mail.cc),
            subject=reply_subject(mail.subject) if mail.way == "auto" else mail.subject,
            text=text,
            html=html_of_lines(lines_of(text)),
            reply_to=reply_address(box.address, mail.case, key) if box.plus else "",
            in_reply_to=mail.answers[-1] if mail.answers else "",
            references=mail.answers,
            attachments=tuple(
                Attachment(one.name, one.type, path_of(core.folder, one.digest).read_bytes())
                for one in files
                if one.message == mail.id
            ),
            signature=signature_for(box.signatures, case.team if case is not None else "", language),
            language=language,
            automatic=mail.automatic,
        )
    )
