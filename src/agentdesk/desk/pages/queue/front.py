"""The list in its place: what the queue page shows before the parts for one open case are loaded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.list import ListPanel
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.frames import Pane


class QueueFront:
    """`widget` has the list, and room for the rest beside it: `furnish` brings it."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.list, self.work = ListPanel(desk, settings), Pane()
        self.widget = QSplitter(Qt.Orientation.Horizontal)
        self.widget.setHandleWidth(1)
        self.widget.setChildrenCollapsible(False)
        for part in (self.list, self.work, Pane()):
            self.widget.addWidget(part)
        self._stretch()
        self.list.setMinimumWidth(px("list") * 2 // 3)
        self.work.setMinimumWidth(420)
        self.widget.setSizes([px("list"), 690, px("assist")])
        remember_splitter(self.widget, settings, "queue")

    def _stretch(self) -> None:
        for at, stretch in enumerate((0, 1, 0)):
            self.widget.setStretchFactor(at, stretch)

    def furnish(self, work: QWidget, context: QWidget) -> None:
        """Put the open case and what stands beside it into their places; nothing moves by it."""
        widths = self.widget.saveState()  # not `sizes`: they are none before the window is laid out
        self.work.box.addWidget(work)
        room = self.widget.replaceWidget(2, context)
        if room is not None:
            room.deleteLater()
        context.show()
        self._stretch()
        self.widget.restoreState(widths)
