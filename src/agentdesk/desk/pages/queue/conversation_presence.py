"""Who else is at a case: colleagues who look or write, the customer who writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_items import Item
from agentdesk.desk.pages.queue.timeline_said import spoken
from agentdesk.desk.texts import tr
from agentdesk.domain.people import Person
from agentdesk.sync.presence import Seen


def announce(widget: QWidget, desk: Desk, items: Iterable[Item], after: int) -> None:
    """Have a screen reader say what a customer has just written."""
    for item in items:
        if item.message is not None and item.message.seq > after and item.message.kind == "customer":
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, spoken(item, desk)[:500]))


class Others(NamedTuple):
    """Sentences: what colleagues do, whether one of them writes, what the customer does."""

    colleagues: str
    writing: bool
    customer: str


def others_at(desk: Desk, case: str) -> Others:
    """Who else is at this case just now."""
    typing, viewing = desk.typing(case), desk.viewing(case)
    writers = [seen for seen in typing if _colleague(desk, seen)]
    lookers = [seen for seen in viewing if _colleague(desk, seen) and seen.who not in {w.who for w in writers}]
    customers = [seen for seen in typing if seen.who != desk.me.id and not _colleague(desk, seen)]
    customer = tr("{name} is typing…", name=customers[0].name or tr("The customer")) if customers else ""
    if writers:
        return Others(_sentence(writers, _WRITES), True, customer)
    return Others(_sentence(lookers, _LOOKS), False, customer)


_WRITES = (
    lambda **w: tr("{name} is writing a reply", **w),
    lambda **w: tr("{name} and {other} are writing replies", **w),
    lambda **w: tr("{name} and {n} others are writing replies", **w),
)
_LOOKS = (
    lambda **w: tr("{name} is looking", **w),
    lambda **w: tr("{name} and {other} are looking", **w),
    lambda **w: tr("{name} and {n} others are looking", **w),
)


def _sentence(people: Sequence[Seen], forms: Sequence[object]) -> str:
    if not people:
        return ""
    name, other = people[0].name, people[1].name if len(people) > 1 else ""
    form = forms[min(len(people), 3) - 1]
    return str(form(name=name, other=other, n=len(people) - 1))  # type: ignore[operator]


def _colleague(desk: Desk, seen: Seen) -> bool:
    return seen.who != desk.me.id and desk.view.get(Person, seen.who) is not None
