"""Saying where a server stands, and which classes of data stay in which region."""

from __future__ import annotations

from collections.abc import Iterable

from ..kernel import Actor, Change, Command, Name, Put, Refusal, Remove, View, command
from ..people import TEAMS
from .records import (
    CUSTOMERS_OF,
    HERE,
    MOST,
    PINNABLE,
    Neighbour,
    Pin,
    Pinnable,
    Residence,
    here,
    pinned,
    region_word,
)


@command("residency.settle", "system")
class SettleHere(Command, frozen=True):
    """Say in which region this server and its database stand."""

    region: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        region = region_word(self.region)
        if region == here(view):
            return
        if pinned(view, here(view)):
            raise Refusal(
                "Data is pinned to the region {region}. Take the pins away before this server moves.",
                "pinned",
                region=here(view),
            )
        if view.get(Neighbour, region) is not None:
            raise Refusal("Another server stands in the region {region} already.", "region", region=region)
        yield Put(Residence(HERE, "org", 0, region))


@command("residency.pin", "residency.manage", "system", fresh=True)
class PinClass(Command, frozen=True):
    """Keep a class of personal data in one region: other regions see that it is there, and no more."""

    data_class: Pinnable
    region: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        region = region_word(self.region)
        if self.data_class not in PINNABLE:
            raise Refusal("There is no such class of data.", "class")
        if not here(view):
            raise Refusal("Nobody has said in which region this server stands. The operator says it.", "region")
        if region != here(view):
            _refuse_present(view, region)
        if view.get(Pin, pin_id(self.data_class, region)) is None:
            yield Put(Pin(pin_id(self.data_class, region), "org", 0, self.data_class, region, who.id, now))


@command("residency.unpin", "residency.manage", "system", fresh=True)
class UnpinClass(Command, frozen=True):
    """Let other regions see a class of personal data again."""

    data_class: Pinnable
    region: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        id = pin_id(self.data_class, region_word(self.region))
        if view.get(Pin, id) is None:
            raise Refusal("This class of data is not pinned to that region.", "missing")
        yield Remove(Pin, id)


def pin_id(data_class: str, region: str) -> str:
    """The one pin of a class to a region."""
    return f"{data_class}:{region}"


def _refuse_present(view: View, region: str) -> None:
    """What is pinned to another region may not be here already: nothing moves by itself."""
    spelled = {region, *(team.region for team in view.page(TEAMS(), limit=MOST) if team.region.lower() == region)}
    count = sum(view.count(CUSTOMERS_OF(region=one)) for one in spelled)
    if count:
        raise Refusal(
            "Data of {count} customers of the region {region} is kept here. Erase it before you pin it to that region.",
            "present",
            count=count,
            region=region,
        )
