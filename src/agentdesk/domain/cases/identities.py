"""Under what a customer is known: further addresses, telephones, handles, and other records of the same person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from msgspec import Meta

from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    eq,
    need,
    record,
    ref,
)
from ..kernel.values import Stamp
from .questions import CUSTOMER_CASES
from .records import Case, Customer

Sort = Literal["email", "phone", "handle"]
SORTS = get_args(Sort)
SAME = "customer"
"""The sort of an identity that says: that customer is the same person."""
Proof = Literal["said", "code", "called", "document", "known"]
PROOFS = get_args(Proof)
"""said: they said so themselves where we know them. code: a code sent there came back. called: we reached them there.
document: a contract or an order shows it. known: a colleague knows them.
"""
MOST = 20
"""Identities of one customer."""
CUSTOMERS = "customers"
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+")


@record(
    "alias",
    parent=("customer", "customer"),
    classes={"value": "contact", "reason": "free"},
    public=("customer", "sort", "other", "how", "by"),
)
class Identity(Record, frozen=True):
    """Something that a customer is known by, shown wherever the customer is: who said so, when, why, how it was
    proved. Of the sort `customer` it names another record in `other`; that one has a twin of it that names this one.
    """

    customer: str
    sort: str
    value: Name
    other: str
    how: str
    reason: ShortText
    by: str
    at: Millis
    stamp: Stamp = ""


IDENTITIES_OF = Question("alias.of_customer", Identity, (eq("customer", ":customer"),), ("at",))
KNOWN_AS = Question("alias.known_as", Identity, (eq("sort", ":sort"), eq("value", ":value")), ("at",))


@command("customer.identify", "customer.update")
class Identify(Command, frozen=True):
    """Note a further address, telephone or handle of a customer, with how that was proved and why it is noted."""

    identity: Annotated[str, ref("alias", creates=True)]
    customer: Annotated[str, ref("customer")]
    sort: Sort
    value: Annotated[str, Meta(max_length=200)]
    how: Proof
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        customer = need(view, Customer, self.customer, "This customer is no longer there.")
        value, reason = normal(self.sort, self.value), _reason(self.reason)
        have = view.page(IDENTITIES_OF(customer=customer.id), limit=MOST)
        if (self.sort, value) == ("email", customer.email) or any(
            (o.sort, o.value) == (self.sort, value) for o in have
        ):
            return
        _check_room(len(have))
        yield Put(
            Identity(self.identity, CUSTOMERS, 0, customer.id, self.sort, value, "", self.how, reason, who.id, now)
        )
        yield Fact("identity.noted", "customer", customer.id)


@command("customer.link", "customer.update")
class LinkCustomers(Command, frozen=True):
    """Say that two customers are one person. Nothing of either changes, so taking it back restores both."""

    identity: Annotated[str, ref("alias", creates=True)]
    customer: Annotated[str, ref("customer")]
    other: Annotated[str, ref("customer")]
    how: Proof
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if self.customer == self.other:
            raise Refusal("A customer cannot be linked to themselves.", "same")
        mine = need(view, Customer, self.customer, "This customer is no longer there.")
        theirs = need(view, Customer, self.other, "This customer is no longer there.")
        if mine.region != theirs.region:
            raise Refusal("These customers belong to different regions. They cannot be linked.", "region")
        reason = _reason(self.reason)
        for one, other, id in ((mine, theirs, self.identity), (theirs, mine, twin_of(self.identity))):
            have = view.page(IDENTITIES_OF(customer=one.id), limit=MOST)
            if any(known.other == other.id for known in have):
                return
            _check_room(len(have))
            yield Put(Identity(id, CUSTOMERS, 0, one.id, SAME, "", other.id, self.how, reason, who.id, now))
        yield Fact("customer.linked", "customer", self.customer)


@command("customer.unlink", "customer.update")
class Unlink(Command, frozen=True):
    """Take an identity back. The log keeps who had noted it, who took it back, and why."""

    identity: Annotated[str, ref("alias")]
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found = view.get(Identity, self.identity)
        if found is None and view.knows(Identity, self.identity):
            return
        found = need(view, Identity, self.identity)
        _reason(self.reason)
        yield from forgotten(view, found)
        yield Fact("customer.unlinked", "customer", found.customer)


def forgotten(view: View, identity: Identity, how: Literal["deleted", "everywhere"] = "deleted") -> Iterable[Change]:
    """An identity goes, and its twin."""
    yield Remove(Identity, identity.id, how)
    if identity.sort == SAME:
        yield Remove(Identity, twin_of(identity.id), how)


def twin_of(id: str) -> str:
    """The same link as the other customer has it."""
    return id.removesuffix(":twin") if id.endswith(":twin") else f"{id}:twin"


def same_person(view: View, customer: str) -> list[str]:
    """All customers that are this person, this one first: whoever is linked, at one or more removes."""
    found = [customer]
    for one in found:
        if len(found) > MOST:
            break
        linked = (known.other for known in view.page(IDENTITIES_OF(customer=one), limit=MOST) if known.sort == SAME)
        found += [id for id in linked if id not in found]
    return found


def matter_of(view: View, sort: Sort, value: str, team: str) -> Case | None:
    """The one case that somebody goes on with who comes by another channel: they are known by this, proved by a
    colleague, and have one matter open in the team. None in all other cases: a weak sign joins nothing.
    """
    known = view.page(KNOWN_AS(sort=sort, value=value), limit=2) if value else ()
    if len(known) != 1:
        return None
    cases = (case for id in same_person(view, known[0].customer)
             for case in view.page(CUSTOMER_CASES(customer=id), limit=50))  # fmt: skip
    live = [case for case in cases if case.status != "solved" and not case.merged_into and not case.home]
    return live[0] if len(live) == 1 and live[0].team == team else None


def normal(sort: str, value: str) -> str:
    """A value as it is kept and compared. Raises `Refusal` for what is none of its sort."""
    value = " ".join(clean(value).split())
    if sort == "email":
        value = value.lower()
        if not _EMAIL.fullmatch(value):
            raise Refusal("{email} is not an e-mail address.", "email", email=value)
        return value
    if sort == "phone":
        digits = re.sub(r"[\s()./-]", "", value)
        digits = f"+{digits[2:]}" if digits.startswith("00") else digits
        if not re.fullmatch(r"\+?[0-9]{6,15}", digits):
            raise Refusal("{phone} is no telephone number. Write it like +49 30 1234567.", "phone", phone=value)
        return digits
    handle = value.removeprefix("@").casefold()
    if not handle:
        raise Refusal("Write the name that they have there.", "handle")
    return handle


def _reason(reason: str) -> str:
    told = clean(reason).strip()
    if not told:
        raise Refusal("Say why, in a few words: whoever reads the log later was not there.", "reason")
    return told


def _check_room(count: int) -> None:
    if count >= MOST:
        raise Refusal("A customer takes at most {limit} identities.", "too_many", limit=MOST)
