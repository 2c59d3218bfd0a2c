"""A button for what cannot be taken back: the first press asks, the second one does it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button

ARMED_MS = 8_000


class Sure(Button):
    """`confirmed` comes with the second press. Whoever waits too long or goes elsewhere is asked anew."""

    confirmed = Signal()

    def __init__(self, text: str, kind: str = "danger", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, kind, icon, parent=parent)
        self._word, self._name = text, text
        self._armed = QTimer(self, singleShot=True, interval=ARMED_MS)
        self._armed.timeout.connect(self.disarm)
        self.clicked.connect(self._press)

    def about(self, name: str) -> None:
        """Of what it is: said to a screen reader, as several such buttons have the same word."""
        self._name = tr("{word}: {name}", word=self._word, name=name)
        self.disarm()

    @property
    def armed(self) -> bool:
        """Whether the next press does it."""
        return self._armed.isActive()

    def disarm(self) -> None:
        """Ask anew."""
        self._armed.stop()
        self.setText(self._word)
        self.setAccessibleName(self._name)
        self.updateGeometry()

    def _press(self) -> None:
        if self.armed:
            self.disarm()
            self.confirmed.emit()
            return
        self._armed.start()
        self.setText(tr("Press again to go through with it"))
        self.setAccessibleName(tr("Press again to go through with it"))
        self.updateGeometry()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.disarm()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.disarm()
