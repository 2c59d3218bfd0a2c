"""Legal holds: set for a reason, released by name, never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from ..cases import Case, Customer
from ..kernel import Actor, Change, Command, Put, Refusal, ShortText, View, clean, command, need, ref, refuse_elsewhere
from .erasing import AnId
from .records import PRIVACY, Hold, is_held

SHORTEST_REASON = 10


@command("hold.set", "hold.set", "system", fresh=True)
class SetHold(Command, frozen=True):
    """Keep what there is about a customer, or one case, for a legal matter."""

    hold: Annotated[str, ref("hold", creates=True)]
    kind: Literal["customer", "case"]
    about: AnId
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if self.kind == "case":
            customer, case = need(view, Case, self.about, "There is no such case.").customer, self.about
        else:
            customer, case = need(view, Customer, self.about, "There is no such customer.").id, ""
        refuse_elsewhere(view, view.get(Case, case) if case else view.get(Customer, customer))
        reason = " ".join(clean(self.reason).split())
        if len(reason) < SHORTEST_REASON:
            raise Refusal("Say why, in a sentence that somebody else understands later.", "reason")
        if is_held(view, customer, case):
            raise Refusal("This is held already.", "held")
        yield Put(Hold(self.hold, PRIVACY, 0, customer, case, reason, who.id, now))


@command("hold.release", "hold.set", "system", fresh=True)
class ReleaseHold(Command, frozen=True):
    """The matter is over: the schedule and erasures apply again."""

    hold: Annotated[str, ref("hold")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        hold = need(view, Hold, self.hold, "This hold is no longer there.")
        if not hold.released:
            yield Put(msgspec.structs.replace(hold, rev=0, released=now, released_by=who.id))
