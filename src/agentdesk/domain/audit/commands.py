"""Looking into the audit log, as commands: who may is decided like everything else, and each look is itself a leaf."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from msgspec import Meta

from agentdesk.domain.kernel import Actor, Change, Command, Fact, Millis, Name, Refusal, ShortText, View, clean, command

Place = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class Look(Command, frozen=True):
    """A question about the log. It changes nothing: that it was put is what stays."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        yield Fact("audit.looked", "person", who.id)


@command("audit.search", "audit.read")
class SearchAudit(Look, frozen=True):
    """Entries that meet all that is given, newest first. Empty fields and zeros ask for nothing.

    `since` (included) and `until` (not included) are times; `person` and `device` are ids, of which the log holds
    pseudonyms only; `record` is an id, or `#` and the number of a case; `before` is where the last page ended.
    """

    since: Millis = 0
    until: Millis = 0
    person: Name = ""
    device: Name = ""
    command: Name = ""
    outcome: Literal["", "done", "refused", "denied"] = ""
    record: Name = ""
    before: Place = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 100


@command("audit.heads", "audit.prove")
class ListHeads(Look, frozen=True):
    """The signed heads, newest first, of logs with fewer leaves than `before`; 0 asks for the newest."""

    before: Place = 0
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


@command("audit.prove", "audit.prove")
class ProveEntry(Look, frozen=True):
    """The path that shows an entry under the signed head of `size` leaves; 0 takes the oldest head that covers it."""

    entry: Place
    size: Place = 0


@command("audit.compare", "audit.prove")
class CompareHeads(Look, frozen=True):
    """What shows that the log of `second` leaves goes on from that of `first`; both have signed heads."""

    first: Place
    second: Place


@command("audit.unseal", "audit.unseal", fresh=True)
class UnsealEntry(Look, frozen=True):
    """Who and what stands behind an entry, for a stated reason."""

    entry: Place
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not clean(self.reason):
            raise Refusal("Say why you need to see who and what stands behind this entry.", "reason")
        yield from super().decide(view, who, now)


@command("audit.export", "audit.export", "system", fresh=True)
class ExportAudit(Look, frozen=True):
    """Entries `first` to `last`, both included, or the whole log; `whole` says which."""

    whole: bool = True
    first: Place = 0
    last: Place = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not self.whole and self.last < self.first:
            raise Refusal("The last entry comes before the first one.", "span")
        yield from super().decide(view, who, now)
