"""Looking at whom a request is about, as commands: who may is decided like everything else, and each look is a leaf."""

from __future__ import annotations

from collections.abc import Iterable

from ..cases import Customer
from ..kernel import Actor, Change, Command, Fact, Name, Refusal, Unseen, View, clean, command, need, visible
from .erasing import CustomerId, ErasureId
from .records import PRIVACY, Erasure


@command("subject.find", "subject.find")
class FindSubject(Command, frozen=True):
    """Customers by name or address, by their id, or by `#` and the number of one of their cases.

    The log keeps that somebody looked, not for which words: these may name a person whom nothing may name any more.
    """

    words: Name

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if not clean(self.words):
            raise Refusal("Type a name, an e-mail address, or # and the number of a case.", "words")
        yield Fact("subject.looked_for", "person", who.id)


@command("consent.look", "consent.see")
class LookAtConsents(Command, frozen=True):
    """What a customer has consented to: for those who answer for privacy, and for those who see the customer."""

    customer: CustomerId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        customer = need(view, Customer, self.customer, "There is no such customer.")
        if PRIVACY not in who.scopes and not visible(view.scopes("customer", customer.id), who):
            raise Unseen(Refusal("There is no such customer.", "missing", kind="customer", id=self.customer))
        yield Fact("consent.looked_at", "customer", customer.id)


@command("subject.prove", "audit.prove")
class ProveErasure(Command, frozen=True):
    """What shows that an erasure stands in the audit log. It names nobody."""

    erasure: ErasureId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        need(view, Erasure, self.erasure, "This erasure is not known here.")
        yield Fact("erasure.proved", "erasure", self.erasure)
