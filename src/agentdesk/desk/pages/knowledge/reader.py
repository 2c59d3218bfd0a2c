"""One article as it is read: its text, for whom it is, what it was worth, and where it can be put to use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.illustrated import Illustrated
from agentdesk.desk.names import case_number, person_name
from agentdesk.desk.pages.knowledge.acts import Acts
from agentdesk.desk.pages.knowledge.evidence import Evidence
from agentdesk.desk.pages.knowledge.history import History
from agentdesk.desk.pages.knowledge.inserting import insert, solved
from agentdesk.desk.pages.knowledge.timing import Timing
from agentdesk.desk.pages.knowledge.words import (
    as_read,
    facts,
    in_languages,
    language_word,
    late,
    state_chip,
    title_of,
    worth,
)
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.frames import Bar, Header, Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import Document, Edition, blocked
from agentdesk.domain.knowledge import Rate, article_at
from agentdesk.domain.queue import MINE

MOST = 12


class Reader(Pane):
    """`show_document` shows one; `edit` and `translate` are what its buttons call, with the document."""

    def __init__(
        self, desk: Desk, edit: Callable[[Document], None], translate: Callable[[Document], None],
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent=parent)
        self._desk, self._edit, self._translate = desk, edit, translate
        self.document: Document | None = None
        self.case = ""
        """The case for which an article was looked for."""
        self.header, self.chip = Header(), Chip(parent=self)
        self.tabs = Tabs([("held", tr("In force")), ("work", tr("In work")), ("history", tr("History"))])
        self.tabs.setAccessibleName(tr("Which version"))
        self.page, self.history = PageView(tr("Article")), History(desk)
        self._shown = Illustrated(desk, self.page, self._show_text)
        self.page.pictures = self._shown.found
        self._last = ""
        self.facts, self.worth, self.verdict, self.asking = Facts(), Facts(), Verdict(), Asking()
        self.timing = Timing()
        self.acts, self.evidence = Acts(desk, self.asking, self.timing), Evidence(desk, self.asking)
        self.insert = Button(tr("Insert in reply"), "primary", "ph.arrow-bend-down-left")
        self.change = Button(tr("Edit"), icon="ph.pencil-simple")
        self.insert.setMenu(QMenu(self.insert))
        self.languages = Button(tr("Languages"), icon="ph.translate")
        self.languages.setMenu(QMenu(self.languages))
        self.solves = Button(tr("It solved the case"), icon="ph.check-circle")
        self.yes, self.no = Button(tr("Helpful")), Button(tr("Not helpful"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        side, left, bar = Sheet(tr("About this article")), Pane(edge="right"), Bar("strip")
        self.header.add(self.chip, self.languages, self.change, self.insert)
        side.add(self.verdict, self.asking, self.timing, self.acts, label(tr("About"), "section"), self.facts)
        side.add(label(tr("Evidence"), "section"), self.evidence, label(tr("Worth"), "section"), self.worth)
        side.add(spread(self.yes, self.no, None), self.solves)
        side.box.addStretch(1)
        self._bodies = stacked(self.page, self.history)
        bar.row.addWidget(self.tabs)
        left.box.addWidget(bar)
        left.box.addWidget(self._bodies, 1)
        self.box.addWidget(self.header)
        self.box.addWidget(beside(left, side, (640, 300), (260, 230)), 1)

    def _connect(self) -> None:
        self.tabs.chosen.connect(lambda _: self._show_text())
        self.change.clicked.connect(lambda: self._edit(self.document) if self.document else None)
        self.insert.menu().aboutToShow.connect(self._fill_cases)
        self.languages.menu().aboutToShow.connect(self._fill_languages)
        self.yes.clicked.connect(lambda: self._rate(True, ""))
        self.no.clicked.connect(self._why_not)
        self.solves.clicked.connect(self._solved)
        self.page.followed.connect(self._follow)

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._shown.stop()

    # --- What is shown ---

    def show_document(self, document: Document) -> None:
        """Show this one, as it is now."""
        other = self.document is None or self.document.id != document.id
        self.document = document
        self.header.show_title(title_of(document))
        self.chip.show_chip(*state_chip(document, self._desk.now()))
        if other:
            self.asking.hide()
            self.timing.hide()
            self.tabs.choose("work" if document.working and not document.holds else "held")
        self.facts.show_facts(facts(document, self._desk.view, person_name))
        self.worth.show_facts(worth(document, self._desk.view))
        self.acts.show_document(document)
        self.evidence.show_document(document)
        self._judge(document)
        self._offer(document)
        self._show_text()

    def _show_text(self) -> None:
        document = self.document
        if document is None:
            return
        if self.tabs.current() == "history":
            self.history.show_document(document)
            self._bodies.setCurrentWidget(self.history)
            return
        work = self._desk.view.get(Edition, document.working) if self.tabs.current() == "work" else None
        html = as_read(words(work.text if work is not None else document.text), self._shown.html)
        self.page.show_html(html, stay=self._last == document.id)
        self._last = document.id
        self._bodies.setCurrentWidget(self.page)

    def _judge(self, document: Document) -> None:
        work = self._desk.view.get(Edition, document.working) if document.working else None
        shut = blocked(document, "insert", self._desk.now())
        if work is not None and work.state == "draft" and work.answer:
            name = person_name(self._desk.view, work.reviewer)
            self.verdict.show_state("warn", tr("{name} sent it back", name=name), words(work.answer))
        elif work is not None and work.state == "review":
            name = person_name(self._desk.view, work.reviewer) if work.reviewer else tr("somebody who did not write it")
            self.verdict.show_state("accent", tr("Waits for a look by {name}", name=name))
        elif shut == "expired":
            told = tr("It is neither suggested nor shown to customers until its owner renews it.")
            self.verdict.show_state("bad", tr("Nobody has looked at it in time."), told)
        elif shut in ("retired", "over"):
            self.verdict.show_state("warn", tr("It is not in force any more."))
        else:
            self.verdict.clear()

    def _offer(self, document: Document) -> None:
        me, in_force = self._desk.me, document.state == "published"
        for button, wanted in (
            (self.change, me.may("governed.write") and not document.coming),
            (self.insert, in_force and me.may("answer.use")),
            (self.solves, bool(self.case) and in_force and me.may("answer.use")),
            (self.yes, in_force),
            (self.no, in_force),
        ):
            button.setVisible(wanted)
        usable = not blocked(document, "insert", self._desk.now())
        self.insert.setEnabled(usable)
        self.solves.setEnabled(usable)

    # --- What is pressed ---

    def _why_not(self) -> None:
        self.asking.ask(tr("Why did it not help?"), tr("Not helpful"), lambda text: self._rate(False, text))

    def _rate(self, helpful: bool, reason: str) -> str:
        id = self.document.id if self.document is not None else ""
        wrong = self._desk.attempt(Rate(document=id, helpful=helpful, reason=reason))
        self._desk.say(wrong or tr("Thank you: it is noted."))
        return wrong

    def _fill_cases(self) -> None:
        """The case it was looked for, then one's own."""
        menu, view = self.insert.menu(), self._desk.view
        menu.clear()
        first = view.get(Case, self.case) if self.case else None
        mine = view.page(MINE(me=self._desk.me.id), limit=MOST)
        cases = {case.id: case for case in (*((first,) if first else ()), *mine)}
        for case in cases.values():
            line = tr("{number} {subject}", number=case_number(case.number), subject=words(case.subject)[:60])
            menu.addAction(line.replace("&", "&&")).triggered.connect(lambda _=False, id=case.id: self._insert(id))
        if not cases:
            menu.addAction(tr("No conversation is yours: take one first")).setEnabled(False)

    def _fill_languages(self) -> None:
        """The other languages of it, and one more to be written."""
        menu, document = self.languages.menu(), self.document
        menu.clear()
        if document is None:
            return
        for one in in_languages(document, self._desk.view):
            name = language_word(one.language)
            line = tr("{language}, out of date", language=name) if late(one, self._desk.view) else name
            entry = menu.addAction(line.replace("&", "&&"))
            entry.setCheckable(one.id == document.id)
            entry.setChecked(one.id == document.id)
            entry.triggered.connect(lambda _=False, id=one.id: self._desk.open("document", id))
        if self._desk.me.may("governed.write"):
            menu.addSeparator()
            menu.addAction(tr("Translate it…")).triggered.connect(lambda: self._translate(document))

    def _insert(self, case: str) -> None:
        if self.document is not None:
            insert(self._desk, self.document, case)

    def _solved(self) -> None:
        if self.document is not None:
            solved(self._desk, self.document, self.case)

    def _follow(self, address: str) -> None:
        """Another article of ours; what leads out of the house is not opened from here."""
        document = article_at(address)
        if document and self._desk.view.get(Document, document) is not None:
            self._desk.open("document", document)
        else:
            self._desk.say(tr("This link leads to {address}", address=address[:200]))
