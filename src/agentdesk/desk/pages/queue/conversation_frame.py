"""How the parts of a conversation lie: head, banner, what is found, timeline, guard, composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from agentdesk.desk.widgets.labels import hairline

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.conversation import ConversationPanel


def lay_out(panel: ConversationPanel, empty: QWidget) -> QStackedLayout:
    """Put them into the panel; the first page is what is shown while no case is open."""
    work = QWidget()
    box = QVBoxLayout(work)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(0)
    guard = QVBoxLayout()
    guard.setContentsMargins(18, 6, 18, 6)
    guard.addWidget(panel.card)
    for part in (panel.header, panel.banner, panel.finding):
        box.addWidget(part)
    box.addWidget(panel.timeline, 1)
    box.addLayout(guard)
    box.addWidget(hairline())
    box.addWidget(panel.composer)
    stack = QStackedLayout(panel)
    stack.addWidget(empty)
    stack.addWidget(work)
    return stack
