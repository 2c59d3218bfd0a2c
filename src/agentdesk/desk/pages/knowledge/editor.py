"""Writing an article: fields, text with a preview beside it, what is like it already, links that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QMenu, QVBoxLayout, QWidget

from agentdesk.desk.answers import VARIABLES
from agentdesk.desk.attaching import FilesText
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.illustrated import Illustrated
from agentdesk.desk.pages.knowledge.picturing import Picturing
from agentdesk.desk.pages.knowledge.words import AUDIENCES, RULES, as_read, title_of
from agentdesk.desk.texts import tr
from agentdesk.desk.typed import parts
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.beside import beside
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.governed import Begin, Document, Draft, Edition, LibraryFile
from agentdesk.domain.governed.files import file_at, stands_in
from agentdesk.domain.governed.writing import Submit
from agentdesk.domain.kernel import Command, View
from agentdesk.domain.knowledge import ARTICLE, HELP_PAGES, Article, article_at, article_of
from agentdesk.text.markdown import links_of

PAUSE_MS = 250
NEW = "article:new"
KIND = "article"
TOP = ("#", "#top")
"""Where every page begins; no other place in a page has a name."""
LISTS = ("tags", "regions", "products", "tiers")


class Start(NamedTuple):
    """What a new article begins with."""

    title: str = ""
    text: str = ""
    case: str = ""
    of: str = ""
    language: str = "en"
    article: Article = Article()


class Editor(Pane):
    """`begin` for a new one, `show_document` for the next version; `saved` tells the document's id."""

    saved = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._document: Document | None = None
        self._start = Start()
        self.header, self.verdict = Header(tr("Write")), Verdict()
        self.name, self.language = Field(tr("Title")), Field(tr("Language"))
        self.category = Field(tr("Category"))
        self.name.hold_to(Begin, "title")
        self.language.hold_to(Begin, "language")
        self.lists = dict(zip(LISTS, map(Field, (tr("Tags"), tr("Regions"), tr("Products"), tr("Tiers"))), strict=True))
        self.audience, self.rule = choice(tr("For whom")), choice(tr("Looked at"))
        self.text, self.preview, self.asking = FilesText(), PageView(tr("Preview")), Asking()
        self.pictures = Picturing(desk, self.text, self.asking)
        self._shown = Illustrated(desk, self.preview, self._show, self.pictures.files)
        self.preview.pictures = self._shown.found
        self.same, self.links = label("", "muted", wrap=True), label("", "bad", wrap=True)
        self.save, self.cancel = Button(tr("Save the draft"), "primary", "ph.floppy-disk"), Button(tr("Back"))
        self.hand_in, self.variables = Button(tr("Save and hand in")), IconButton("ph.brackets-curly", tr("Variable"))
        self.picture = IconButton("ph.image", tr("Put in pictures"))
        self._later = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._lay_out()
        self._later.timeout.connect(self.look)
        self.text.textChanged.connect(self._typed)
        self.text.files_given.connect(self.pictures.take)
        self.text.picture_given.connect(self.pictures.take_picture)
        self.picture.clicked.connect(self.pictures.choose)
        self.name.line.textEdited.connect(lambda _: self._later.start())
        self.save.clicked.connect(self.keep)
        self.hand_in.clicked.connect(lambda: self.keep(hand_in=True))
        self.cancel.clicked.connect(self.left)

    def _lay_out(self) -> None:
        for id, title in AUDIENCES.items():
            self.audience.addItem(tr(title), id)
        for rule, title in RULES.items():
            self.rule.addItem(tr(title), rule)
        self.text.setAccessibleName(tr("Text in Markdown"))
        self.text.setPlaceholderText(
            tr("Write in Markdown. A quote that begins with [!agents] is seen by agents only.")
        )
        self.text.setTabChangesFocus(True)
        self.header.add(self.cancel, self.variables, self.picture, self.hand_in, self.save)
        self.variables.setMenu(QMenu(self.variables))
        self.variables.setPopupMode(self.variables.ToolButtonPopupMode.InstantPopup)
        for name, title in VARIABLES.items():
            self.variables.menu().addAction(tr(title)).triggered.connect(partial(self._insert, name))
        fields, form = QWidget(), QGridLayout()
        fields.setLayout(form)
        form.setContentsMargins(18, 12, 18, 8)
        form.addWidget(self.name, 0, 0, 1, 3)
        form.addWidget(self.category, 0, 3)
        for column, field in enumerate(self.lists.values()):
            form.addWidget(field, 1, column)
        bottom = Qt.AlignmentFlag.AlignBottom  # on one line with a field below a title
        form.addLayout(_titled(tr("For whom"), self.audience), 2, 0, 1, 2, bottom)
        form.addLayout(_titled(tr("Looked at"), self.rule), 2, 2, bottom)
        form.addWidget(self.language, 2, 3)
        notes = QWidget()
        told = QGridLayout(notes)
        told.setContentsMargins(18, 0, 18, 8)
        for row, part in enumerate((self.verdict, self.asking, self.same, self.links)):
            told.addWidget(part, row, 0)
        self.box.addWidget(self.header)
        self.box.addWidget(fields)
        self.box.addWidget(notes)
        both = beside(self.text, self.preview, (480, 480), (220, 220))
        both.setStretchFactor(1, 1)  # a small window takes from each
        self.box.addWidget(both, 1)

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._shown.stop()

    # --- What is written ---

    def begin(self, start: Start) -> None:
        """A new article, or a translation; what was being written comes back if nothing else is given."""
        self._document, self._start = None, start
        draft = self._desk.drafts.get(self._key(), KIND)
        text = draft.text if draft is not None and (start.of or not start.text) else start.text
        self._fill(start.title, text, start.article, start.language)
        self.rule.setEnabled(True)

    def show_document(self, document: Document) -> None:
        """The next version of one: from what is in work, or from what holds; or what was being written here."""
        self._document = document
        work = self._desk.view.get(Edition, document.working) if document.working else None
        draft = self._desk.drafts.get(document.id, KIND)
        source = work if work is not None else document
        details = msgspec.structs.replace(document, details=source.details)
        self._fill(words(source.title), draft.text if draft is not None else words(source.text), article_of(details),
                   document.language)  # fmt: skip
        at = self.rule.findData(document.rule)
        self.rule.setCurrentIndex(max(0, at))
        self.rule.setEnabled(False)

    def _fill(self, title: str, text: str, article: Article, language: str) -> None:
        self.verdict.clear()
        self.pictures.begin(self._key())
        self.header.show_title(title or tr("New article"))
        self.name.line.setText(title)
        self.language.line.setText(language)
        self.language.line.setEnabled(self._document is None)
        self.category.line.setText(article.category)
        for name, field in self.lists.items():
            field.line.setText(", ".join(getattr(article, name)))
        for field in (self.name, self.category, *self.lists.values()):
            field.line.home(False)  # what is longer than its place shows how it begins
        self.audience.setCurrentIndex(self.audience.findData(article.audience))
        blocked = self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.blockSignals(blocked)
        self.look()

    def _typed(self) -> None:
        self._desk.drafts.typed(self._key(), KIND, self.text.toPlainText(), self.text.textCursor().position())
        self._later.start()

    def _insert(self, variable: str) -> None:
        """Put a variable where one writes: it is filled in when the article goes to a customer."""
        self.text.insertPlainText("{" + variable + "}")
        self.text.setFocus()

    def _key(self) -> str:
        if self._document is not None:
            return self._document.id
        return f"{NEW}:{self._start.of}" if self._start.of else NEW

    def look(self) -> None:
        """Show the page as it will be, what is like it, and which links lead nowhere."""
        text = self.text.toPlainText()
        self._show()
        asked = f"{self.name.text()} {text[:400]}"
        found = self._desk.alike(Document, asked, 4) if asked.strip() else ()
        names = [title_of(one) for one in found if one.id != self._key() and one.state != "retired"][:3]
        self.same.setText(tr("Like it already: {titles}", titles=", ".join(names)) if names else "")
        wrong = wrong_links(text, self._desk.view, self._known)
        self.links.setText(tr("These links lead nowhere: {links}", links=", ".join(wrong[:5])) if wrong else "")

    def _show(self) -> None:
        self.preview.show_html(as_read(self.text.toPlainText(), self._shown.html), stay=True)

    # --- Keeping it ---

    def keep(self, hand_in: bool = False) -> bool:
        """Save it as a draft, and ask for a look at it. False, with a sentence, if it cannot be saved."""
        edition = self._desk.new_id()
        wish = self._wish(edition)
        why = self._desk.attempt(wish)
        if why:
            self.verdict.show_state("bad", tr("Not saved"), why)
            return False
        if hand_in:  # it is saved by now, whatever comes of this: a second press must not begin it anew
            self._desk.do(Submit(edition=edition))
        self._desk.drafts.discard(self._key(), KIND)
        self.pictures.saved()
        self.saved.emit(wish.document if isinstance(wish, Begin | Draft) else "")
        return True

    def _wish(self, edition: str) -> Command:
        title, text, details = self.name.text(), self.text.toPlainText(), self._details()
        document = self._document
        if document is None:
            of = self._desk.view.get(Document, self._start.of) if self._start.of else None
            return Begin(
                document=self._desk.new_id(), edition=edition, register=ARTICLE, title=title, text=text,
                details=details, language=self.language.text() or ("" if self._start.of else "en"), of=self._start.of,
                of_number=of.number if of is not None else 0, rule=str(self.rule.currentData()), case=self._start.case,
                files=self.pictures.named(),
            )  # fmt: skip
        original = self._desk.view.get(Document, document.of) if document.of else None
        return Draft(
            document=document.id, edition=edition, title=title, text=text, details=details, previous=document.holds,
            instead=document.working, of_number=original.number if original is not None else 0,
            files=self.pictures.named(),
        )  # fmt: skip

    def _known(self, picture: str) -> bool:
        """Whether a picture is one of this article, or comes with it."""
        found, document = self._desk.view.get(LibraryFile, picture), self._document
        id, of = (document.id, document.of) if document is not None else ("", self._start.of)
        return picture in self.pictures.files or (found is not None and stands_in(found, id, of))

    def _details(self) -> str:
        lists = {name: parts(field.text()) for name, field in self.lists.items()}
        made = Article(audience=self.audience.currentData(), category=self.category.text(), **lists)
        return msgspec.json.encode(made).decode()


def _titled(title: str, field: QWidget) -> QVBoxLayout:
    """A choice below its title, as other fields are."""
    both = QVBoxLayout()
    both.setSpacing(4)
    both.addWidget(label(title, "small"))
    both.addWidget(field)
    return both


def wrong_links(text: str, view: View, picture: Callable[[str], bool] = lambda _: False) -> list[str]:
    """Links of a text that lead nowhere: to no host, to an article that is not there, to a picture (its id) that is
    none of this article's.
    """
    return [link for link in links_of(text) if _leads_nowhere(link, view, picture)]


def _leads_nowhere(link: str, view: View, picture: Callable[[str], bool]) -> bool:
    if file := file_at(link):
        return not picture(file)
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme:
        return parts.scheme == "attached" or (parts.scheme in ("http", "https") and "." not in host)
    if article := article_at(link):
        return bool(host) or view.get(Document, article) is None
    return link not in TOP and (bool(host) or parts.path not in HELP_PAGES)
