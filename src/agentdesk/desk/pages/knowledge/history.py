"""All versions of an article, and what is different between one and the one before it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.differing import differing
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.knowledge.words import day
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.frames import Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.domain.governed import EDITIONS, Document, Edition

MOST = 200
STATES = {
    "draft": mark("draft"),
    "review": mark("waits for a look"),
    "approved": mark("approved"),
    "published": mark("in force"),
    "replaced": mark("replaced"),
    "retired": mark("retired"),
}


class History(Pane):
    """`show_document` lists its versions, newest first; the chosen one is compared with the one it was made from."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._editions: list[Edition] = []
        self.which, self.view = choice(tr("Version")), PageView(tr("What has changed"))
        self._about = label("", "muted", wrap=True)
        self.box.setContentsMargins(18, 12, 18, 12)
        self.box.setSpacing(8)
        for part in (self.which, self._about):
            self.box.addWidget(part)
        self.box.addWidget(self.view, 1)
        self.which.currentIndexChanged.connect(lambda _: self._show())

    def show_document(self, document: Document) -> None:
        """The versions of this one."""
        self._editions = list(self._desk.view.page(EDITIONS(document=document.id), limit=MOST))
        self.which.blockSignals(True)
        self.which.clear()
        for one in self._editions:
            state, who = tr(STATES.get(one.state, one.state)), person_name(self._desk.view, one.by)
            number = tr("version {n}", n=one.number) if one.number else tr("in work")
            self.which.addItem(
                tr("{number}, {state}, {name}, {day}", number=number, state=state, name=who, day=day(one.at))
            )
        self.which.blockSignals(False)
        self._show()

    def _show(self) -> None:
        at = self.which.currentIndex()
        if not 0 <= at < len(self._editions):
            self.view.show_html("")
            return
        edition = self._editions[at]
        before = next((one for one in self._editions if one.id == edition.previous), None)
        before = before or next((one for one in self._editions[at + 1 :] if one.number), None)
        who = person_name(self._desk.view, edition.reviewer) if edition.reviewer else ""
        told = [
            words(edition.note),
            tr("Looked at by {name}: {words}", name=who, words=words(edition.answer)) if who else "",
        ]
        self._about.setText("\n".join(filter(None, told)))
        self.view.show_html(differing(words(before.text) if before else "", words(edition.text)))
