"""Tiers of customers: by which of our promises each is served, and how their open cases come to know it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel import Actor, Change, Command, Fact, Put, Refusal, View, clean, command, need, on_changing, ref
from ..kernel.conditions import folded
from ..kernel.values import upright
from .questions import CUSTOMER_CASES
from .records import Case, Customer
from .thread import changed, event
from .walking import every

LONGEST_TIER = 40
BETWEEN = ">"
"""Stands between the old tier and the new one in the thread, and so in none of them."""
_NOBODY = Actor("tiers", "system")


@command("customer.tier", "customer.tier", "system")
class SetTier(Command, frozen=True):
    """Say by which tier a customer is served; an empty one takes it away. Their open cases go by it from now on."""

    customer: Annotated[str, ref("customer")]
    tier: Annotated[str, Meta(max_length=LONGEST_TIER)] = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Customer, self.customer, "This customer is no longer there.")
        tier = checked_tier(self.tier)
        if tier == old.tier:
            return
        yield Put(msgspec.structs.replace(old, rev=0, tier=tier))
        for case in list(every(view, CUSTOMER_CASES(customer=old.id))):
            if case.status != "solved" and not case.merged_into and not case.home and case.customer_tier != tier:
                yield from _told(case, tier, who, now)
        yield Fact("customer.tiered", "customer", old.id)


def checked_tier(tier: str) -> str:
    """A tier as it is kept. Raises `Refusal` for one that cannot be told in a thread."""
    tier = " ".join(clean(upright(tier)).split())
    if BETWEEN in tier or "," in tier:
        raise Refusal("A tier is one word or a few, such as gold, without commas and > in it.", "tier")
    if len(tier) > LONGEST_TIER:
        raise Refusal("A tier has {most} signs at most.", "tier", most=LONGEST_TIER)
    return tier


def is_of(tier: str, tiers: Sequence[str]) -> bool:
    """Whether a tier is among those that something speaks of; none named stands for all. Case and accents are one."""
    return not tiers or folded(tier) in map(folded, tiers)


@on_changing
def caught_up(view: View, changes: list[Change], now: int) -> list[Change]:
    """A case that is open again goes by the tier that its customer has today: nobody told it while it was solved."""
    found = {c.record.id: c.record for c in changes if isinstance(c, Put) and isinstance(c.record, Case)}
    for case in found.values():  # as it is in the end, though it was put several times
        old = None if case.status == "solved" or case.merged_into or case.home else view.get(Case, case.id)
        if old is None or old.status != "solved":
            continue
        customer = view.get(Customer, case.customer)
        if customer is not None and customer.tier != case.customer_tier:
            told = list(_told(case, customer.tier, _NOBODY, now))
            changes = [one for one in changes if not (isinstance(one, Put) and one.record is case)] + told
    return changes


def _told(case: Case, tier: str, who: Actor, now: int) -> Iterable[Change]:
    case, told = event(case, who, now, "tiered", f"{case.customer_tier}{BETWEEN}{tier}")
    yield Put(changed(case, customer_tier=tier))
    yield told
