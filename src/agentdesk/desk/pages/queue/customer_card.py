"""The customer's card: name, address, language and tier, to be corrected by those who may."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QDialog, QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word
from agentdesk.desk.pages.queue.header import LANGUAGES, language_name
from agentdesk.desk.pages.queue.identities import open_dialog
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.tiers import known_tiers
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice, edged
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case, Customer, SetTier, UpdateCustomer
from agentdesk.domain.kernel import Command, Masked

ICON = "ph.identification-card"


def may_open(desk: Desk, case_id: str | None) -> bool:
    """Whether there is something that this person may correct."""
    case = desk.view.get(Case, case_id) if case_id else None
    known = case is not None and not case.home and desk.view.get(Customer, case.customer) is not None
    return known and (desk.me.may("customer.update") or desk.me.may("customer.tier"))


def open_card(desk: Desk, case_id: str, parent: QWidget | None = None) -> None:
    """The card of the customer of a case."""
    case = desk.view.get(Case, case_id)
    customer = desk.view.get(Customer, case.customer) if case is not None else None
    if customer is not None:
        open_dialog(CustomerCard(desk, customer, parent))


class CustomerCard(QDialog):
    """What is hidden here stays as it is. A refusal stands below, and nothing that was typed is lost."""

    def __init__(self, desk: Desk, customer: Customer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Customer"))
        self.setMinimumWidth(scaled(420))
        self._desk, self._customer = desk, customer
        self.name, self.email = Field(tr("Name")), Field(tr("E-mail address"))
        self.language, self.tier = choice(tr("Language")), Field(tr("Tier"))
        self.wrong, self.save = label("", "bad", wrap=True), Button(tr("Save"), "primary")
        cancel = Button(tr("Cancel"))
        for field, value, name in ((self.name, customer.name, "name"), (self.email, customer.email, "email")):
            field.hold_to(UpdateCustomer, name)
            _show(field.line, value)
        self._fill_languages()
        self.tier.hold_to(SetTier, "tier")
        self.tier.line.setText(customer.tier)
        self._offer_tiers()
        updates, tiers = desk.me.may("customer.update"), desk.me.may("customer.tier")
        for part in (self.name, self.email, self.language):
            part.setEnabled(updates)
        self.tier.setEnabled(tiers)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        box.addWidget(spread(Icon(ICON, "accent", 18), label(tr("Customer"), "title"), None))
        title = label(tr("Language"), "small")
        for one in (self.name, self.email, title, self.language, self.tier, self._told(tiers), self.wrong):
            box.addWidget(one)
        box.addWidget(spread(None, cancel, self.save))
        self.wrong.hide()
        cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self._save)
        (self.tier if tiers else self.name).line.setFocus()

    def _fill_languages(self) -> None:
        now = self._customer.language
        for code in dict.fromkeys(filter(None, ("" if now in LANGUAGES else now, *LANGUAGES))):
            self.language.addItem(language_name(code), code)
        if not now:
            self.language.insertItem(0, tr("not known"), "")
        self.language.setCurrentIndex(max(0, self.language.findData(now)))

    def _offer_tiers(self) -> None:
        found = edged(QCompleter(known_tiers(self._desk.view), self))
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        if (popup := found.popup()) is not None:
            popup.setAccessibleName(tr("Suggestions"))
        self.tier.line.setCompleter(found)

    def _told(self, tiers: bool) -> QWidget:
        region = self._customer.region
        where = tr("Region: {region}.", region=region) if region else ""
        say = tr("Open conversations go by the times of the tier from now on. Empty takes it away.") if tiers else \
            tr("Seniors and supervisors say by which tier somebody is served.")  # fmt: skip
        return label(" ".join(filter(None, (where, say))), "muted", wrap=True)

    def wishes(self) -> list[Command]:
        """What is to be done, as it is typed; nothing for what stays."""
        old, found = self._customer, list[Command]()
        name = self.name.text() if self.name.line.isEnabled() else ""
        email = self.email.text() if self.email.line.isEnabled() else ""
        language = str(self.language.currentData() or "")
        if self.name.isEnabled() and (name or old.name, email or old.email, language) != (
            old.name, old.email, old.language,
        ):  # fmt: skip
            found.append(UpdateCustomer(customer=old.id, name=name, email=email, language=language))
        if self.tier.isEnabled() and self.tier.text() != old.tier:
            found.append(SetTier(customer=old.id, tier=self.tier.text()))
        return found

    def _save(self) -> None:
        for wish in self.wishes():
            why = self._desk.attempt(wish)
            self.wrong.setText(why)
            self.wrong.setVisible(bool(why))
            if why:
                self.adjustSize()  # a sentence of several lines would take its room from the fields
                return
        self.accept()


def _show(line: QLineEdit, value: str) -> None:
    """A value as it is; what is hidden can be neither read nor written here."""
    hidden = bool(Masked.spans(value))
    line.setEnabled(not hidden)
    line.setText("" if hidden else value)
    line.setPlaceholderText(class_word(Masked.read(value)) if hidden else "")
