"""Whether a case or a message is what somebody looks for, by what whoever looks may see of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from ..cases import ATTACHMENTS, NEVER, Case, Customer, FileText, Message, ReadMark, unread
from ..cases.attention import own_id
from ..cases.thread import CALL
from ..cases.tiers import is_of
from ..kernel import Asked, Masked, Record
from ..kernel.terms import Term, says, tokens
from ..people import Person
from .sought import Filter, Sought

R = TypeVar("R", bound=Record)
URGENT, HIGH = 3, 2


class Seen(Protocol):
    """Records as whoever looks may see them: what is hidden from them is hidden in these."""

    def get(self, cls: type[R], id: str) -> R | None: ...
    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]: ...


class Eyes(msgspec.Struct, frozen=True):
    """Who looks, when (UTC ms), and at what."""

    me: str
    now: int
    seen: Any


class Hit(msgspec.Struct, frozen=True):
    """Something found: a message of a case, what stands in a file of it, or the case itself. `number` is its place in
    the index it came from.
    """

    case: Case
    message: Message | None = None
    number: int = 0
    file: FileText | None = None

    @property
    def said(self) -> str:
        """The text that was found."""
        if self.file is not None:
            return self.file.text
        return self.message.text if self.message is not None else self.case.subject


def fits(hit: Hit, sought: Sought, eyes: Eyes) -> bool:
    """Whether all filters let it pass and nothing is said that must not be. That it says what it must is known."""
    unwanted = [term for term in sought.terms if term.without]
    if unwanted and not says(hit.said, unwanted):
        return False
    return all(passes(one, hit, eyes) for one in sought.filters)


def passes(one: Filter, hit: Hit, eyes: Eyes) -> bool:
    """Whether one filter lets it pass."""
    test = _TESTS.get(one.field)
    return test is None or any(test(value, hit, eyes) for value in one.values) is not one.without


def is_called(name: str, wanted: str) -> bool:
    """Whether a name or an address has words that begin so, side by side. What is masked is called nothing."""
    return says(name, (Term(wanted, starts=True),))


def _is_customer(value: str, hit: Hit, eyes: Eyes) -> bool:
    customer = eyes.seen.get(Customer, hit.case.customer)
    names = (hit.case.customer_name, *((customer.name, customer.email) if customer is not None else ()))
    return any(is_called(name, value) for name in names)


def _is_person(value: str, id: str, eyes: Eyes) -> bool:
    if value == "me":
        return bool(id) and id == eyes.me
    person = eyes.seen.get(Person, id) if id else None
    return person is not None and (is_called(person.name, value) or is_called(person.email, value))


def _from(value: str, hit: Hit, eyes: Eyes) -> bool:
    message = hit.message
    if message is None or message.kind == "customer":
        return value != "me" and _is_customer(value, hit, eyes)
    return _is_person(value, message.author, eyes)


def _to(value: str, hit: Hit, eyes: Eyes) -> bool:
    message = hit.message
    if message is not None and message.kind == "note":
        return any(_is_person(value, id, eyes) for id in message.mentions)
    if message is not None and message.kind == "reply":
        return value != "me" and _is_customer(value, hit, eyes)
    answered = message is None and hit.case.out_seq > 0 and value != "me" and _is_customer(value, hit, eyes)
    return answered or _is_person(value, hit.case.assignee, eyes)


def _tag(value: str, hit: Hit, _eyes: Eyes) -> bool:
    wanted = _plain(value)
    return any(_plain(tag) == wanted for tag in hit.case.tags if not Masked.spans(tag))


def _plain(text: str) -> list[str]:
    return [word for word, _, _ in tokens(text)] or [text.casefold()]


def _is(value: str, hit: Hit, eyes: Eyes) -> bool:
    return _STATES[value](hit, eyes) if value in _STATES else False


def _is_unread(hit: Hit, eyes: Eyes) -> bool:
    return bool(unread(hit.case, eyes.seen.get(ReadMark, own_id(eyes.me, hit.case.id))))


def _kind(*kinds: str) -> Callable[[Hit, Eyes], bool]:
    return lambda hit, _eyes: hit.message is not None and hit.message.kind in kinds


_STATES: dict[str, Callable[[Hit, Eyes], bool]] = {
    "open": lambda hit, _: hit.case.status == "open",
    "snoozed": lambda hit, _: hit.case.status == "snoozed",
    "solved": lambda hit, _: hit.case.status == "solved",
    "mine": lambda hit, eyes: hit.case.assignee == eyes.me,
    "unassigned": lambda hit, _: not hit.case.assignee and hit.case.status == "open",
    "unread": _is_unread,
    "overdue": lambda hit, eyes: hit.case.status == "open" and 0 < hit.case.due < min(eyes.now, NEVER),
    "urgent": lambda hit, _: hit.case.priority == URGENT,
    "high": lambda hit, _: hit.case.priority >= HIGH,
    "note": _kind("note"),
    "reply": _kind("reply"),
    "customer": _kind("customer"),
    "call": _kind(CALL),
}


def _when(hit: Hit) -> int:
    return hit.message.at if hit.message is not None else hit.case.opened_at


def _before(value: str, hit: Hit, _eyes: Eyes) -> bool:
    return value.isdecimal() and _when(hit) < int(value)


def _after(value: str, hit: Hit, _eyes: Eyes) -> bool:
    return value.isdecimal() and _when(hit) >= int(value)


def _in(value: str, hit: Hit, _eyes: Eyes) -> bool:
    where, _, name = value.partition(":")
    if where == "team":
        return hit.case.team == name
    if where == "channel":
        called = name == "phone" and hit.message is not None and hit.message.kind == CALL
        return called or hit.case.channel == name
    if where == "notes":
        return hit.message is not None and hit.message.kind == "note"
    if where == "files":
        return hit.file is not None
    return hit.message is None if where == "subject" else where in ("here", "archive")


def _has(value: str, hit: Hit, eyes: Eyes) -> bool:
    if hit.message is not None:
        return hit.message.files > 0
    return bool(eyes.seen.page(ATTACHMENTS(case=hit.case.id), limit=1))


_TESTS: dict[str, Callable[[str, Hit, Eyes], bool]] = {
    "from": _from,
    "to": _to,
    "tag": _tag,
    "tier": lambda value, hit, _eyes: bool(value) and is_of(hit.case.customer_tier, (value,)),
    "is": _is,
    "before": _before,
    "after": _after,
    "in": _in,
    "has": _has,
}
