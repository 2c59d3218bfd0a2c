"""Erasing all data about one customer, and the list of devices that say that nothing is left on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..cases import ATTACHMENTS, CUSTOMER_CASES, IDENTITIES_OF, MESSAGES, Customer, same_person
from ..cases.identities import forgotten
from ..cases.walking import every
from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Put,
    Refusal,
    Remove,
    View,
    clean,
    command,
    need,
    ref,
    refuse_elsewhere,
)
from ..kernel.values import ID_PATTERN
from ..people import PersonId
from .consents import CONSENTS_OF, Consent
from .forgetting import forget_case
from .records import CONFIRMATIONS, ERASURE_OF, PRIVACY, Confirmation, Erasure, is_held

Ground = Literal["request", "consent_withdrawn", "objection", "unlawful", "obligation", "child"]
"""Why data must go: the grounds of Art. 17(1) GDPR. A word of one's own could name the person whom nothing may name."""
AnId = Annotated[str, Meta(pattern=ID_PATTERN)]
CustomerId = AnId
"""No reference: who erases and exports need not see the person's cases."""
ErasureId = Annotated[str, ref("erasure")]
AT_ONCE = 25
"""Cases that go in one transaction; the server's clock takes the next ones, so that nobody waits long."""


@command("subject.erase", "subject.erase", "system", fresh=True)
class Erase(Command, frozen=True):
    """Erase all data about a customer: their record, consents, cases, and all that was said in them; and that of every
    record which is linked as the same person, each as an erasure of its own.
    """

    erasure: Annotated[str, ref("erasure", creates=True)]
    customer: CustomerId
    reason: Ground = "request"

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        refuse_elsewhere(view, need(view, Customer, self.customer, "There is no such customer."))
        people = same_person(view, self.customer)
        for one in people:
            refuse_held(view, one)
        if any(not one.done for one in view.page(ERASURE_OF(customer=self.customer), limit=10)):
            raise Refusal("The data of this customer is being erased already.", "erasing")
        for number, one in enumerate(people):
            id = f"{self.erasure}.{number}" if number else self.erasure
            if number == 0 or view.get(Customer, one) is not None:
                yield from _part(view, Erasure(id, PRIVACY, 0, one, self.reason, who.id, now), now)


@command("subject.erase_again", "system")
class EraseAgain(Command, frozen=True):
    """Repeat an erasure that a restored backup knows nothing of. It was decided then: no hold from before undoes it."""

    erasure: Annotated[str, ref("erasure", creates=True)]
    customer: CustomerId
    reason: Ground = "request"

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not view.page(ERASURE_OF(customer=self.customer), limit=1):
            yield from _part(view, Erasure(self.erasure, PRIVACY, 0, self.customer, self.reason, who.id, now), now)


@command("subject.erase_more", "system")
class EraseMore(Command, frozen=True):
    """Go on with an erasure that was too much for one transaction. What was said meanwhile goes as well."""

    erasure: ErasureId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        erasure = need(view, Erasure, self.erasure)
        if not erasure.done:
            yield from _part(view, erasure, now)


def _part(view: View, erasure: Erasure, now: int) -> Iterable[Change]:
    """The next cases; with the last ones the customer."""
    cases = view.page(CUSTOMER_CASES(customer=erasure.customer), limit=AT_ONCE + 1)
    last, cases = len(cases) <= AT_ONCE, cases[:AT_ONCE]
    # First of all: the log's entry names only so many records, and by this one it is found.
    yield Put(
        msgspec.structs.replace(
            erasure,
            rev=0,
            cases=erasure.cases + len(cases),
            messages=erasure.messages + sum(view.count(MESSAGES(case=case.id)) for case in cases),
            files=erasure.files + sum(view.count(ATTACHMENTS(case=case.id)) for case in cases),
            done=now if last else 0,
        )
    )
    also = frozenset(case.id for case in cases)
    for case in cases:
        yield from forget_case(view, case, "everywhere", now, also)
    if last:
        for consent in every(view, CONSENTS_OF(customer=erasure.customer)):
            yield Remove(Consent, consent.id, "everywhere")
        for identity in every(view, IDENTITIES_OF(customer=erasure.customer)):
            yield from forgotten(view, identity, "everywhere")
        yield Remove(Customer, erasure.customer, "everywhere")
        yield Fact("subject.erased", "erasure", erasure.id, now - erasure.since)


def refuse_held(view: View, customer: str) -> None:
    """Refuses while a legal hold keeps the customer or one of their cases."""
    if is_held(view, customer) or any(
        is_held(view, customer, case.id) for case in every(view, CUSTOMER_CASES(customer=customer))
    ):
        raise Refusal("A legal hold keeps data of this customer. It can be erased once the hold is released.", "held")


class Device(msgspec.Struct, frozen=True):
    """A person at a device."""

    person: AnId
    device: AnId


@command("subject.ask_devices", "system")
class AskDevices(Command, frozen=True):
    """List the devices that may hold something of what was erased; one that has confirmed already stays so."""

    erasure: ErasureId
    devices: tuple[Device, ...]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        erasure = need(view, Erasure, self.erasure)
        if erasure.told or not erasure.done:
            return
        count = view.count(CONFIRMATIONS(erasure=erasure.id))
        for one in dict.fromkeys(self.devices):
            id = confirmation_id(erasure.id, one.person, one.device)
            if view.get(Confirmation, id) is None:
                count += 1
                yield Put(Confirmation(id, PRIVACY, 0, erasure.id, erasure.customer, one.person, one.device, now))
        yield Put(msgspec.structs.replace(erasure, rev=0, told=now, devices=count))


@command("subject.confirm", "system")
class Confirm(Command, frozen=True):
    """A device says that it has destroyed what it held."""

    erasure: ErasureId
    person: PersonId
    device: AnId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        erasure, device = need(view, Erasure, self.erasure), clean(self.device)
        id = confirmation_id(erasure.id, self.person, device)
        old = view.get(Confirmation, id)
        if not erasure.done or (old is not None and old.at):
            return
        asked = old.asked if old is not None else now
        yield Put(Confirmation(id, PRIVACY, 0, erasure.id, erasure.customer, self.person, device, asked, now))
        devices = erasure.devices + (old is None and erasure.told > 0)
        yield Put(msgspec.structs.replace(erasure, rev=0, confirmed=erasure.confirmed + 1, devices=devices))


def confirmation_id(erasure: str, person: str, device: str) -> str:
    """The one confirmation of a device for an erasure."""
    return f"{erasure}@{person}|{device}"
