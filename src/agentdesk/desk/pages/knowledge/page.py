"""The page of what is written down: articles to find, read, write and bring into force; and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.knowledge.carried import Carried
from agentdesk.desk.pages.knowledge.drafting import drafted, like, translation
from agentdesk.desk.pages.knowledge.editor import Editor, Start
from agentdesk.desk.pages.knowledge.freshness import Freshness
from agentdesk.desk.pages.knowledge.gaps import Gaps
from agentdesk.desk.pages.knowledge.reader import Reader
from agentdesk.desk.pages.knowledge.reminding import remind
from agentdesk.desk.pages.knowledge.shelf import Shelf
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import NEW_REMINDERS, Document, Read
from agentdesk.domain.knowledge import Close, Gap, NoteMiss
from agentdesk.sync.replica import Touched

TITLE, ICON = mark("Knowledge"), "ph.books"
WATCHES = ("document", "edition", "reminder", "gap", "rating", "use", "miss", "person", "library_file")


class KnowledgePage(QObject):
    """A page for the shell."""

    badge = Signal(int)
    id, icon, place = "knowledge", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._settings, self._filling = desk, settings, ""
        self.shelf = Shelf(desk, self.title, ICON)
        self.reader, self.editor = Reader(desk, self.edit, self.translate), Editor(desk)
        self.gaps, self.carried, self.fresh = Gaps(desk, self._fill_gap), Carried(desk), Freshness(desk)
        self._blank = EmptyState(ICON, tr("No article is chosen"), tr("Choose one, search, or write a new one."))
        self.widget = self._lay_out()
        self._connect()
        self._remind()

    def _lay_out(self) -> QWidget:
        self._work = stacked(self._blank, self.reader, self.editor, self.gaps, self.carried, self.fresh)
        splitter = beside(self.shelf, self._work, (380, 1000), (300, 560))
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        remember_splitter(splitter, self._settings, "knowledge")
        return splitter

    def _connect(self) -> None:
        self.shelf.turned.connect(self._turned)
        self.shelf.list.chosen.connect(self.show_document)
        self.shelf.new.clicked.connect(lambda: self.write(Start()))
        self.shelf.seen.clicked.connect(self._see)
        self.carried.chosen.connect(self.show_document)
        self.fresh.chosen.connect(self.show_document)
        self.gaps.chosen.connect(self.show_document)
        self.carried.filled.connect(lambda: self._work.setCurrentWidget(self.carried))
        self.editor.saved.connect(self._saved)
        self.editor.left.connect(self._back)
        self._forget = self._desk.listen(WATCHES, self._touched)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here, and from a case elsewhere."""
        found: list[tuple[str, str, Callable[[], object], str, str]] = [
            ("find", tr("Search what is written down"), self.shelf.field.setFocus, "ph.magnifying-glass", "/"),
            ("next", tr("Next article"), partial(self.shelf.list.step, 1), "ph.arrow-down", "J"),
            ("previous", tr("Previous article"), partial(self.shelf.list.step, -1), "ph.arrow-up", "K"),
            (
                "export",
                tr("Export what is published"),
                partial(self.carried.ask_export, "markdown"),
                "ph.upload-simple",
                "",
            ),
            (
                "pages",
                tr("Export what is published as web pages"),
                partial(self.carried.ask_export, "html"),
                "ph.browser",
                "",
            ),
        ]
        if self._desk.me.may("governed.write"):
            found += [
                ("new", tr("Write an article"), lambda: self.write(Start()), "ph.plus", "N"),
                ("edit", tr("Edit the article"), self._edit_shown, "ph.pencil-simple", "E"),
                ("save", tr("Save the draft"), self.editor.keep, "ph.floppy-disk", "Ctrl+S"),
                ("gap", tr("Something is missing…"), self._ask_gap, "ph.flag", ""),
                ("import", tr("Import articles from files"), self.carried.ask_import, "ph.download-simple", ""),
            ]
        return tuple(_action(self.title, id, title, run, icon, key) for id, title, run, icon, key in found)

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._remind()

    def close(self) -> None:
        """Listen no more."""
        self._forget()
        for part in (self.reader, self.editor, self.shelf):
            part.stop()
        self.carried.stop()

    def _turned(self, tab: str) -> None:
        if tab == "gaps":
            self.gaps.fill()
            self._work.setCurrentWidget(self.gaps)
        elif tab == "fresh":
            self.fresh.fill()
            self._work.setCurrentWidget(self.fresh)

    def _touched(self, some: Sequence[Touched] | None) -> None:
        self.shelf.touched(some)
        self._remind()
        shown = self.reader.document
        if shown is not None:
            now = self._desk.view.get(Document, shown.id)
            if now is not None:
                self.reader.show_document(now)
            elif self._work.currentWidget() is self.reader:
                self._work.setCurrentWidget(self._blank)
        if self._work.currentWidget() is self.gaps and (
            some is None or any(one.kind in ("gap", "miss") for one in some)
        ):
            self.gaps.fill()
        if self._work.currentWidget() is self.fresh and (
            some is None or any(one.kind in ("document", "use") for one in some)
        ):
            self.fresh.fill()

    # --- What is shown beside it ---

    def show_document(self, id: str) -> None:
        """Show an article."""
        found = self._desk.view.get(Document, id)
        if found is None:
            self._desk.say(tr("This document is no longer there."))
            return
        self.shelf.opened()
        self.reader.show_document(found)
        self._work.setCurrentWidget(self.reader)

    def show_record(self, kind: str, id: str) -> None:
        """What another page asks for: an article, a draft; from a case help with it, what was learned, a gap."""
        case = self._desk.view.get(Case, id) if kind != "document" else None
        if kind == "document":
            self.show_document(id)
            self.shelf.list.choose(id)
        elif kind == "draft":
            self.write(Start())
        elif case is None:
            return
        elif kind == "help":
            self.help_with(case)
        elif kind == "lesson":
            self.write(drafted(self._desk, case))
        elif kind == "gap":
            self._ask_gap(case.id)

    def help_with(self, case: Case) -> None:
        """What is written down that is most like a case; noted if it is nothing."""
        self.reader.case = case.id
        found = like(self._desk, case)
        self.shelf.show_found(found)
        if found:
            self.shelf.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.shelf.list.step(1)
        elif said := words(case.subject).strip()[:200]:
            self._desk.attempt(NoteMiss(miss=self._desk.new_id(), words=said, what="none", case=case.id))

    def write(self, start: Start) -> None:
        """Begin an article."""
        self.editor.begin(start)
        self._work.setCurrentWidget(self.editor)
        self.editor.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit(self, document: Document) -> None:
        """Write the next version of one."""
        self.editor.show_document(document)
        self._work.setCurrentWidget(self.editor)
        self.editor.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def translate(self, document: Document) -> None:
        """Begin the same in another language, from the words of the original."""
        self.write(translation(self._desk, document))
        self.editor.language.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit_shown(self) -> None:
        if self.reader.document is not None and self._work.currentWidget() is self.reader:
            self.edit(self.reader.document)

    def _saved(self, id: str) -> None:
        if self._filling:
            self._desk.do(Close(gap=self._filling, document=id))
            self._filling = ""
        self.show_document(id)
        self.shelf.list.choose(id)

    def _back(self) -> None:
        self._filling = ""
        self._work.setCurrentWidget(self.reader if self.reader.document is not None else self._blank)

    def _ask_gap(self, case: str = "") -> None:
        self.shelf.show_tab("gaps")
        self.gaps.ask(case)

    def _fill_gap(self, gap: Gap) -> None:
        self.write(Start(words(gap.words)[:200], case=gap.case))
        self._filling = gap.id

    # --- What one is reminded of ---

    def _remind(self) -> None:
        self.badge.emit(remind(self._desk, self.shelf.banner))

    def _see(self) -> None:
        for one in self._desk.view.page(NEW_REMINDERS(me=self._desk.me.id), limit=1):
            self.show_document(one.document)
            self._desk.do(Read(reminder=one.id))


def _action(group: str, id: str, title: str, run: Callable[[], object], icon: str, key: str) -> Action:
    return Action(f"knowledge.{id}", title, group, lambda _: run(), icon, key, page="knowledge")
