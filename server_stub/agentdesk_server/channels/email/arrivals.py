"""From a mail that was read to what decides where it goes: the command that takes it in, and the files it brings."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b, sha256

import msgspec

from agentdesk.domain.kernel import File, clean, media_type
from agentdesk.domain.mail import Arrival, Returned, TakeMail, case_of
from agentdesk.text.mail import Mail, Receiver, identity, may_answer, parse

LONGEST_TEXT = 200_000
"""Characters that a message holds; the whole stands in the mail as it came."""
MOST_PEOPLE, MOST_CODES = 100, 100
MOST_BOUNCES = 100
ADDRESS = 500


class Box(msgspec.Struct, frozen=True):
    """Where mails come in: which team works on them, under which addresses of ours, and whose results we believe.
    `keys` sign our reply addresses; `answers` is whether a new case is answered automatically.
    """

    team: str
    mailbox: str = ""
    own: tuple[str, ...] = ()
    authserv_id: str = ""
    keys: tuple[bytes, ...] = ()
    answers: bool = False


class Taken(msgspec.Struct, frozen=True):
    """A mail ready to be taken in: under which identity it is remembered, the command, and its files' bytes."""

    identity: str
    command: TakeMail
    files: dict[str, bytes]


def arrival(mail: Mail) -> Arrival:
    """What the domain needs to place a mail. Our signed address may stand only in what the servers wrote."""
    return Arrival(
        senders=tuple(one.address for one in mail.senders),
        recipients=_recipients(mail),
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        subject=mail.subject,
        forged=mail.checks.dmarc == "fail",
    )


def read(raw: bytes, box: Box, now: int, received: int = 0) -> Taken:
    """Read a mail for a mailbox. Never raises for what is in it. `received` is when our server got it (ms, UTC)."""
    domains = tuple(dict.fromkeys(one.rpartition("@")[2].lower() for one in box.own))
    mail = parse(raw, Receiver(box.authserv_id, domains))
    known = identity(raw)
    files = _Files(known)
    for number, one in enumerate(mail.attachments):
        files.add(f"f{number}", one.name, one.media_type, one.content)
    if mail.html:
        files.add("page", "mail.html", "text/html", mail.html.encode("utf-8", "replace"))
    files.add("raw", "mail.eml", "message/rfc822", raw)
    return Taken(known, _command(mail, box, files, now, received), files.bytes)


class _Files:
    """Gathers the files of a mail under ids that follow from its identity."""

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self.message = self.id("message")
        self.named: list[File] = []
        self.bytes: dict[str, bytes] = {}

    def add(self, what: str, name: str, type: str, content: bytes) -> None:
        digest = sha256(content).hexdigest()
        self.bytes[digest] = content
        self.named.append(File(self.id(what), digest, clean(name)[:200], len(content), media_type(type)[:200]))

    def id(self, what: str) -> str:
        """As short as ids of the usual kind: a reply address has room for no more."""
        told = blake2b(f"mail\0{self._identity}\0{what}".encode(), digest_size=16).hexdigest()
        return f"{told[:8]}-{told[8:12]}-{told[12:16]}-{told[16:20]}-{told[20:]}"


def _command(mail: Mail, box: Box, files: _Files, now: int, received: int) -> TakeMail:
    placed = arrival(mail)
    addressed = (case_of(one, box.keys) for one in placed.recipients) if box.keys else ()
    said = mail.auto_submitted not in (None, "no")
    automatic = (mail.auto_submitted or "") if said else "bulk" if mail.mailing_list else ""
    own = (*box.own, *((box.mailbox,) if box.mailbox else ()))
    return TakeMail(
        message=files.message,
        case=files.id("case"),
        conversation=files.id("conversation"),
        customer=files.id("customer"),
        team=box.team,
        mailbox=box.mailbox[:200],
        text=clean(mail.text)[:LONGEST_TEXT],
        sender=mail.sender.address[:ADDRESS],
        senders=tuple(one.address[:ADDRESS] for one in mail.senders),
        own=own,
        sender_name=mail.sender.name[:200],
        to=_addresses([one.address for one in mail.to]),
        cc=_addresses([one.address for one in mail.cc]),
        addressed=tuple(dict.fromkeys(filter(None, addressed))),
        subject=mail.subject,
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        forged=placed.forged,
        date=mail.date if mail.date is not None and 0 < mail.date <= now else 0,
        received=received,
        files=tuple(files.named),
        raw=files.id("raw"),
        page=files.id("page") if mail.html else "",
        images=len(mail.images),
        checks=tuple(f"{name}={value}" for name, value in _checks(mail) if value),
        remarks=tuple(f"{one.code} {one.about}"[:ADDRESS] for one in mail.remarks[:MOST_CODES]),
        unreadable=tuple(f"{media_type(one.media_type)[:200]} {one.why}" for one in mail.unreadable[:MOST_CODES]),
        automatic=automatic[:50],
        bounces=_returned(mail),
        answer=box.answers and may_answer(mail, own),
    )


def _checks(mail: Mail) -> Sequence[tuple[str, str]]:
    return ("spf", mail.checks.spf), ("dkim", mail.checks.dkim), ("dmarc", mail.checks.dmarc)


def _recipients(mail: Mail) -> tuple[str, ...]:
    named = tuple(one.address for one in (*mail.to, *mail.cc) if one.address)
    return tuple(dict.fromkeys((*mail.delivered_to, *named)))


def _addresses(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one[:ADDRESS] for one in found if one))[:MOST_PEOPLE]


def _returned(mail: Mail) -> tuple[Returned, ...]:
    return tuple(
        Returned(
            one.original,
            one.recipient[:ADDRESS],
            " ".join(filter(None, (one.status, one.words)))[:ADDRESS],
            one.lasting,
        )
        for one in mail.bounces[:MOST_BOUNCES]
        if one.original
    )
