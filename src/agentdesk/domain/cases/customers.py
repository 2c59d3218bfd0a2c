"""Customers: what is known of those who write to us."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

import msgspec

from ..kernel import Actor, Change, Command, Masked, Name, Put, Refusal, View, clean, command, need, ref
from .questions import CUSTOMER_CASES
from .records import Customer
from .thread import changed

MOST_CASES = 200
"""So many cases of the customer take on a new name; older ones keep the one they had."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,4}")
_STRANGER = re.compile(r"Visitor [0-9a-f]{4}")


def stranger(visitor: str) -> str:
    """What a visitor is called who has told us no name."""
    return f"Visitor {visitor[-4:]}"


def given_name(name: str) -> str:
    """The name by which a customer can be spoken to; empty if it is hidden, an address, or one that we have made up."""
    return "" if Masked.read(name) or "@" in name or _STRANGER.fullmatch(name) else name


@command("customer.update", "customer.update", "channel", "system")
class UpdateCustomer(Command, frozen=True):
    """Change what a customer is called, where they can be reached or in which language (BCP 47); an empty field stays
    as it was.
    """

    customer: Annotated[str, ref("customer")]
    name: Name = ""
    email: Name = ""
    language: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Customer, self.customer, "This customer is no longer there.")
        name = " ".join(clean(self.name).split()) or old.name
        email = clean(self.email).lower() or old.email
        if email != old.email and ("@" not in email or " " in email):
            raise Refusal("{email} is not an e-mail address.", "email", email=email)
        language = clean(self.language) or old.language
        if language != old.language and not _LANGUAGE.fullmatch(language):
            raise Refusal("{language} is no language. Write it like en or pt-BR.", "language", language=language)
        if (name, email, language) == (old.name, old.email, old.language):
            return
        yield Put(msgspec.structs.replace(old, rev=0, name=name, email=email, language=language))
        if name != old.name:
            for case in view.page(CUSTOMER_CASES(customer=old.id), limit=MOST_CASES):
                yield Put(changed(case, customer_name=name))
