"""A new question: what was asked before is offered while it is typed; a case's data is covered."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.attaching import FilesText, FileStrip
from agentdesk.desk.covers import covered_from
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.typed import parts
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Header, Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.domain.cases import MESSAGES, Case
from agentdesk.domain.forum import Ask, Topic

PAUSE_MS, NEW, RECENT = 150, "post:new", 50


class Asker(Pane):
    """A new question: duplicates are offered while it is typed; what comes from a case is covered first."""

    asked = Signal(str)
    same_chosen = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._case = desk, ""
        self.header, self.post = Header(tr("Ask colleagues")), Button(tr("Ask"), "primary")
        self.name, self.space, self.tags = Field(tr("Your question in one line")), Field(tr("Space")), Field(tr("Tags"))
        self.name.hold_to(Ask, "title")
        self.space.hold_to(Ask, "space")
        self.text, self.wrong, self.same = FilesText(), label("", "bad", wrap=True), PageView(tr("Asked before"))
        self.strip, self.attach = FileStrip(desk), Button(tr("Attach files"), icon="ph.paperclip")
        self.text.setAccessibleName(tr("What you want to know"))
        self.text.setTabChangesFocus(True)
        self.same.setMaximumHeight(scaled(120))
        body = Pane()
        body.box.setContentsMargins(18, 14, 18, 14)
        body.box.setSpacing(8)
        buttons = spread(self.attach, None, self.post)
        for part in (self.name, self.same, self.text, self.strip, self.space, self.tags, self.wrong, buttons):
            body.box.addWidget(part)
        self.box.addWidget(self.header)
        self.box.addWidget(body, 1)
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._later.timeout.connect(self.look)
        self.name.line.textChanged.connect(lambda _: self._later.start())
        self.text.textChanged.connect(self._typed)
        self.text.files_given.connect(self.strip.take)
        self.text.picture_given.connect(self.strip.take_picture)
        self.strip.wrong.connect(self.wrong.setText)
        self.attach.clicked.connect(self.strip.choose)
        self.post.clicked.connect(self.ask)
        self.same.followed.connect(lambda address: self.same_chosen.emit(address.partition(":")[2]))

    def begin(self, case: Case | None = None) -> None:
        """A question from nowhere, with what was typed before; or from a case."""
        if self._case != (case.id if case is not None else ""):
            self.strip.clear()  # files of one question do not go with another
        self._case = case.id if case is not None else ""
        draft = self._desk.drafts.get(self._case or NEW, "post")
        text = draft.text if draft is not None else ""
        if case is not None:
            self.name.line.setText(covered_from(self._desk, case, case.subject))
            text = text or covered_from(self._desk, case, self._asked(case))
        with QSignalBlocker(self.text):  # what nobody has typed is no draft
            self.text.setPlainText(text)
        self.wrong.setText("")
        self.look()
        self.name.line.setFocus()

    def _asked(self, case: Case) -> str:
        """What the customer said last: what a case shows in lists may be our own answer."""
        said = self._desk.view.page(MESSAGES(case=case.id), limit=RECENT)
        return next((one.text for one in said if one.kind == "customer"), case.preview)

    def look(self) -> None:
        """What was asked before that is like it."""
        asked = f"{self.name.text()} {self.text.toPlainText()[:300]}"
        found = [one for one in self._desk.alike(Topic, asked, 5) if one.state != "hidden"] if asked.strip() else []
        items = "".join(f'<li><a href="act:{escape(one.id)}">{escape(words(one.title))}</a></li>' for one in found)
        self.same.setVisible(bool(found))
        self.same.show_html(f"<p>{escape(tr('Asked before:'))}</p><ul>{items}</ul>" if found else "")

    def ask(self) -> None:
        """Post it; it stays if it cannot be."""
        topic, tags = self._desk.new_id(), parts(self.tags.text())[:10]
        case = self._desk.view.get(Case, self._case) if self._case else None
        text, title = (covered_from(self._desk, case, one) for one in (self.text.toPlainText(), self.name.text()))
        wish = Ask(topic=topic, post=self._desk.new_id(), space=self.space.text(), title=title, text=text, tags=tags,
                   case=self._case, files=self.strip.files())  # fmt: skip
        why = self._desk.attempt(wish)
        self.wrong.setText(why)
        if not why:
            self.name.line.clear()
            self.strip.clear()
            self.text.clear()  # its draft goes with it; those of other cases, and of none, are left
            self.asked.emit(topic)

    def _typed(self) -> None:
        self._later.start()
        text, at = self.text.toPlainText(), self.text.textCursor().position()
        self._desk.drafts.typed(self._case or NEW, "post", text, at)
