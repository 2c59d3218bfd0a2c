"""How a line may go on, in faint ink behind the caret: there to be taken by a key, gone with the next sign typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QTextCharFormat
from PySide6.QtWidgets import QTextEdit

from agentdesk.assist.frames import Finished
from agentdesk.desk.desk import Desk
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color

SETTING = "work.ghost"
PAUSE_MS, MOST_TYPED = 150, 200


class Ghost(QObject):
    """Of one field. `shown`: a `Finished` is on the screen; `taken`: it, and the text before it was put in.

    `wanted` says whether what is written there is for a customer: set from outside, as `follow` tells the settings.
    """

    shown, taken = Signal(object), Signal(object, str)

    def __init__(self, field: QTextEdit, desk: Desk) -> None:
        super().__init__(field)
        self._field, self._desk, self._on, self.wanted = field, desk, True, False
        self._asked, self._found = 0, Finished(0)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        field.textChanged.connect(self._typed)
        field.cursorPositionChanged.connect(self._moved)
        desk.assist.finished.connect(self._came)

    def follow(self, settings: Settings) -> None:
        """As the person has chosen."""
        self._on = settings.flag(SETTING)
        settings.changed.connect(self._chosen)

    def _chosen(self, key: str, value: object) -> None:
        if key == SETTING:
            self._on = bool(value)
            self.hide()

    @property
    def rest(self) -> str:
        """What is shown."""
        return self._found.rest

    def hide(self) -> None:
        """Show nothing, and wait for nothing."""
        self._pause.stop()
        self._asked = 0
        if self._found.rest:
            self._show(Finished(0))

    def _show(self, found: Finished) -> None:
        self._found = found
        self._field.setAccessibleDescription(tr("Tab goes on: {words}", words=found.rest) if found.rest else "")
        self._field.viewport().update()

    def _moved(self) -> None:
        """The caret stands elsewhere. It moves with each sign too, after that was typed: the pause goes on."""
        self._asked = 0
        if self.rest:
            self._show(Finished(0))

    def _typed(self) -> None:
        self.hide()
        if self._on and self.wanted and self._field.hasFocus():
            self._pause.start()

    def _line(self) -> str:
        """What stands before the caret, if that is at the end of a line; else nothing."""
        cursor = self._field.textCursor()
        whole = not cursor.hasSelection() and cursor.atBlockEnd() and not self._field.isReadOnly()
        return cursor.block().text()[-MOST_TYPED:] if whole else ""

    def _ask(self) -> None:
        if line := self._line():
            self._asked = self._desk.assist.finish(line)

    def _came(self, found: Finished) -> None:
        if found.number == self._asked and self._asked and found.rest and self._line():
            self._show(found)
            self.shown.emit(found)

    # --- Keys and paint ---

    def press(self, event: QEvent) -> bool:
        """Whether this key was for it: takes it, or lets it go."""
        if not self.rest or not isinstance(event, QKeyEvent) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        keys = (Qt.Key.Key_Tab, self._forward())
        if event.type() == QEvent.Type.ShortcutOverride:
            if event.key() in (*keys, Qt.Key.Key_Escape):
                event.accept()
                return True
            return False
        if event.type() != QEvent.Type.KeyPress or event.key() not in (*keys, Qt.Key.Key_Escape):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            self._take()
        return True

    def _forward(self) -> Qt.Key:
        leads_left = self._field.textCursor().block().layout().textOption().textDirection()
        return Qt.Key.Key_Left if leads_left == Qt.LayoutDirection.RightToLeft else Qt.Key.Key_Right

    def _take(self) -> None:
        found, before = self._found, self._field.toPlainText()
        self.hide()
        cursor = self._field.textCursor()
        cursor.beginEditBlock()  # a step of its own for undoing
        cursor.insertText(found.rest, QTextCharFormat())
        cursor.endEditBlock()
        self._field.ensureCursorVisible()
        self.taken.emit(found, before)

    def paint(self) -> None:
        """After the field itself: behind the caret, as much as fits on the line."""
        if not self.rest:
            return
        caret, area = self._field.cursorRect(), self._field.viewport().rect()
        painter = QPainter(self._field.viewport())
        painter.setPen(color("faint"))
        painter.setFont(self._field.currentFont())
        ink = painter.fontMetrics()
        if self._forward() == Qt.Key.Key_Left:
            words = ink.elidedText(self.rest, Qt.TextElideMode.ElideRight, caret.left())
            start = QPoint(caret.left() - ink.horizontalAdvance(words), caret.top() + ink.ascent())
        else:
            words = ink.elidedText(self.rest, Qt.TextElideMode.ElideRight, area.right() - caret.right())
            start = QPoint(caret.right(), caret.top() + ink.ascent())
        painter.drawText(start, words)
        painter.end()
