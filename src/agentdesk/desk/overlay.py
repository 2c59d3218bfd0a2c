"""A panel over the dimmed window: the palette and the cheat sheet are such panels."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from agentdesk.desk.theme import color


def paint_shadow(painter: QPainter, rect: QRect, radius: int = 12, depth: int = 14) -> None:
    """A soft shadow below a box, painted: a graphics effect would redraw the whole window."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("shadow", max(2, color("shadow").alpha() // depth)))
    for step in range(depth, 0, -1):
        painter.drawRoundedRect(rect.adjusted(-step, -step // 2, step, step + 4), radius + step, radius + step)
    painter.restore()


class Overlay(QWidget):
    """Covers its window, keeps keys and focus inside, closes on Escape or a click beside the panel."""

    closed = Signal()

    def __init__(self, window: QWidget, panel: QFrame, top: float = 0.135) -> None:
        super().__init__(window)
        self._window, self._panel, self._top = window, panel, top
        self._before: QWidget | None = None
        panel.setParent(self)
        window.installEventFilter(self)
        self.hide()

    def open(self, focus: QWidget) -> None:
        """Show the panel and give something in it the focus."""
        self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_panel(self) -> None:
        """Hide the panel; the focus goes back to where it was."""
        if self.isHidden():
            return
        self.hide()
        try:
            if self._before is not None:
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        except RuntimeError:  # the widget is gone meanwhile
            pass
        self._before = None
        self.closed.emit()

    def place(self) -> None:
        """Cover the window and put the panel at its place."""
        self.setGeometry(self._window.rect())
        room = self.height() - int(self.height() * self._top) - 40
        size = self._panel.sizeHint().boundedTo(self.size())
        width, height = min(size.width(), self.width() - 48), min(size.height(), room)
        self._panel.setGeometry((self.width() - width) // 2, int(self.height() * self._top), width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # nothing behind the panel hears a key
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._panel.geometry().contains(event.position().toPoint()):
            self.close_panel()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the panel."""
        inside = [
            child
            for child in self._panel.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled()
        ]
        now = QApplication.focusWidget()
        if not inside:
            return True
        at = inside.index(now) if now in inside else -1
        inside[(at + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("scrim"))
        paint_shadow(painter, self._panel.geometry())
