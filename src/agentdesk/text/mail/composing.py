"""A mail for sending: the same bytes for the same command, so that a retry can never become a second mail."""

from __future__ import annotations

import hashlib
from base64 import encodebytes
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from agentdesk.domain.kernel import clean, media_type

from . import fields, limits, pages, plain, remarks
from .fields import CannotSend
from .records import Address, Attachment, Mail
from .words import one_line

MOST_REFERENCES = 20
"""In one header: the first and the newest hold a thread together (RFC 5322, 3.6.4)."""
AUTOMATIC = ("", "auto-replied", "auto-generated")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Outgoing(msgspec.Struct, frozen=True):
    """What is to be sent. `command` is the id of the command that sends it, `at` its time in UTC milliseconds.

    `reply_to` is the signed address of the case; `in_reply_to` and `references` come from `threaded`. `html` may be
    left out: it is then made from the text. Pictures in it name an attachment by "cid:" and its content id.
    `automatic` is empty for what a person wrote, else the word of RFC 3834.
    """

    command: str
    at: int
    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    cc: tuple[Address, ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    signature: str = ""
    language: str = ""
    automatic: str = ""


class Composed(msgspec.Struct, frozen=True):
    """A mail and its envelope: what a server is told beside it. `envelope_from` is empty for an automatic answer, so
    that nothing answers it (RFC 3834, 3.3). `international` is whether a server must know SMTPUTF8 (RFC 6531).
    """

    message_id: str
    raw: bytes
    envelope_from: str
    envelope_to: tuple[str, ...]
    international: bool


def message_id(command: str, domain: str) -> str:
    """The id of the mail that a command sends, without brackets: always the same one, and telling nothing."""
    return f"{_digest(command)[:40]}@{domain}"


def threaded(answered: Mail) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References of an answer (RFC 5322, 3.6.4)."""
    before = answered.references or answered.in_reply_to[:1]
    ids = tuple(dict.fromkeys((*before, answered.message_id)))
    return answered.message_id, tuple(id for id in ids if id)


def compose(mail: Outgoing) -> Composed:
    """The mail as bytes. Nothing in it can bring a header of its own.

    Raises CannotSend, with a sentence for whoever wrote it, if an address is none, nobody is to get it, or `automatic`
    is no word of RFC 3834.
    """
    if mail.automatic not in AUTOMATIC:
        raise CannotSend(f"“{one_line(mail.automatic)[:40]}” does not say how an automatic mail came to be.")
    if not mail.to and not mail.cc:
        raise CannotSend("There is nobody to send this to.")
    sender = fields.mailbox(mail.sender)
    to, cc = [fields.mailbox(one) for one in mail.to], [fields.mailbox(one) for one in mail.cc]
    recipients = {one.address.casefold(): one.address for one in (*to, *cc)}
    id = message_id(mail.command, sender.address.rpartition("@")[2])
    head = [
        fields.people("From", [sender]),
        *([fields.people("To", to)] if to else []),
        *([fields.people("Cc", cc)] if cc else []),
        *([fields.people("Reply-To", [fields.mailbox(Address(mail.reply_to))])] if mail.reply_to else []),
        fields.text("Subject", mail.subject),
        fields.plain("Date", date(mail.at)),
        *_thread(mail, id),
        *_automatic(mail.automatic),
        *([fields.plain("Content-Language", mail.language)] if fields.is_token(mail.language) else []),
        fields.plain("MIME-Version", "1.0"),
    ]
    raw = b"".join(head) + _body(mail)
    everybody = (sender.address, *recipients.values())
    envelope_from = "" if mail.automatic == "auto-replied" else sender.address
    return Composed(id, raw, envelope_from, tuple(recipients.values()), not all(one.isascii() for one in everybody))


def date(at: int) -> str:
    """A time in UTC milliseconds as RFC 5322 (3.3) writes it, in UTC, in no language but its own."""
    when = datetime.fromtimestamp(at // 1000, UTC)
    return f"{_DAYS[when.weekday()]}, {when.day:02} {_MONTHS[when.month - 1]} {when:%Y %H:%M:%S} +0000"


def _digest(command: str) -> str:
    return hashlib.sha256(f"agentdesk mail {command}".encode()).hexdigest()


def _thread(mail: Outgoing, id: str) -> list[bytes]:
    references = [one for one in dict.fromkeys(mail.references) if fields.is_id(one)]
    if len(references) > MOST_REFERENCES:
        references = references[:1] + references[1 - MOST_REFERENCES :]
    found = [fields.plain("Message-ID", f"<{id}>")]
    if fields.is_id(mail.in_reply_to):
        found.append(fields.plain("In-Reply-To", f"<{mail.in_reply_to}>"))
    if references:
        found.append(fields.plain("References", " ".join(f"<{one}>" for one in references)))
    return found


def _automatic(how: str) -> list[bytes]:
    """What keeps machines from answering machines (RFC 3834, 5; the other header is for Exchange)."""
    if not how:
        return []
    return [fields.plain("Auto-Submitted", how), fields.plain("X-Auto-Response-Suppress", "All")]


def _body(mail: Outgoing) -> bytes:
    words = clean(mail.text)
    signature = clean(mail.signature)
    text = f"{words}\n\n-- \n{signature}\n" if signature else f"{words}\n"
    marks = _digest(mail.command)[40:60]
    html = _html(mail, words, signature)
    body = _multipart("alternative", f"=_{marks}.a", [_text("plain", text), _text("html", html)])
    shown = [file for file in mail.attachments if file.inline and fields.is_id(file.content_id)]
    others = [file for file in mail.attachments if file not in shown]
    if shown:
        body = _multipart("related", f"=_{marks}.r", [body, *map(_file, shown)])
    return _multipart("mixed", f"=_{marks}.m", [body, *map(_file, others)]) if others else body


def _html(mail: Outgoing, words: str, signature: str) -> str:
    page = None
    if mail.html is not None:
        page = pages.safe(mail.html, remarks.Notes(0), limits.DEFAULT)
    own = pages.without_images(page.html) if page else plain.to_html(words)
    below = f"<p>-- <br>{plain.to_html(signature, paragraphs=False)}</p>" if signature else ""
    language = f' lang="{mail.language}"' if fields.is_token(mail.language) else ""
    return (
        f'<!DOCTYPE html><html{language}><head><meta charset="utf-8"></head><body dir="auto">{own}{below}</body></html>'
    )


def _multipart(kind: str, boundary: str, parts: list[bytes]) -> bytes:
    """The boundary holds "=_", which neither encoding of ours can bring forth: no content can close its part."""
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    return (
        head
        + b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
        + f"--{boundary}--\r\n".encode()
    )


def _text(kind: str, text: str) -> bytes:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + fields.quoted_printable(text)


def _file(file: Attachment) -> bytes:
    kind = media_type(file.media_type).partition(";")[0].lower()
    if kind.startswith(("multipart/", "message/")):  # these may not be coded (RFC 2046, 5.2.1)
        kind = "application/octet-stream"
    name = fields.ascii_name(file.name)
    how = "inline" if file.inline and fields.is_id(file.content_id) else "attachment"
    told = f'filename="{name}"'
    if name != file.name:
        told += f";\r\n filename*=utf-8''{quote(file.name.encode('utf-8', 'replace'), safe='')}"
    lines = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", f"Content-Disposition: {how};\r\n {told}"]
    lines += [f"Content-ID: <{file.content_id}>"] if how == "inline" else []
    return "\r\n".join([*lines, "", ""]).encode() + encodebytes(file.content).replace(b"\n", b"\r\n")
