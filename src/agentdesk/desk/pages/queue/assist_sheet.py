"""The source of a suggestion, whole, over the conversation: what it says, which version, how old."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from agentdesk.assist.frames import Card
from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.labels import label

OPENED_AS = {"article": "document", "post": "topic", "case": "case"}


def open_source(desk: Desk, card: Card, over: QWidget) -> QDialog:
    """Show it; where it has a page of its own one can go on there."""
    dialog = QDialog(over.window())
    dialog.setWindowTitle(card.title or tr("Source"))
    dialog.resize(scaled(560), scaled(420))
    text = QPlainTextEdit(card.text)
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setAccessibleName(tr("What the source says"))
    box, row = QVBoxLayout(dialog), QHBoxLayout()
    box.addWidget(label(card.title, "title", wrap=True))
    state = tr("version {n}", n=card.version) if card.kind in ("macro", "article") else ""
    since = day_and_clock(card.at, desk.now()) if card.at else ""
    box.addWidget(label(" · ".join(filter(None, (state, since))), "small"))
    box.addWidget(text, 1)
    close = Button(tr("Close"), "primary")
    close.clicked.connect(dialog.accept)
    row.addStretch(1)
    if card.kind in OPENED_AS:
        page = Button(tr("Open its page"))
        page.clicked.connect(dialog.accept)
        page.clicked.connect(lambda: desk.open(OPENED_AS[card.kind], card.source.partition(":")[2]))
        row.addWidget(page)
    row.addWidget(close)
    box.addLayout(row)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
