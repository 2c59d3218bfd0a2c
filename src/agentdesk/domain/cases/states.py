"""What becomes of a reply: taken back, sent when its hold is over, delivered, read or failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

import msgspec

from ..kernel import Actor, Change, Command, Put, Refusal, Remove, ShortText, View, clean, command, need, ref
from ..kernel.values import first_line
from .questions import ATTACHMENTS, MESSAGES
from .records import Attachment, Case, Message
from .thread import changed, is_answer, is_question, ranked

ORDER = {"held": 0, "accepted": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}
"""A reply's state only moves forward; a failure can still be overtaken by a delivery."""
SENDERS = {"customer": "customer", "reply": "agent"}
LOOK_BACK = 500
"""A hold lasts minutes: what was said before that many messages does not matter any more."""


@command("case.unsend", "case.unsend")
class Unsend(Command, frozen=True):
    """Take back a reply that is still held. Its text is a draft again."""

    message: Annotated[str, ref("message")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        message = need(view, Message, self.message, "This reply is no longer there.")
        if message.author != who.id:
            raise Refusal("Only the writer can take back a reply.", "author")
        if message.state != "held":
            raise Refusal("This reply has already been sent.", "sent")
        case = need(view, Case, message.case)
        files = view.page(ATTACHMENTS(case=case.id), limit=LOOK_BACK)
        yield Remove(Message, message.id)
        yield from (Remove(Attachment, file.id) for file in files if file.message == message.id)
        yield Put(_without(view, case, message, files))


def _without(view: View, case: Case, reply: Message, files: Sequence[Attachment]) -> Case:
    """The case as it would be had the reply never been written: what others have said still stands."""
    newest = view.page(MESSAGES(case=case.id), limit=LOOK_BACK)
    said = [m for m in newest if m.kind in SENDERS and m.id != reply.id]
    out_seq = max((m.seq for m in said if m.kind == "reply"), default=0)
    settled = (m.seq for m in newest if m.event == "solved" or (is_answer(m) and m.id != reply.id))
    after = max(settled, default=0)  # what was solved, as what was answered, waits for nobody
    unanswered = [m.at for m in newest if is_question(m) and m.seq > after]
    if said:
        text = said[0].text or next((file.name for file in files if file.message == said[0].id), "")
        case = changed(case, preview=first_line(text), preview_from=SENDERS[said[0].kind])
    answered = 0 if case.answered_at == reply.at else case.answered_at
    return ranked(changed(case, out_seq=out_seq, waiting_since=min(unanswered, default=0), answered_at=answered))


@command("case.deliver", "system")
class Deliver(Command, frozen=True):
    """The hold is over: the reply goes to its channel."""

    message: Annotated[str, ref("message")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        message = view.get(Message, self.message)
        if message is not None and message.state == "held" and message.hold_until <= now:
            yield Put(msgspec.structs.replace(message, rev=0, state="accepted", hold_until=0))


@command("case.mark", "channel")
class MarkMessage(Command, frozen=True):
    """What a channel reports of a reply: delivered, read, or failed with the channel's words."""

    message: Annotated[str, ref("message")]
    state: Literal["delivered", "read", "failed"]
    error: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        message = view.get(Message, self.message)
        if message is None or message.kind != "reply" or ORDER[self.state] <= ORDER.get(message.state, 9):
            return
        yield Put(msgspec.structs.replace(message, rev=0, state=self.state, error=clean(self.error)))
