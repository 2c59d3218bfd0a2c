"""Mails of ours: queued in the same commit as the reply, and what becomes of them on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..cases import Conversation, Message
from ..cases.states import ORDER
from ..cases.thread import BY_ITSELF
from ..kernel import (
    Actor,
    Change,
    Command,
    Millis,
    Put,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    need,
    on_changing,
    ref,
)
from .placing import address_key
from .records import MAILS_IN, Addresses, Mail
from .subjects import base_subject, reply_subject

DOUBTED = "The connection broke while the mail server was taking this mail: it may have arrived. Ask before you retry."
"""What stands with a mail of which nobody knows whether it was sent. It is never sent again by itself."""
SAID = frozenset({"customer", "reply"})
"""Messages that may be mails. All that is written, by any command, is looked at here: no more than must be."""
MOST_RECIPIENTS = 50
"""A reply goes to so many people at most, whoever was named in what it answers."""


@on_changing
def posted(view: View, changes: list[Change], now: int) -> list[Change]:
    """The changes with the mails that go with them: a reply in a thread of mails is queued, a held one waits, one that
    is taken back goes, and a mail stays with its message when cases are joined.
    """
    more: list[Change] = []
    own = {c.record.id for c in changes if isinstance(c, Put) and isinstance(c.record, Mail)}
    for change in changes:
        if isinstance(change, Put) and isinstance(change.record, Message) and change.record.id not in own:
            more += _follows(view, change.record)
        elif isinstance(change, Remove) and change.cls is Message and view.get(Mail, change.id) is not None:
            more.append(Remove(Mail, change.id, change.how))
    return [*changes, *more] if more else changes


def _follows(view: View, message: Message) -> Iterator[Change]:
    if message.kind not in SAID:
        return
    if view.get(Message, message.id) is None:  # none of a new message: it comes with its own, or is written here
        made = _written(view, message) if message.kind == "reply" else None
        if made is not None:
            yield Put(made)
        return
    mail = view.get(Mail, message.id)
    if mail is None:
        return
    if mail.case != message.case:
        yield Put(msgspec.structs.replace(mail, rev=0, case=message.case, scope=message.scope))
    elif mail.state == "held" and message.state == "accepted":
        yield Put(msgspec.structs.replace(mail, rev=0, state="queued", due=message.at))


def _written(view: View, message: Message) -> Mail | None:
    """The mail of a new reply: to whoever wrote last, and all whom they wrote to beside us."""
    conversation = view.get(Conversation, message.conversation)
    if conversation is None or conversation.channel != "email" or message.state not in ("held", "accepted"):
        return None
    last = view.page(MAILS_IN(case=message.case), limit=20)
    answered = next((one for one in last if not one.automatic and one.sender), None) or next(iter(last), None)
    if answered is None:
        return None
    own = address_key(answered.mailbox)
    others = {address_key(one): one for one in (*answered.to, *answered.cc)}
    cc = tuple(one for key, one in others.items() if key not in (own, answered.peer, ""))
    return Mail(
        id=message.id,
        scope=message.scope,
        rev=0,
        case=message.case,
        way="out",
        mailbox=answered.mailbox,
        at=message.at,
        sender=answered.mailbox,
        peer=answered.peer,
        message_id="",
        subject=reply_subject(answered.subject),
        base=base_subject(answered.subject),
        to=(answered.sender,) if answered.sender else (),
        cc=cc[: MOST_RECIPIENTS - 1],
        answers=tuple(dict.fromkeys(one for one in (*answered.answers, answered.message_id) if one)),
        automatic="auto-replied" if message.device == BY_ITSELF else "",
        state="held" if message.state == "held" else "queued",
        since=message.at,
        due=message.hold_until or message.at,
    )


@command("mail.mark", "channel")
class MarkMail(Command, frozen=True):
    """How far a mail of ours has got, as the job that sends it says. `done` are recipients that its server has taken,
    `due` when a queued one is tried again.
    """

    mail: Annotated[str, ref("mail")]
    state: Literal["queued", "trying", "sent", "failed"]
    message_id: Annotated[str, Meta(max_length=1000)] = ""
    words: ShortText = ""
    done: Addresses = ()
    due: Millis = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        mail = view.get(Mail, self.mail)
        if mail is None or not _is_open(mail, self.state):
            return
        yield Put(
            msgspec.structs.replace(
                mail,
                rev=0,
                state=self.state,
                message_id=self.message_id or mail.message_id,
                words=clean(self.words),
                done=tuple(dict.fromkeys((*mail.done, *self.done))),
                since=now,
                due=self.due,
                tries=mail.tries + (self.state in ("queued", "failed")),
            )
        )
        yield from _told(view, mail.id, self.state, clean(self.words))


@command("mail.retry", "case.reply")
class RetryMail(Command, frozen=True):
    """Try a mail that failed once more. Who has it already does not get it again."""

    mail: Annotated[str, ref("mail")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        mail = need(view, Mail, self.mail, "This mail is no longer there.")
        if mail.way == "in":
            raise Refusal("Only a mail of ours can be sent again.", "way")
        if mail.state in ("queued", "trying"):
            return
        if mail.state != "failed":
            raise Refusal("This mail has not failed.", "state")
        yield Put(msgspec.structs.replace(mail, rev=0, state="queued", due=now, since=now, words="", tries=0))
        message = view.get(Message, mail.id)
        if message is not None and message.state == "failed":
            yield Put(msgspec.structs.replace(message, rev=0, state="accepted", error=""))


def _is_open(mail: Mail, state: str) -> bool:
    """Whether such word of a mail is news. One that was given up in doubt may yet turn out to have been sent."""
    return mail.way != "in" and (mail.state in ("queued", "trying") or (mail.words, state) == (DOUBTED, "sent"))


def bounced(view: View, mail: Mail, lost: Sequence[str], words: str) -> Iterable[Change]:
    """A server's report on a mail of ours: it is `lost` for these recipients, who get it when it is tried once more;
    if for nobody, it is late.
    """
    words, back = clean(words)[:500], frozenset(map(address_key, lost))
    if mail.way == "in":
        return
    if not back:
        yield Put(msgspec.structs.replace(mail, rev=0, words=words))
        return
    done = tuple(one for one in mail.done if address_key(one) not in back)
    yield Put(msgspec.structs.replace(mail, rev=0, state="failed", words=words, done=done))
    yield from _told(view, mail.id, "failed", words)


def _told(view: View, id: str, state: str, words: str) -> Iterable[Change]:
    """The state of the reply follows that of its mail; a mail that waits for another try says why."""
    message = view.get(Message, id)
    if message is None or message.kind != "reply" or message.state not in ORDER:
        return
    if message.error == DOUBTED and state == "sent":
        yield Put(msgspec.structs.replace(message, rev=0, state=state, error=""))
        return
    if state in ("queued", "trying"):
        wanted, error = message.state, words if state == "queued" else message.error
    else:
        wanted, error = state, words if state == "failed" else ""
    if ORDER[wanted] >= ORDER[message.state] and (wanted, error) != (message.state, message.error):
        yield Put(msgspec.structs.replace(message, rev=0, state=wanted, error=error))
