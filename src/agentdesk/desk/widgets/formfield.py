"""A line to type in, with its name above and, when it is wrong, a sentence below."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.fields import hold_to, show_wrong
from agentdesk.desk.widgets.labels import label


class Field(QFrame):
    """A line with its name above and, when it is wrong, a sentence below."""

    def __init__(self, name: str, text: str = "", hidden: bool = False) -> None:
        super().__init__()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        self.line = QLineEdit(text)
        self.line.setAccessibleName(name)
        self.line.setMinimumHeight(scaled(32))
        if hidden:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._wrong = label(role="bad", wrap=True)
        self._wrong.hide()
        title = label(name, "small")
        title.setBuddy(self.line)
        for part in (title, self.line, self._wrong):
            box.addWidget(part)
        self.line.textEdited.connect(lambda _: self.show_wrong(""))

    def text(self) -> str:
        """What was typed."""
        return self.line.text().strip()

    def hold_to(self, cls: type[Struct], name: str) -> None:
        """No more characters than a field of this type takes."""
        hold_to(self.line, cls, name, self.show_wrong)

    def show_wrong(self, sentence: str) -> None:
        """What is wrong with it; empty if nothing is."""
        show_wrong(self.line, sentence)
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def stop(self, sentence: str) -> None:
        """Say what is wrong, and let the person type it anew."""
        self.show_wrong(sentence)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()
