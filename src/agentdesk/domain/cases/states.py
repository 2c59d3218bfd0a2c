"""What becomes of a reply: taken back, sent when its hold is over, delivered, read or failed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from ..kernel import Actor, Change, Command, Put, Refusal, Remove, ShortText, View, clean, command, need, ref
from .records import Case, Message
from .thread import changed, ranked

ORDER = {"held": 0, "accepted": 1, "failed": 2, "delivered": 3, "read": 4}
"""A reply's state only moves forward; a failure can still be overtaken by a delivery."""


@command("case.unsend", "agent", "lead")
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
        yield Remove(Message, message.id)
        yield Put(ranked(changed(case, waiting_since=case.waiting_since or message.at, out_seq=case.in_seq)))


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
