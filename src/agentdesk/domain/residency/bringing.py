"""Taking in what another region tells: its stubs come, change and go here only as they do there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..cases import FOLLOWERS, Attachment, Case, Conversation, Customer, Follow, Message
from ..cases.walking import every
from ..kernel import (
    SHARES,
    Actor,
    Change,
    Command,
    Name,
    Put,
    Record,
    Refusal,
    Remove,
    Share,
    View,
    command,
    home_of,
    need,
)
from ..kernel.records import RECORDS
from ..kernel.values import ID_PATTERN
from ..people import Team, TeamId
from .checking import stub
from .records import KEPT_CASES, KEPT_CUSTOMERS, Neighbour, here, region_word

AT_ONCE = 25
"""Cases that go in one transaction when a region begins anew."""
Position = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Key = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]*$")]


class End(msgspec.Struct, frozen=True):
    """A record that is no more in its home."""

    kind: Literal["customer", "case", "conversation", "message", "attachment"]
    id: Annotated[str, Meta(pattern=ID_PATTERN)]
    how: Literal["deleted", "erased"]


@command("residency.begin", "system", mirrors=True)
class BeginStubs(Command, frozen=True):
    """A region begins to tell, or begins anew: all that was here of it goes, some at a time. Repeated until it is done.

    With an empty `key` nothing is told afterwards.
    """

    home: Name
    key: Annotated[str, Meta(max_length=100)] = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        home = _stranger(view, self.home)
        old = view.get(Neighbour, home)
        if old is not None and self.key and old.key == self.key:
            return
        cases = view.page(KEPT_CASES(home=home), limit=AT_ONCE)
        customers = [] if len(cases) == AT_ONCE else view.page(KEPT_CUSTOMERS(home=home), limit=AT_ONCE)
        for case in cases:
            yield Remove(Case, case.id)
        for customer in customers:
            yield Remove(Customer, customer.id)
        if len(cases) == AT_ONCE or len(customers) == AT_ONCE:
            yield Put(Neighbour(home, "server", 0, "", 0, now))
        elif self.key:
            yield Put(Neighbour(home, "server", 0, self.key, 0, now))
        elif old is not None:
            yield Remove(Neighbour, home)


@command("residency.keep", "system", mirrors=True)
class KeepStubs(Command, frozen=True):
    """What has changed in a region after its revision `after`, up to `to` if this is the `last` of it: as it may be
    seen here, and shown to a team. Taken only if all before it has been taken.
    """

    home: Name
    key: Key
    after: Position
    to: Position
    last: bool
    team: TeamId
    customers: tuple[Customer, ...] = ()
    cases: tuple[Case, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    ends: tuple[End, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        home = _stranger(view, self.home)
        told = view.get(Neighbour, home)
        if told is None or (told.key, told.at) != (self.key, self.after) or self.to < self.after:
            raise Refusal("The region {region} goes on from another place than was reached.", "place", region=home)
        need(view, Team, self.team, "There is no such team.")
        for end in self.ends:
            yield from _ended(view, end, home)
        for record in (*self.customers, *self.cases, *self.conversations, *self.messages, *self.attachments):
            self._check_place(view, record, home)
            yield Put(stub(record, home, self.team))
        yield Put(Neighbour(home, "server", 0, self.key, self.to if self.last else self.after, now))

    def _check_place(self, view: View, record: Record, home: str) -> None:
        """A stub takes no other record's place, and hangs on stubs of its own region alone."""
        if (old := view.get(type(record), record.id)) is not None and home_of(view, old) != home:
            raise _collides()
        match record:
            case Case():
                if all(one.id != record.customer for one in self.customers):
                    _check_stub(view, Customer, record.customer, home)
                if record.merged_into and view.get(Case, record.merged_into) is not None:  # commands would follow it
                    _check_stub(view, Case, record.merged_into, home)
            case Conversation() | Message() | Attachment():
                if all(one.id != record.case for one in self.cases):
                    _check_stub(view, Case, record.case, home)


def _stranger(view: View, told: str) -> str:
    """The region that tells; it is not this one."""
    home = region_word(told)
    if not here(view):
        raise Refusal("Nobody has said in which region this server stands. The operator says it.", "region")
    if home == here(view):
        raise Refusal("Another server stands in the region {region} already.", "region", region=home)
    return home


def _check_stub(view: View, cls: type[Customer | Case], id: str, home: str) -> None:
    found = view.get(cls, id)
    if found is None or found.home != home:
        raise _collides()


def _collides() -> Refusal:
    return Refusal("What the other region has sent belongs to something else here.", "collides")


def _ended(view: View, end: End, home: str) -> Iterable[Change]:
    """What is not that region's to end stays."""
    found = view.get(RECORDS[end.kind].cls, end.id)
    if found is None or home_of(view, found) != home:
        return
    yield Remove(RECORDS[end.kind].cls, end.id, "everywhere" if end.how == "erased" else "deleted")
    if isinstance(found, Case):
        for follow in every(view, FOLLOWERS(case=found.id)):
            yield Remove(Follow, follow.id)
        for share in every(view, SHARES(kind="case", record=found.id)):
            yield Remove(Share, share.id)
