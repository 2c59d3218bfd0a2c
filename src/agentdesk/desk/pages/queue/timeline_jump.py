"""The button that goes to the newest message, with the count of what came in meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.timeline import Timeline


class JumpButton(Button):
    """Floats over the timeline's lower edge while one has scrolled up."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(tr("Newest"), icon="ph.arrow-down", parent=timeline)
        self._timeline = timeline
        self.hide()

    def show_new(self, count: int, wanted: bool) -> None:
        """Show or hide it; `count` messages have come in below."""
        text = tr("{n} new", n=count) if count else tr("Newest")
        if self.text() != text:
            self.setText(text)
            name = tr("Go to the newest message, {n} new", n=count) if count else tr("Go to the newest message")
            self.setAccessibleName(name)
        self.setVisible(wanted)
        if wanted:
            self.place()

    def place(self) -> None:
        """In the middle above the lower edge."""
        self.resize(self.sizeHint())
        area = self._timeline.viewport().geometry()
        self.move(QPoint(area.center().x() - self.width() // 2, area.bottom() - self.height() - 10))
        self.raise_()
