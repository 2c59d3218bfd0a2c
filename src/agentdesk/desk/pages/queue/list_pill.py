"""What moved while one was reading, offered over the list; the rows below stay where they are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QAbstractItemView

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button


class Pill(Button):
    """Floats at the top of the list."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__("", "primary", "ph.arrows-down-up", parent=view)
        self._view = view
        view.installEventFilter(self)
        self.hide()
        self.show_count(0)

    def show_count(self, count: int) -> None:
        """So many rows wait to move; none hides it."""
        self.setText(tr("{n} moved", n=count))
        self.setAccessibleName(tr("Show what moved: {n}", n=count))
        self.setVisible(count > 0)
        if count:
            self._place()

    def _place(self) -> None:
        self.resize(self.sizeHint())
        self.move(QPoint((self._view.width() - self.width()) // 2, 8))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
