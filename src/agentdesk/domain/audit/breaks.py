"""A break in the audit log that people know of, a restored backup: who vouches for what comes after, who follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from agentdesk.domain.kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    record,
)
from agentdesk.domain.kernel.values import ID_PATTERN

from .commands import Place
from .published import AuditHead, Hex, Pin

KEPT = 10
"""Breaks that stay: a laptop that was away through more of them asks somebody who may vouch."""
SHORTEST_REASON = 8
Id = Annotated[str, Meta(pattern=ID_PATTERN)]


@record("audit_break", complete=True, public=("person", "before_root", "before_key", "root", "key"))
class AuditBreak(Record, frozen=True):
    """From the head of `before_size` leaves, which a laptop remembered, the log does not lead to that of `size`.

    Somebody vouched for it all the same. Why they did so is sealed in the log, beside their command. Bytes are in hex.
    """

    person: str
    at: Millis
    before_size: int
    before_root: str
    before_key: str
    size: int
    root: str
    key: str

    @property
    def after(self) -> Pin:
        """What is to be remembered from then on by whoever follows."""
        return Pin(self.key, self.size, self.root)


BREAKS = Question("audit_break.all", AuditBreak, (), ("at",))


@command("audit.accept", "audit.accept", fresh=True)
class AcceptLog(Command, frozen=True):
    """Vouch for the log as it is shown now (`size`, `root`, `key`), though this laptop remembers another (`before`)."""

    id: Id
    before_size: Place
    before_root: Hex
    before_key: Hex
    size: Place
    root: Hex
    key: Hex
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if len(clean(self.reason)) < SHORTEST_REASON:
            raise Refusal("Say in a few words what has happened, such as which backup was restored.", "reason")
        head = view.get(AuditHead, f"head-{self.size}")
        if head is None or head.key != self.key:
            raise Refusal("The log has gone on meanwhile. Look at it again, then decide.", "head")
        known = view.page(BREAKS(), limit=2 * KEPT)
        if any(one.id == self.id for one in known):
            return
        for old in known[: max(0, len(known) + 1 - KEPT)]:
            yield Remove(AuditBreak, old.id)
        before = (self.before_size, self.before_root, self.before_key)
        yield Put(AuditBreak(self.id, "org", 0, who.id, now, *before, self.size, self.root, self.key))


@command("audit.follow", "audit.follow")
class FollowLog(Command, frozen=True):
    """Trust the log from a break on for which somebody vouches; that one did so stays in the log."""

    id: Id

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(AuditBreak, self.id) is None:
            raise Refusal("Nobody vouches for this any more. Ask your administrator.", "missing")
        yield Fact("audit.followed", "audit_break", self.id)


def vouched(pin: Pin, known: Sequence[AuditBreak]) -> AuditBreak | None:
    """The newest break that leads on from what a laptop remembers; none twice: the past is not offered again."""
    fits = [one for one in known if one.id not in pin.breaks]
    return fits[-1] if fits else None


def past(pin: Pin, one: AuditBreak) -> Pin:
    """What a laptop remembers once its person has followed a break."""
    return replace(one.after, breaks=(*pin.breaks, one.id)[-KEPT:])
