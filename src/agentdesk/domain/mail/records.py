"""What is known of a mail beside its words: who to whom, ids, what was found out, and how far one of ours has got."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ..kernel import Millis, Name, Question, Record, ShortText, eq, lt, record
from ..kernel.values import Stamp

Way = Literal["in", "out", "auto"]
"""Received, written by an agent, or sent by the server itself (an automatic answer)."""
STATES = ("held", "queued", "trying", "sent", "failed")
"""Of a mail of ours. `trying`: its content is on the way, and only the mail's server knows whether it has it."""
Addresses = tuple[ShortText, ...]
Codes = Annotated[tuple[ShortText, ...], Meta(max_length=200)]


@record(
    "mail",
    parent=("case", "case"),
    classes={
        "sender": "contact",
        "sender_name": "name",
        "to": "contact",
        "cc": "contact",
        "done": "contact",
        "peer": "contact",
        "message_id": "contact",
        "answers": "contact",
        "subject": "free",
        "base": "free",
        "remarks": "free",
        "words": "free",
    },
    public=("case", "way", "mailbox", "raw", "page", "checks", "unreadable", "related", "automatic", "state"),
)
class Mail(Record, frozen=True):
    """The envelope of the message with the same id. `peer` is the other side as it is compared, `base` the subject
    without marks of answers; `answers` are the ids of earlier mails that it names, the newest last. `date` is what the
    mail says, 0 for nothing; `at` when it came or was written.

    `raw` and `page` name the attachments that hold the mail as it came and its safe HTML; `images` counts the pictures
    that it wants to load from the network. `checks` are results of our own receiving server ("dkim=pass"), `remarks`
    codes of the parser with what they are about, `unreadable` what could not be read (type and why), `related` cases
    that it may belong to, each with the reason why it was not put there.

    Of a mail of ours: `state` (see `STATES`), since when (`since`), when it is tried next (`due`), how often it was
    (`tries`), which recipients its server has taken (`done`), and what it said (`words`).
    """

    case: str
    way: str
    mailbox: Name
    at: Millis
    sender: ShortText
    peer: ShortText
    message_id: Annotated[str, Meta(max_length=1000)]
    subject: Annotated[str, Meta(max_length=1000)] = ""
    base: Annotated[str, Meta(max_length=1000)] = ""
    sender_name: Name = ""
    to: Addresses = ()
    cc: Addresses = ()
    answers: tuple[str, ...] = ()
    date: Millis = 0
    raw: str = ""
    page: str = ""
    images: int = 0
    checks: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    automatic: str = ""
    state: str = ""
    since: Millis = 0
    due: Millis = 0
    tries: int = 0
    done: Addresses = ()
    words: ShortText = ""
    stamp: Stamp = ""


MAILS = Question("mail.of_case", Mail, (eq("case", ":case"),), ("-at",))
MAILS_IN = Question("mail.received", Mail, (eq("case", ":case"), eq("way", "in")), ("-at",))
BY_MESSAGE_ID = Question("mail.by_message_id", Mail, (eq("message_id", ":id"),), ("at",))
BY_PEER = Question("mail.by_peer", Mail, (eq("way", ":way"), eq("peer", ":peer")), ("-at",))
BY_SUBJECT = Question("mail.by_subject", Mail, (eq("way", "in"), eq("peer", ":peer"), eq("base", ":base")), ("-at",))
DUE_MAILS = Question("mail.due", Mail, (eq("state", "queued"), lt("due", ":now")), ("due",))
TRYING = Question("mail.trying", Mail, (eq("state", "trying"), lt("since", ":now")), ("since",))
