"""The preview: what is being written as it will be read, in place of the field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_rich import dress, paint_bars
from agentdesk.desk.pages.queue.timeline_text import document_of
from agentdesk.desk.rich import rich
from agentdesk.desk.texts import tr


class Preview(QTextEdit):
    """Shows a text. Escape is left to whoever showed it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setReadOnly(True)
        self.setProperty("kind", "bare")
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName(tr("Preview"))
        self.hide()

    def show_text(self, text: str, note: bool, height: int) -> None:
        """Show this, as high as the field was."""
        shown = rich(text, self._desk.view if note else None)
        made = document_of(shown.words or tr("Nothing is written yet."), shown.names, shown.hidden)
        dress(made, shown.words, shown.looks, shown.lines)
        made.setParent(self)
        self.setDocument(made)  # the one before goes with that
        self.setFixedHeight(max(height, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        paint_bars(painter, self.document())
        painter.end()
        super().paintEvent(event)
