"""The column of articles: which of them, the search over them, and what one is reminded of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.knowledge.list import DocumentList
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.beside import stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Banner, Bar, Header, Pane
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.governed import DOCUMENTS, IN_WORK, OF_OWNER, Document
from agentdesk.domain.governed.records import EXPIRED, OVERDUE, RETIRED
from agentdesk.domain.kernel import Asked
from agentdesk.domain.knowledge import ARTICLE, GAPS, NoteMiss
from agentdesk.sync.replica import Touched

PAUSE_MS, MOST, LIKE = 120, 100, 10


class Shelf(Pane):
    """`turned` tells that another tab was chosen."""

    turned = Signal(str)

    def __init__(self, desk: Desk, title: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(edge="right", parent=parent)
        self._desk = desk
        self.header, self.field = Header(title), SearchField(tr("Search what is written down"), "/")
        self.new, self.banner, self.seen = Button(tr("New"), "primary", "ph.plus"), Banner(), Button(tr("Show"), "link")
        self.tabs = Tabs(
            [("all", tr("All")), ("mine", tr("Mine")), ("review", tr("To review")), ("gaps", tr("Gaps")),
             ("fresh", tr("Freshness")),             ("expired", tr("Expired")), ("retired", tr("Retired"))]
        )  # fmt: skip
        self.tabs.setAccessibleName(tr("Which articles"))
        self.list = DocumentList(desk.view, desk.now)
        self.nothing = EmptyState(icon, tr("Nothing is written down here"), tr("Write the first article."))
        self._missed = self._looked = ""
        """What was said to be looked for and not found; and found, without anything of it being opened yet."""
        self._typed = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._lay_out()
        self._typed.timeout.connect(self.search)
        self.field.textChanged.connect(lambda _: self._typed.start())
        self.field.returnPressed.connect(self._pressed)
        self.tabs.chosen.connect(self.show_tab)
        self.show_tab("all")

    def _lay_out(self) -> None:
        bar, strip = Bar("strip"), Bar("strip")
        self.header.add(self.new)
        self.new.setVisible(self._desk.me.may("governed.write"))
        bar.row.addWidget(self.tabs)
        strip.row.addWidget(self.field)
        self.banner.row.addWidget(self.seen)
        self.lists = stacked(self.list, self.nothing)
        for part in (self.header, bar, strip, self.banner):
            self.box.addWidget(part)
        self.box.addWidget(self.lists, 1)

    def show_tab(self, tab: str) -> None:
        """List what belongs under a tab."""
        self.tabs.choose(tab)
        self.turned.emit(tab)
        self._ask()

    def _ask(self) -> None:
        self.list.show_asked(self._asked(self.tabs.current()))
        self.count()

    def _asked(self, tab: str) -> Asked[Document]:
        if tab == "mine":
            return OF_OWNER(register=ARTICLE, me=self._desk.me.id)
        if tab == "review":
            return IN_WORK(register=ARTICLE, work="review")
        if tab in ("expired", "retired"):
            return (EXPIRED if tab == "expired" else RETIRED)(register=ARTICLE)
        return DOCUMENTS(register=ARTICLE)

    def count(self) -> None:
        """The counts of the tabs, and the picture of nothing where there is nothing."""
        view = self._desk.view
        for tab in ("all", "mine", "review", "expired"):
            self.tabs.show_count(tab, view.count(self._asked(tab)))
        self.tabs.show_count("gaps", view.count(GAPS(state="open")))
        self.tabs.show_count("fresh", view.count(OVERDUE(register=ARTICLE, now=self._desk.now())))
        none = not self.list.count()
        if none:
            searched = bool(self.field.text().strip())
            found = (tr("Nothing has these words"), tr("Look for others, or note that it is missing."))
            self.nothing.show_words(*(found if searched else (tr("Nothing is written down here"),)))
        self.lists.setCurrentWidget(self.nothing if none else self.list)

    def search(self) -> None:
        """List what has the words that were typed; what is like them if nothing has; all of a tab for no words."""
        text = self.field.text().strip()
        if not text:
            self._ask()
            return
        found = self._desk.find(Document, text, MOST) or self._desk.alike(Document, text, LIKE)
        self.show_found([one for one in found if one.register == ARTICLE])

    def opened(self) -> None:
        """Something of what was found was opened: the search has served."""
        self._looked = ""

    def _pressed(self) -> None:
        """Whoever says that this is what they look for goes to what was found; that nothing was is noted, once."""
        self._typed.stop()
        self.search()
        text = self.field.text().strip()[:200]
        if self._looked and self._looked != text:
            self._desk.attempt(NoteMiss(miss=self._desk.new_id(), words=self._looked, what="unread"))
        self._looked = text if self.list.count() else ""
        if self.list.count():
            self.list.setFocus()
        elif text and text != self._missed:
            self._missed = text
            self._desk.attempt(NoteMiss(miss=self._desk.new_id(), words=text, what="none"))
            self._desk.say(tr("Nothing was found. It is noted as missing."))

    def show_found(self, found: Sequence[Document]) -> None:
        """List these."""
        self.list.show_found(found)
        self.count()

    def touched(self, some: Sequence[Touched] | None) -> None:
        """Follow changes."""
        self.list.touched(some)
        self.count()

    def stop(self) -> None:
        """Ask nothing more."""
        self._typed.stop()
        self.list.all.close()
