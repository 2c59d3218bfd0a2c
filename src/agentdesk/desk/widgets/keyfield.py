"""A field for a key: press it, then press the key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.keys import MODIFIERS, pressed
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled


class KeyField(QPushButton):
    """Shows a key. After a click (or Enter) the next key pressed is `asked` for; Backspace asks for none, Esc stops."""

    asked = Signal(str)

    def __init__(self, name: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._listening = name, False
        self.setProperty("kind", "key")
        self.clicked.connect(self._listen)
        self.show_key(key)

    def show_key(self, key: str) -> None:
        """The key in force."""
        self._key, self._listening = key, False
        self.setText(cap(key) or "–")
        self.setAccessibleName(tr("Key for {name}: {key}", name=self._name, key=cap(key) or tr("none")))

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(max(hint.width(), scaled(96)), hint.height())

    def _listen(self) -> None:
        self._listening = True
        self.setText(tr("Press a key…"))

    def event(self, event: QEvent) -> bool:
        if self._listening and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if self._listening and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._hear(event)
            return True
        return super().event(event)

    def _hear(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in MODIFIERS:
            return
        self.show_key(self._key)
        if key != Qt.Key.Key_Escape:
            self.asked.emit("" if key == Qt.Key.Key_Backspace else pressed(event))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_key(self._key)
