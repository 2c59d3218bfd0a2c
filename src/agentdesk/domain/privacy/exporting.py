"""Giving out all that there is about one person: the command that leaves its trace in the audit log."""

from __future__ import annotations

from collections.abc import Iterable

from ..cases import Customer
from ..kernel import Actor, Change, Command, Fact, View, command, need, refuse_elsewhere
from .erasing import CustomerId


@command("subject.export", "subject.export", fresh=True)
class Export(Command, frozen=True):
    """Take all data about a customer out of the house. It changes nothing; the log says who did it."""

    customer: CustomerId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        refuse_elsewhere(view, need(view, Customer, self.customer, "There is no such customer."))
        yield Fact("subject.exported", "customer", self.customer)
