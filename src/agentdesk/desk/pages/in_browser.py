"""While somebody is in the browser: what to do there, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.front import CardPage
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label


class InBrowserPage(CardPage):
    """`again` asks to open the page once more, `cancelled` to wait no longer."""

    again = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(width=400, parent=parent)
        self.open_again, self.back = Button(tr("Open it again")), Button(tr("Cancel"), "quiet")
        self.open_again.clicked.connect(self.again)
        self.back.clicked.connect(self.cancelled)
        words = tr("AgentDesk has opened a page in your browser and waits until you are done there.")
        for part in (
            spread(Icon("ph.browser", "accent", 26), label(tr("Go on in your browser"), "title"), None, spacing=10),
            label(words, "muted", wrap=True),
            spread(self.open_again, self.back, None),
        ):
            self.card.box.addWidget(part)

    def shown(self) -> None:
        """Put the focus where one goes on."""
        self.open_again.setFocus()
