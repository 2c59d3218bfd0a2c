"""Inviting a laptop: for whom, and what it is called."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.fields import choice, show_wrong
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.devices import InviteDevice
from agentdesk.domain.people import PEOPLE

MOST = 10_000


class InvitePanel(Sheet):
    """`invited` tells the id of the laptop that is expected now; its code is asked for beside it."""

    invited = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(tr("Invite a laptop"), parent)
        self._desk = desk
        self.who, self.name = choice(tr("Person")), QLineEdit()
        self.who.setEditable(True)
        self.who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        if (line := self.who.lineEdit()) is not None:
            line.setPlaceholderText(tr("Choose a person"))
            line.setAccessibleName(tr("Person"))
            line.textEdited.connect(lambda _: self._say(""))
        self.name.setAccessibleName(tr("Name of the laptop"))
        self.name.setPlaceholderText(tr("Name of the laptop"))
        self.name.setMaxLength(100)
        self.wrong = label("", "bad", wrap=True)
        self.wrong.hide()
        self.go = Button(tr("Invite"), "primary", "ph.plus")
        self.go.clicked.connect(self.invite)
        self.name.returnPressed.connect(self.invite)
        told = tr("The code lets one laptop in, once, within seven days. Hand it over in person or by phone.")
        self.add(label(tr("Invite a laptop"), "title"), label(told, "muted", wrap=True))
        self.add(self.who, self.name, self.wrong, spread(self.go, None))
        self.box.addStretch(1)

    def fill(self) -> None:
        """Everybody who works here; whoever was chosen stays chosen."""
        kept, typed = self.who.currentData(), self.who.currentText()
        self.who.clear()
        for person in self._desk.view.page(PEOPLE(), limit=MOST):
            self.who.addItem(person.name, person.id)
        self.who.setCurrentIndex(self.who.findData(kept) if kept else -1)
        if not kept:
            self.who.setEditText(typed)
        found = QCompleter(self.who.model(), self.who)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        self.who.setCompleter(found)

    def invite(self) -> None:
        """Expect it; what is wrong stands under the fields, and nothing that was typed is lost."""
        at = self.who.findText(self.who.currentText().strip(), Qt.MatchFlag.MatchFixedString)
        if at < 0:
            self._say(tr("Nobody here is called that. Choose a name from the list."))
            self.who.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        device = self._desk.new_id()
        why = self._desk.attempt(
            InviteDevice(device=device, person=str(self.who.itemData(at)), name=self.name.text().strip())
        )
        self._say(why)
        if not why:
            self.name.clear()
            self.invited.emit(device)

    def _say(self, sentence: str) -> None:
        show_wrong(self.who, sentence)
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
