"""Pictures that a mail wants from the network: to ask for them tells its sender that it is read, so it is logged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta

from ..kernel import Actor, Change, Command, Fact, Refusal, View, command, need, ref
from .records import Mail


@command("mail.pictures", "case.reply")
class LoadPictures(Command, frozen=True):
    """Have the pictures of a mail loaded, a few at a time, from the one with the number `start` on."""

    mail: Annotated[str, ref("mail")]
    start: Annotated[int, Meta(ge=0, le=10_000)] = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        mail = need(view, Mail, self.mail, "This mail is no longer there.")
        if self.start >= mail.images:
            raise Refusal("This mail has no such pictures.", "none")
        yield Fact("mail.pictures_loaded", "mail", mail.id)
