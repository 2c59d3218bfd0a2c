"""How the parts of a conversation lie: head, banner, what is found, timeline, guard, composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from agentdesk.desk.widgets.labels import hairline

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.conversation import ConversationPanel


IDLE, AT_WORK = 0, 1


def lay_out(panel: ConversationPanel, empty: QWidget) -> QStackedLayout:
    """Put them into the panel; the first page is what is shown while no case is open. The banner stands on both."""
    idle, work = QWidget(), QWidget()
    blank, box = _column(idle), _column(work)
    blank.addWidget(empty, 1)
    guard = QVBoxLayout()
    guard.setContentsMargins(18, 6, 18, 6)
    guard.addWidget(panel.card)
    for part in (panel.header, panel.finding):
        box.addWidget(part)
    box.addWidget(panel.timeline, 1)
    box.addLayout(guard)
    box.addWidget(hairline())
    box.addWidget(panel.composer)
    stack = QStackedLayout(panel)
    stack.addWidget(idle)
    stack.addWidget(work)
    turn_to(panel, stack, IDLE)
    return stack


def turn_to(panel: ConversationPanel, stack: QStackedLayout, page: int) -> None:
    """Show a page, with the banner on it: below the head of a case."""
    stack.setCurrentIndex(page)
    shown = stack.currentWidget()
    column = shown.layout() if shown is not None else None
    if isinstance(column, QVBoxLayout) and column.indexOf(panel.banner) < 0:
        column.insertWidget(page, panel.banner)


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column
