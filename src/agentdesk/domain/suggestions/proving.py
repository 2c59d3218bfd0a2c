"""Proof for one reply: from which suggestion it came, or that none was shown, for whoever has to show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec
from msgspec import Meta

from ..cases import Message
from ..kernel import Actor, Change, Command, Fact, Refusal, View, command, need, ref
from .records import Count

MOST = 20
MOST_ENTRIES = 1_000
"""Suggestions that one reply is joined to, and entries of the log about it."""
_Id = Annotated[str, Meta(max_length=120)]


class Stated(msgspec.Struct, frozen=True):
    """What the server writes into the log as it hands a proof out: which suggestions the reply is joined to, or none;
    and by their numbers all entries of the log about it, so that none can be left out of the proof.
    """

    message: _Id
    suggestions: Annotated[tuple[_Id, ...], Meta(max_length=MOST)]
    entries: Annotated[tuple[Count, ...], Meta(max_length=MOST_ENTRIES)]


@command("suggestion.prove", "assist.prove")
class ProveReply(Command, frozen=True):
    """Ask for what shows from which suggestion a reply came, and what was changed. It holds no words of it."""

    message: Annotated[str, ref("message")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        message = need(view, Message, self.message, "This reply is no longer there.")
        if message.kind != "reply" or message.state == "held":
            raise Refusal("There is a proof only for a reply that was sent.", "kind")
        yield Fact("suggestion.proved", "message", message.id)
