"""From when until when an approved version is to hold, as days that somebody types."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from agentdesk.desk.conditions.typing import moment
from agentdesk.desk.texts import tr
from agentdesk.desk.typed import read
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label


class Timing(Card):
    """`ask` shows it; `then` gets both moments (ms, UTC; 0 for none) and gives back what is wrong with them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._then: Callable[[int, int], str] = lambda since, until: ""
        self.since, self.until = Field(tr("Holds from")), Field(tr("Holds until"))
        self.since.line.setPlaceholderText(tr("at once"))
        self.until.line.setPlaceholderText(tr("without an end"))
        self.done, self.stop = Button(tr("Publish"), "primary"), Button(tr("Cancel"))
        for part in (
            label(tr("When is it to hold?"), "strong"), self.since, self.until,
            label(tr("Write a day like 2026-12-01, or with a time: 2026-12-01 9:00."), "muted", wrap=True),
            spread(None, self.stop, self.done),
        ):  # fmt: skip
            self.box.addWidget(part)
        self.done.clicked.connect(self._press)
        self.stop.clicked.connect(self.hide)
        for field in (self.since, self.until):
            field.line.returnPressed.connect(self._press)
        self.hide()

    def ask(self, then: Callable[[int, int], str]) -> None:
        """Ask for both."""
        self._then = then
        for field in (self.since, self.until):
            field.line.clear()
            field.show_wrong("")
        self.show()
        self.since.line.setFocus()

    def _press(self) -> None:
        since, until = read(self.since, _or_none), read(self.until, _or_none)
        if since is None or until is None:
            return
        wrong = self._then(since, until)
        self.until.show_wrong(wrong)
        if not wrong:
            self.hide()


def _or_none(text: str) -> int:
    return moment(text) if text else 0
