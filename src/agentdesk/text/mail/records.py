"""What is read from a mail: frozen, without a clock, a file or a socket, safe to keep and to show."""

from __future__ import annotations

import msgspec

from ..quoted import Fold, find_folds


class Address(msgspec.Struct, frozen=True):
    """Somebody on an envelope. `address` is empty where only a name stands; it is as it was written, see `key`."""

    address: str = ""
    name: str = ""


class Attachment(msgspec.Struct, frozen=True):
    """A file that came along: with a name that is safe to save under, and its bytes, decoded."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    inline: bool = False


class Unreadable(msgspec.Struct, frozen=True):
    """A part that could not be read in full: why (a code of `remarks`), and all its bytes as they came."""

    media_type: str
    why: str
    raw: bytes


class Remark(msgspec.Struct, frozen=True):
    """Something that a reader should know: a code, which `remarks.sentence` says in words, and what it is about."""

    code: str
    about: str = ""


class Bounce(msgspec.Struct, frozen=True):
    """A mail server reports that something did not arrive (RFC 3464). `kind` is "hard" (for good, class 5) or "soft"
    (for now, class 4); `words` is what the server said; `original` the id of the mail that did not arrive. Whoever
    acts on it must know that id: anybody can write a report. `lasting`: nobody tries any more, whatever the class.
    """

    status: str
    recipient: str
    kind: str
    words: str = ""
    original: str = ""
    lasting: bool = True


class Checks(msgspec.Struct, frozen=True):
    """What our own receiving server found out about the sender (RFC 8601): "pass", "fail", …; empty for nothing."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


class MailingList(msgspec.Struct, frozen=True):
    """What a list or a newsletter says of itself (RFC 2369, RFC 2919, RFC 8058)."""

    id: str = ""
    post: str = ""
    unsubscribe: str = ""
    one_click: bool = False


class Receiver(msgspec.Struct, frozen=True):
    """What is known of the mailbox that received a mail: the authserv-id of its own server, whose results alone are
    believed, and our own domains, which others may want to look like.
    """

    authserv_id: str = ""
    own_domains: tuple[str, ...] = ()


class Mail(msgspec.Struct, frozen=True):
    """One mail, read. `date` is in UTC milliseconds, None if it says none that can be; ids are without their brackets.

    `html` is safe to show: no script, no form, no address that loads anything; of `images`, the remote pictures that
    it wants to load, each stands in it as a numbered placeholder (`with_images` puts them back when asked).
    `delivered_to` are the addresses that servers on the way say it was for; of a blind copy they stand nowhere else.
    `auto_submitted` is the word of RFC 3834, None if the mail does not say it was made by a machine; `answerable`
    whether an automatic answer may go to it.
    """

    sender: Address
    senders: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    date: int | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str | None
    images: tuple[str, ...]
    auto_submitted: str | None
    answerable: bool
    bounces: tuple[Bounce, ...]
    mailing_list: MailingList | None
    checks: Checks
    attachments: tuple[Attachment, ...]
    unreadable: tuple[Unreadable, ...]
    remarks: tuple[Remark, ...]

    @property
    def folds(self) -> tuple[Fold, ...]:
        """What of the text was said before. Looked for when asked: a server that takes a mail in never does."""
        return find_folds(self.text)


def key(address: str) -> str:
    """An address as it is compared: two that differ only in capitals reach the same person in practice."""
    return address.strip().casefold()


def visible(mail: Mail) -> str:
    """The text without what is folded: what is new in it."""
    kept, at = [], 0
    for fold in mail.folds:
        kept.append(mail.text[at : fold.start])
        at = fold.end
    kept.append(mail.text[at:])
    return "\n\n".join(piece for piece in (one.strip() for one in kept) if piece)
