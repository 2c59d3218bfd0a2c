"""The mouse in a timeline: selects words, follows links, presses what can be pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QMouseEvent, QTextCursor
from PySide6.QtWidgets import QToolTip

from agentdesk.desk.pages.queue.timeline_layout import Laid, Spot
from agentdesk.desk.pages.queue.timeline_text import link_tip

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.timeline import Timeline


class Hand:
    """Keeps what is selected: a stretch of one entry's text."""

    def __init__(self, view: Timeline) -> None:
        self._view = view
        self._key = ""
        self._from = self._to = 0
        self._pressed = False

    def clear(self) -> None:
        """Nothing is selected."""
        self._key, self._from, self._to, self._pressed = "", 0, 0, False

    def selection(self, key: str) -> tuple[int, int] | None:
        """The selected stretch of an entry."""
        return (self._from, self._to) if key == self._key and self._from != self._to else None

    def selected_text(self) -> str:
        """The selected words."""
        row = self._view.entries.row_of(self._key)
        if row < 0 or self._from == self._to:
            return ""
        document = self._view.sight.laid_at(row)[1].document
        if document is None:
            return ""
        cursor = QTextCursor(document)
        cursor.setPosition(self._from)
        cursor.setPosition(self._to, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n")

    # --- Events ---

    def press(self, event: QMouseEvent) -> None:
        """Begin to select, and make the entry the current one."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self.clear()
        laid, point = self._under(event)
        if laid is not None:
            self._view.setCurrentIndex(self._view.indexAt(event.position().toPoint()))
            self._key, self._pressed = laid.item.key, True
            self._from = self._to = _position(laid, point)
        self._view.viewport().update()

    def move(self, event: QMouseEvent) -> None:
        """Select further, or show what is under the pointer."""
        laid, point = self._under(event)
        if self._pressed and laid is not None and laid.item.key == self._key:
            self._to = _position(laid, point)
            self._view.viewport().update()
            return
        spot, address = (_spot(laid, point), _link(laid, point)) if laid is not None else (None, "")
        words = laid is not None and laid.bubble.contains(point)
        hand, beam = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.IBeamCursor
        shape = hand if spot or address else beam if words else Qt.CursorShape.ArrowCursor
        self._view.viewport().setCursor(shape)
        tip = link_tip(address) if address else spot.tip if spot else ""
        QToolTip.showText(event.globalPosition().toPoint(), tip, self._view.viewport()) if tip else QToolTip.hideText()

    def release(self, event: QMouseEvent) -> None:
        """A click that selected nothing presses what is there."""
        pressed, self._pressed = self._pressed, False
        laid, point = self._under(event)
        if not pressed or laid is None or self._from != self._to or laid.item.key != self._key:
            return
        if spot := _spot(laid, point):
            self._view.acted.emit(spot.action, spot.target)
        elif address := _link(laid, point):
            QDesktopServices.openUrl(QUrl(address, QUrl.ParsingMode.StrictMode))

    def double(self, event: QMouseEvent) -> None:
        """Select a word."""
        laid, point = self._under(event)
        if laid is None or laid.document is None or not laid.bubble.contains(point):
            return
        cursor = QTextCursor(laid.document)
        cursor.setPosition(_position(laid, point))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self._key, self._from, self._to = laid.item.key, cursor.selectionStart(), cursor.selectionEnd()
        self._view.viewport().update()

    def _under(self, event: QMouseEvent) -> tuple[Laid | None, QPointF]:
        row = self._view.sight.row_at(event.position().y())
        if row < 0 or event.type() == QEvent.Type.Leave:
            return None, QPointF()
        top, laid = self._view.sight.laid_at(row)
        return laid, event.position() - QPointF(0, top)


def _position(laid: Laid, point: QPointF) -> int:
    """The place in the text nearest to a point."""
    if laid.document is None:
        return 0
    inside = point - laid.text_at
    return max(0, laid.document.documentLayout().hitTest(inside, Qt.HitTestAccuracy.FuzzyHit))


def _link(laid: Laid, point: QPointF) -> str:
    return laid.document.documentLayout().anchorAt(point - laid.text_at) if laid.document is not None else ""


def _spot(laid: Laid, point: QPointF) -> Spot | None:
    return next((spot for spot in laid.spots if spot.area.contains(point)), None)
