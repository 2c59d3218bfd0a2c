"""Revealing what is hidden: what, what for and why; the answer is shown for a minute, and the wish is logged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, hidden_fields
from agentdesk.desk.pages.queue.timeline import Timeline
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice, show_wrong
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.calls import Call
from agentdesk.domain.cases import Case, Customer, Message
from agentdesk.domain.kernel import Record, spec_of
from agentdesk.domain.masking import PURPOSES

WORDS = {
    "identify": mark("To make sure who the customer is"),
    "reach": mark("To reach the customer"),
    "payment": mark("To settle a payment or a refund"),
    "care": mark("To keep somebody from harm"),
    "complaint": mark("To look into a complaint"),
    "law": mark("To fulfil a duty by law"),
}
FIELDS = {
    ("customer", "name"): mark("The customer's name"),
    ("customer", "email"): mark("The customer's e-mail address"),
    ("case", "subject"): mark("The subject"),
    ("case", "customer_name"): mark("The customer's name"),
    ("message", "text"): mark("The message"),
    ("message", "author_name"): mark("Who wrote the message"),
    ("call", "number"): mark("The telephone number of the call"),
    ("attachment", "digest"): mark("The file"),
    ("attachment", "name"): mark("The name of the file"),
}


class Target(NamedTuple):
    """A hidden value: the record's kind and id, the field, and its class of data."""

    kind: str
    id: str
    field: str
    data_class: str

    def title(self) -> str:
        """What it is, in words."""
        return tr(FIELDS[self.kind, self.field]) if (self.kind, self.field) in FIELDS else class_word(self.data_class)


def targets_of(*records: Record | None) -> list[Target]:
    """What is hidden of these records and can be asked for by name."""
    found: list[Target] = []
    for record in filter(None, records):
        kind, hidden = spec_of(record).kind, dict(hidden_fields(record))
        found += [
            Target(kind, record.id, field, hidden[field]) for of, field in FIELDS if of == kind and field in hidden
        ]
    return found


def targets_in(desk: Desk, case_id: str, message_id: str = "") -> list[Target]:
    """What is hidden in a case and of one of its messages, as far as somebody may have it revealed."""
    if not desk.me.may("field.reveal"):
        return []
    case = desk.view.get(Case, case_id)
    customer = desk.view.get(Customer, case.customer) if case is not None else None
    message = desk.view.get(Message, message_id) if message_id else None
    call = desk.view.get(Call, message_id) if message_id else None
    found = targets_of(message, call, customer, case)
    if customer is not None:
        found = [target for target in found if (target.kind, target.field) != ("case", "customer_name")]
    return found


class RevealDialog(QDialog):
    """Asks what for and why; stays open with the reason beside the field if the server says no."""

    def __init__(self, desk: Desk, targets: Sequence[Target], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._targets = desk, targets
        self._over = False
        self.setWindowTitle(tr("Reveal"))
        self.setMinimumWidth(scaled(400))
        self.what, self.purpose, self.reason = choice(tr("What")), choice(tr("What for")), QLineEdit()
        self.wrong = label("", "bad", wrap=True)
        self.reveal, cancel = Button(tr("Reveal"), "primary", "ph.eye"), Button(tr("Cancel"))
        self.reason.setAccessibleName(tr("Why"))
        self.what.addItems([target.title() for target in targets])
        self.what.currentIndexChanged.connect(self._fill_purposes)
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(tr("Why you need to see it, in a few words"))
        self.reveal.clicked.connect(self._ask)
        self.reason.returnPressed.connect(self._ask)
        cancel.clicked.connect(self.reject)
        self._lay_out(cancel)
        self._fill_purposes()
        self.reason.setFocus()

    def _lay_out(self, cancel: QWidget) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        box.addWidget(spread(Icon("ph.eye", "accent", 18), label(tr("See what is hidden"), "title"), None))
        told = tr("It is shown for one minute. That you saw it, and why, is written to the audit log.")
        box.addWidget(label(told, "muted", wrap=True))
        for part in (self.what, self.purpose, self.reason, self.wrong):
            box.addWidget(part)
        self.what.setVisible(len(self._targets) > 1)
        self.wrong.hide()
        box.addWidget(spread(None, cancel, self.reveal))

    def _fill_purposes(self) -> None:
        """Only what covers the chosen value can be chosen."""
        data_class = self._target().data_class
        self.purpose.clear()
        for purpose, covers in PURPOSES.items():
            if data_class == "free" or data_class in covers:
                self.purpose.addItem(tr(WORDS[purpose]), purpose)

    def _target(self) -> Target:
        return self._targets[max(0, self.what.currentIndex())]

    def done(self, result: int) -> None:
        """It is closed; an answer that still comes finds nobody."""
        self._over = True
        super().done(result)

    def _ask(self) -> None:
        if not self.reveal.isEnabled():
            return
        target = self._target()
        self.reveal.setEnabled(False)
        place = (target.kind, target.id, target.field)
        self._desk.revealed.ask(place, self.purpose.currentData(), self.reason.text(), self._answered)

    def _answered(self, sentence: str) -> None:
        if self._over:
            return
        self.reveal.setEnabled(True)
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
        show_wrong(self.reason, sentence)
        if not sentence:
            self.accept()


class Hidden:
    """What is hidden in the open case, and the way to have it revealed."""

    def __init__(self, desk: Desk, timeline: Timeline, case: Callable[[], str], parent: QWidget) -> None:
        self._desk, self._timeline, self._case, self._parent = desk, timeline, case, parent

    def targets(self, message: str = "") -> list[Target]:
        """What may be revealed: first of this message, or of the one on which one stands."""
        index = self._timeline.currentIndex()
        item = self._timeline.entries.items[index.row()] if index.isValid() else None
        current = item.message.id if item is not None and item.message is not None else ""
        return targets_in(self._desk, self._case(), message or current)

    def reveal(self, message: str = "") -> None:
        """Ask for one of them; only of a message, if one is named."""
        found = [target for target in self.targets(message) if message in ("", target.id)]
        open_reveal(self._desk, found, self._parent)


def open_reveal(desk: Desk, targets: Sequence[Target], parent: QWidget) -> RevealDialog | None:
    """Show the dialog, if there is anything to reveal; it ends with the window it belongs to."""
    if not targets:
        return None
    dialog = RevealDialog(desk, targets, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
