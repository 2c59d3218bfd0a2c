"""What stands of a mail beside its words: of one that came in, and of the automatic answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..cases import Case
from ..kernel import clean
from .placing import Related, address_key
from .records import Mail
from .subjects import base_subject

if TYPE_CHECKING:  # it makes these
    from .taking import TakeMail


def answered(told: TakeMail, case: Case, id: str, now: int) -> Mail:
    """The automatic answer to a mail, to be sent."""
    return Mail(
        id=id,
        scope=case.scope,
        rev=0,
        case=case.id,
        way="auto",
        mailbox=told.mailbox,
        at=now,
        sender=told.mailbox,
        peer=address_key(told.sender),
        message_id="",
        subject=told.subject,
        base=base_subject(told.subject),
        to=(told.sender,),
        answers=_thread(told.references, told.in_reply_to, told.message_id),
        automatic="auto-replied",
        state="queued",
        since=now,
        due=now,
    )


def received(told: TakeMail, case: Case, related: Sequence[Related], now: int) -> Mail:
    """The envelope of a mail that came in."""
    return Mail(
        id=told.message,
        scope=case.scope,
        rev=0,
        case=case.id,
        way="in",
        mailbox=told.mailbox,
        at=now,
        sender=clean(told.sender),
        peer=address_key(told.sender),
        message_id=told.message_id,
        subject=clean(told.subject),
        base=base_subject(told.subject),
        sender_name=clean(told.sender_name),
        to=told.to,
        cc=told.cc,
        answers=_thread(told.references, told.in_reply_to, ""),
        date=told.date,
        raw=told.raw,
        page=told.page,
        images=told.images,
        checks=told.checks,
        remarks=told.remarks,
        unreadable=told.unreadable,
        related=tuple(f"{one.case} {one.why}" for one in related),
        automatic=told.automatic,
    )


def _thread(references: tuple[str, ...], in_reply_to: tuple[str, ...], own: str) -> tuple[str, ...]:
    """The ids before an answer, the newest last (RFC 5322, 3.6.4)."""
    ids = tuple(dict.fromkeys((*(references or in_reply_to[:1]), *((own,) if own else ()))))
    return ids if len(ids) <= 30 else (ids[0], *ids[-29:])
