"""Noting, linking and taking back what a customer is known by: a dialog that asks how it was proved, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Customer, Identify, Identity, LinkCustomers, Unlink
from agentdesk.domain.cases.identities import PROOFS, SAME, SORTS
from agentdesk.domain.kernel import Command

SORT_WORDS = {
    "email": mark("E-mail address"),
    "phone": mark("Telephone"),
    "handle": mark("Name elsewhere"),
    SAME: mark("The same person"),
}
SORT_ICONS = {"email": "ph.envelope-simple", "phone": "ph.phone", "handle": "ph.at", SAME: "ph.link"}
PROOF_WORDS = {
    "said": mark("They said so themselves where we know them"),
    "code": mark("A code that we sent there came back"),
    "called": mark("We reached them there"),
    "document": mark("A contract or an order shows it"),
    "known": mark("A colleague knows them"),
}


class IdentityDialog(QDialog):
    """`other` is a customer to link; without one a value is typed. A refusal stands below, and nothing is lost."""

    def __init__(self, desk: Desk, customer: Customer, other: Customer | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = tr("Link two customers") if other is not None else tr("Known under something else")
        self.setWindowTitle(title)
        self.setMinimumWidth(scaled(420))
        self._desk, self._customer, self._other, self._new = desk, customer, other, desk.new_id()
        self.sort, self.value, self.how = choice(tr("What it is")), QLineEdit(), choice(tr("How it was proved"))
        self.reason, self.wrong = QLineEdit(), label("", "bad", wrap=True)
        self.save, cancel = Button(tr("Link them") if other else tr("Note it"), "primary"), Button(tr("Cancel"))
        for key in SORTS:
            self.sort.addItem(tr(SORT_WORDS[key]), key)
        for key in PROOFS:
            self.how.addItem(tr(PROOF_WORDS[key]), key)
        _named(self.value, tr("Address, number or name"), 200)
        _named(self.reason, tr("Why, in a few words"), 500)
        box = _box(self, "ph.link" if other else "ph.identification-card", title)
        box.addWidget(label(self._told(), "muted", wrap=True))
        for part in (self.sort, self.value, self.how, self.reason, self.wrong):
            box.addWidget(part)
        box.addWidget(spread(None, cancel, self.save))
        self.sort.setVisible(other is None)
        self.value.setVisible(other is None)
        self.wrong.hide()
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
        self.reason.returnPressed.connect(self._save)
        (self.value if other is None else self.reason).setFocus()

    def _told(self) -> str:
        name = words(self._customer.name) or tr("Without a name")
        if self._other is None:
            return tr("{name} is then found by it, and the log says who noted it and why.", name=name)
        return tr(
            "{name} and {other} are then shown as one person. Nothing of either changes: unlinking restores both.",
            name=name,
            other=words(self._other.name) or tr("Without a name"),
        )

    def wish(self) -> Command:
        """What is to be done, as it is typed."""
        how, reason = self.how.currentData(), self.reason.text()
        if self._other is not None:
            return LinkCustomers(
                identity=self._new, customer=self._customer.id, other=self._other.id, how=how, reason=reason
            )
        return Identify(
            identity=self._new,
            customer=self._customer.id,
            sort=self.sort.currentData(),
            value=self.value.text(),
            how=how,
            reason=reason,
        )

    def _save(self) -> None:
        why = self._desk.attempt(self.wish())
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        if not why:
            self.accept()


class TakeBackDialog(QDialog):
    """Who noted an identity, when, why and how it was proved; and the way to take it back."""

    def __init__(self, desk: Desk, identity: Identity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = tr(SORT_WORDS.get(identity.sort, identity.sort))
        self.setWindowTitle(title)
        self.setMinimumWidth(scaled(420))
        self._desk, self._identity = desk, identity
        self.reason, self.wrong = QLineEdit(), label("", "bad", wrap=True)
        self.take_back = Button(tr("Unlink") if identity.sort == SAME else tr("Take it back"), "danger")
        close = Button(tr("Close"))
        _named(self.reason, tr("Why it is not so, in a few words"), 500)
        box = _box(self, SORT_ICONS.get(identity.sort, "ph.link"), shown(desk, identity))
        told = tr("Noted by {name}, {time}.", name=person_name(desk.view, identity.by) or identity.by,
                  time=day_and_clock(identity.at, desk.now()))  # fmt: skip
        proof = tr(PROOF_WORDS.get(identity.how, identity.how))
        for text in (told, proof, words(identity.reason)):
            box.addWidget(label(text, "muted", wrap=True))
        may = desk.me.may("customer.update")
        for part in (self.reason, self.wrong):
            box.addWidget(part)
        box.addWidget(spread(None, close, self.take_back))
        self.reason.setVisible(may)
        self.take_back.setVisible(may)
        self.wrong.hide()
        close.clicked.connect(self.reject)
        self.take_back.clicked.connect(self._take_back)

    def _take_back(self) -> None:
        why = self._desk.attempt(Unlink(identity=self._identity.id, reason=self.reason.text()))
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        if not why:
            self.accept()


def shown(desk: Desk, identity: Identity) -> str:
    """What a customer is known by, in words."""
    if identity.sort != SAME:
        return words(identity.value)
    other = desk.view.get(Customer, identity.other)
    return (words(other.name) if other is not None else "") or tr("Another customer")


def open_dialog(dialog: QDialog) -> None:
    """Show it; it ends with the window it belongs to."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _named(line: QLineEdit, name: str, length: int) -> None:
    line.setAccessibleName(name)
    line.setPlaceholderText(name)
    line.setMaxLength(length)


def _box(dialog: QDialog, icon: str, title: str) -> QVBoxLayout:
    box = QVBoxLayout(dialog)
    box.setContentsMargins(20, 18, 20, 16)
    box.setSpacing(10)
    box.addWidget(spread(Icon(icon, "accent", 18), label(title, "title"), None))
    return box
