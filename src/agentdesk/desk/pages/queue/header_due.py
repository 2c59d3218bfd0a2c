"""The chip that says what is due in a conversation; pressed, it explains how that was worked out."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import ICON, due_of
from agentdesk.desk.pages.queue.why_due import open_why
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.paint import chip_size, focus_ring, paint_chip
from agentdesk.domain.cases import Case


class DueChip(QPushButton):
    """A button that looks like a chip. Hidden while nothing is due."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._case, self._metric, self._tone = desk, "", "", "plain"
        self.setProperty("kind", "status")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("What is due"))
        self.clicked.connect(self.explain)
        self.hide()

    def show_case(self, case: Case) -> None:
        """What is due in this case now."""
        due = due_of(case, self._desk.now()) if case.status == "open" else None
        self._case, self._metric = case.id, case.due_what
        self.setVisible(due is not None)
        if due is None or (due.sentence, due.tone) == (self.text(), self._tone):
            return
        wider = chip_size(due.sentence, ICON).width() != self.sizeHint().width()
        self._tone = due.tone
        self.setText(due.sentence)
        self.setAccessibleName(tr("{due}. Why?", due=due.sentence))
        if wider:
            self.updateGeometry()

    def explain(self) -> None:
        """Show the arithmetic."""
        open_why(self._desk, self._case, self._metric, self)

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), ICON)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        paint_chip(painter, self.rect(), self.text(), self._tone, ICON)
        if self.hasFocus():
            focus_ring(painter, self.rect(), self.height() / 2)
