"""Part of the context zone: what else the customer is known by, and who may be the same person, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.context_parts import Line, Section
from agentdesk.desk.pages.queue.identities import (
    SORT_WORDS,
    IdentityDialog,
    TakeBackDialog,
    open_dialog,
    shown,
)
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import IDENTITIES_OF, Case, Customer, Identity
from agentdesk.domain.cases.identities import KNOWN_AS, MOST, SAME
from agentdesk.domain.cases.likeness import ENOUGH, Known, likeness, tokens
from agentdesk.domain.kernel import Masked

SUGGESTED, LOOKED_AT = 3, 20
SIGN_WORDS = {
    "email": mark("the same e-mail address"),
    "phone": mark("the same telephone"),
    "handle": mark("the same name elsewhere"),
    "name": mark("a like name"),
    "spelled": mark("the name is in the address"),
    "before": mark("the same word before the @"),
    "house": mark("an address at the same company"),
}


class IdentitiesSection(Section):
    """Each line opens what is behind it; a suggestion links nothing by itself."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Known as"))
        self._desk, self._customer = desk, ""
        self._rows, self.add = QVBoxLayout(), Button(tr("Add…"), "link")
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)
        self.box.addWidget(spread(self.add, None))
        self.add.setAccessibleName(tr("Add what the customer is known by"))
        self.add.clicked.connect(self._add)

    def show_case(self, case: Case) -> None:
        """What is known now; hidden where nothing is and nothing can be noted."""
        customer = self._desk.view.get(Customer, case.customer)
        self._customer = case.customer
        found = list(self._desk.view.page(IDENTITIES_OF(customer=case.customer), limit=MOST)) if customer else []
        may = customer is not None and self._desk.me.may("customer.update")
        if self.fresh((customer, found, may)):
            empty(self._rows)
            for one in found:
                self._line(one)
            for other, signs in suggestions(self._desk, customer, found) if customer is not None and may else ():
                self._suggest(other, signs)
        self.add.setVisible(may)
        self.setVisible(bool(found) or may)

    def _line(self, one: Identity) -> None:
        what = tr(SORT_WORDS.get(one.sort, one.sort))
        text = tr("{value} · {what}", value=shown(self._desk, one), what=what)
        self._rows.addWidget(Line(text, text, lambda: open_dialog(TakeBackDialog(self._desk, one, self.window()))))

    def _suggest(self, other: Customer, signs: Sequence[str]) -> None:
        why = ", ".join(tr(SIGN_WORDS[sign]) for sign in signs if sign in SIGN_WORDS)
        name = words(other.name) or tr("Without a name")
        whole = tr("Perhaps also {name}: {why}", name=name, why=why)
        self._rows.addWidget(Line(tr("Perhaps also {name}", name=name), whole, lambda: self._open(other)))
        self._rows.addWidget(label(why, "caption", wrap=True))

    def _add(self) -> None:
        self._open(None)

    def _open(self, other: Customer | None) -> None:
        customer = self._desk.view.get(Customer, self._customer)
        if customer is not None:
            open_dialog(IdentityDialog(self._desk, customer, other, self.window()))


def suggestions(desk: Desk, customer: Customer, known: Sequence[Identity]) -> list[tuple[Customer, list[str]]]:
    """Customers on this laptop who may be this person, the likeliest first; what is hidden here suggests nothing."""
    mine, linked = _known(customer, known), {one.other for one in known if one.sort == SAME}
    found = []
    for other in _candidates(desk, customer, known):
        if other.id == customer.id or other.id in linked or other.region != customer.region:
            continue
        theirs = _known(other, desk.view.page(IDENTITIES_OF(customer=other.id), limit=MOST))
        points, signs = likeness(mine, theirs)
        if points >= ENOUGH:
            found.append((points, other, signs))
    found.sort(key=lambda one: (-one[0], one[1].id))
    return [(other, signs) for _, other, signs in found[:SUGGESTED]]


def _candidates(desk: Desk, customer: Customer, known: Sequence[Identity]) -> list[Customer]:
    """Those who share a word of the name or of the address, or something that they are known by."""
    asked = {word for word in tokens(_plain(customer.name)) if len(word) > 2}
    asked |= {_plain(customer.email).partition("@")[0]}
    asked |= {_plain(one.value).partition("@")[0] for one in known if one.sort == "email"}
    listed = {one.id: one for word in sorted(filter(None, asked)) for one in desk.find(Customer, word, LOOKED_AT)}
    for one in known:
        if one.sort != SAME and _plain(one.value):
            for same in desk.view.page(KNOWN_AS(sort=one.sort, value=one.value), limit=LOOKED_AT):
                other = desk.view.get(Customer, same.customer)
                if other is not None:
                    listed.setdefault(other.id, other)
    return list(listed.values())


def _known(customer: Customer, known: Sequence[Identity]) -> Known:
    def of(sort: str) -> tuple[str, ...]:
        return tuple(filter(None, (_plain(one.value) for one in known if one.sort == sort)))

    return Known(
        _plain(customer.name), (*filter(None, (_plain(customer.email),)), *of("email")), of("phone"), of("handle")
    )


def _plain(value: str) -> str:
    return "" if Masked.spans(value) else value
