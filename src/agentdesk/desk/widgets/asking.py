"""One line that an act needs before it is done: why it comes back, what is missing, why it did not help."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label


class Asking(Card):
    """`ask` shows it; `then` gives back the sentence that is wrong with what was typed, or nothing if it was done. It
    may ask for the next line itself.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._then: Callable[[str], str] = lambda _: ""
        self.title, self.field = label(role="strong", wrap=True), Field(tr("In a few words"))
        self.done, self.stop = Button(tr("Note it"), "primary"), Button(tr("Cancel"))
        for part in (self.title, self.field, spread(None, self.stop, self.done)):
            self.box.addWidget(part)
        self.done.clicked.connect(self._press)
        self.stop.clicked.connect(self.hide)
        self.field.line.returnPressed.connect(self._press)
        self.hide()

    def ask(self, title: str, button: str, then: Callable[[str], str]) -> None:
        """Ask for a line."""
        self._then = then
        self.title.setText(title)
        self.done.setText(button)
        self.done.setAccessibleName(button)
        self.field.line.clear()
        self.field.show_wrong("")
        self.show()
        self.field.line.setFocus()

    def _press(self) -> None:
        then = self._then
        wrong = then(self.field.text())
        if wrong:
            self.field.show_wrong(wrong)
        elif self._then is then:  # it may have asked for something more
            self.hide()
