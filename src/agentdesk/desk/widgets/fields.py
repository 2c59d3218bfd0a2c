"""Fields: a search field with its key, and the sentence beside a field with bad input."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import QEvent, QMetaMethod, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.frames import restyle
from agentdesk.desk.widgets.labels import tip
from agentdesk.desk.widgets.paint import keycap_size, paint_keycap
from agentdesk.domain.kernel.values import longest


class SearchField(QLineEdit):
    """A line to search by; `key` is shown as a cap while it is empty and elsewhere is the focus. Escape empties it, and
    in an empty one tells `left`.
    """

    left = Signal()

    def __init__(self, name: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setClearButtonEnabled(True)
        self._make_room()

    def _make_room(self) -> None:
        """Room for the glass before the text."""
        self.setTextMargins(scaled(13) + 7, 0, 0, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._make_room()

    def event(self, event: QEvent) -> bool:
        """Escape is for this line first, whatever else the window would do at it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._goes_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._goes_back(event):
            super().keyPressEvent(event)
        elif self.text():
            self.clear()
        else:
            self.left.emit()

    def _goes_back(self, event: QKeyEvent) -> bool:
        heard = bool(self.text()) or self.isSignalConnected(QMetaMethod.fromSignal(self.left))
        return heard and event.key() == Qt.Key.Key_Escape and not event.modifiers()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), scaled(30)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        side, middle = scaled(13), self.height() // 2
        left = self.width() - 9 - side if self.isRightToLeft() else 9
        paint_icon(painter, QRect(left, middle - side // 2, side, side), "ph.magnifying-glass", "faint")
        if self._key and not self.text() and not self.hasFocus():
            size = keycap_size(self._key)
            at = 8 if self.isRightToLeft() else self.width() - size.width() - 8
            paint_keycap(painter, QRect(QPoint(at, (self.height() - size.height()) // 2), size), self._key)


def edged(found: QCompleter) -> QCompleter:
    """The same, and the list that it shows below a line has an edge: else nothing tells it from the page. It must know
    its line already.
    """
    if (popup := found.popup()) is not None:
        popup.setProperty("kind", "popup")
    return found


def show_wrong(field: QWidget, sentence: str) -> None:
    """Mark a field as wrong, with the reason as its tool tip and description; an empty sentence clears it."""
    restyle(field, wrong=bool(sentence))
    field.setToolTip(tip(sentence))
    field.setAccessibleDescription(sentence)


def hold_to(line: QLineEdit, cls: type[Struct], name: str, tell: Callable[[str], object] | None = None) -> None:
    """No more characters than a field of this type takes; what does not fit is not typed, and `tell` is told so."""
    most, told = longest(cls, name), tell or (lambda sentence: show_wrong(line, sentence))

    def full() -> None:
        if len(line.text().encode("utf-16-le", "surrogatepass")) // 2 >= most:  # it counts as the line does
            told(tr("It is full: at most {bound} characters fit.", bound=most))

    line.setMaxLength(most)
    line.inputRejected.connect(full)
    if tell is None:
        line.textEdited.connect(lambda _: show_wrong(line, ""))


class Choice(QComboBox):
    """A field to choose from a list, with a sign of ours for the list: the system's own has a raised edge."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = scaled(12)
        left = 7 if self.isRightToLeft() else self.width() - 7 - side
        paint_icon(QPainter(self), QRect(left, (self.height() - side) // 2, side, side), "ph.caret-down")


def choice(name: str) -> Choice:
    """A field to choose from a list; the list that opens has the same name for a screen reader."""
    made = Choice()
    made.setAccessibleName(name)
    made.view().setAccessibleName(name)
    return made
