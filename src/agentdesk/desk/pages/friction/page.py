"""The page of friction: what one has to answer, what one has reported, all there is, and who answers for what."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.covers import covered_from
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.friction.cards import card_of
from agentdesk.desk.pages.friction.forms import ProcessForm, ReportForm, too_long
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Bar, Card, Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.cases import Case
from agentdesk.domain.friction import (
    FRICTIONS,
    NOTICES_OF,
    PROCESSES,
    REPORTED,
    TO_ANSWER,
    AnswerFriction,
    DoubtAnswer,
    Friction,
    Process,
    ReadFriction,
)

TITLE, ICON = mark("Friction"), "ph.bandaids"
WATCHES = ("friction", "friction_notice", "process", "person")
SHOWN, WIDEST = 50, 760
TABS = (
    ("mine", mark("To answer")),
    ("reported", mark("Reported by me")),
    ("open", mark("All open")),
    ("answered", mark("Answered")),
    ("processes", mark("Processes")),
)
NOTHING = {
    "mine": mark("Nothing waits for an answer of yours."),
    "reported": mark("You have reported nothing yet. Report it where a process hurts."),
    "open": mark("Nothing that was reported waits for an answer."),
    "answered": mark("Nothing was answered yet."),
    "processes": mark("No process has an owner yet: what is reported goes to a lead."),
}


class FrictionPage(QObject):
    """A page for the shell."""

    badge = Signal(int)
    id, icon, place = "friction", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title, self._desk = tr(TITLE), desk
        self.tabs = Tabs([(id, tr(word)) for id, word in TABS])
        self.tabs.setAccessibleName(tr("Which reports"))
        self.form, self.process, self.asking = ReportForm(desk), ProcessForm(desk), Asking()
        self.new, self.add = Button(tr("Report…"), "primary", "ph.plus"), Button(tr("New process…"), icon="ph.plus")
        self.none, self._cards = label("", "muted", wrap=True), QVBoxLayout()
        self._shown: object = None
        self.widget = self._lay_out()
        self.new.clicked.connect(lambda: self.form.begin(None))
        self.add.clicked.connect(lambda: self.process.begin(None))
        self.form.sent.connect(lambda: self.show_tab("reported"))
        self.tabs.chosen.connect(lambda _: self.fill())
        self._forget = desk.listen(WATCHES, lambda _: self.fill())
        self.fill()

    def _lay_out(self) -> QWidget:
        pane, head, bar, sheet = Pane(), Header(self.title), Bar("strip"), Sheet(self.title)
        self.new.setVisible(self._desk.me.may("governed.write"))
        head.add(self.add)
        head.add(self.new)
        bar.row.addWidget(self.tabs)
        self._cards.setSpacing(8)
        for part in (self.form, self.process, self.asking, self.none):
            part.setMaximumWidth(scaled(WIDEST))
        sheet.add(self.form, self.process, self.asking, self.none)
        sheet.box.addLayout(self._cards)
        sheet.box.addStretch(1)
        for widget in (head, bar):
            pane.box.addWidget(widget)
        pane.box.addWidget(sheet, 1)
        return pane

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        if not self._desk.me.may("governed.write"):
            return ()
        return (Action("friction.report", tr("Report that a process hurts"), self.title,
                       lambda _: self.form.begin(None), "ph.plus", "N", page=self.id),)  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """What one was told is seen now."""
        self.fill()
        for notice in self._desk.view.page(NOTICES_OF(me=self._desk.me.id), limit=SHOWN):
            self._desk.do(ReadFriction(notice=notice.id))

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def show_record(self, kind: str, id: str) -> None:
        """A report from a case, or one that there is."""
        if kind == "hurts":
            self.form.begin(self._desk.view.get(Case, id))
        elif (found := self._desk.view.get(Friction, id)) is not None:
            self.show_tab("answered" if found.state == "answered" else "open")

    def show_tab(self, tab: str) -> None:
        """Show what belongs under a tab."""
        self.tabs.choose(tab)
        self.fill()

    def fill(self) -> None:
        """Read anew."""
        view, me, tab = self._desk.view, self._desk.me, self.tabs.current()
        self.badge.emit(view.count(NOTICES_OF(me=me.id)))
        self.tabs.show_count("mine", view.count(TO_ANSWER(me=me.id)))
        self.tabs.show_count("open", view.count(FRICTIONS(state="open")))
        self.add.setVisible(tab == "processes" and me.may("team.lead"))
        found = self._found(tab)
        late = [isinstance(one, Friction) and one.due < self._desk.now() for one in found]
        if (shown := (tab, list(found), late)) == self._shown:
            return  # whoever is at a button of a card stays there
        self._shown = shown
        empty(self._cards)
        for one in found:
            card = self._process_card(one) if isinstance(one, Process) else self._card(one)
            card.setMaximumWidth(scaled(WIDEST))
            self._cards.addWidget(card)
        self.none.setText(tr(NOTHING[tab]))
        self.none.setVisible(not found)

    def _found(self, tab: str) -> Sequence[Friction | Process]:
        view, me = self._desk.view, self._desk.me.id
        if tab == "processes":
            return view.page(PROCESSES(), limit=SHOWN)
        asked = {"mine": TO_ANSWER(me=me), "reported": REPORTED(me=me)}.get(tab) or FRICTIONS(state=tab)
        return view.page(asked, limit=SHOWN)

    def _card(self, friction: Friction) -> QWidget:
        return card_of(self._desk, friction, self._answer, self._doubt)

    def _process_card(self, process: Process) -> QWidget:
        card, name = Card(), words(process.name)
        card.box.addWidget(label(name, "strong", wrap=True))
        told = {"name": person_name(self._desk.view, process.owner), "n": process.days}
        change = Button(tr("Change…"))
        change.setAccessibleName(tr("{word}: {name}", word=change.text(), name=name))
        change.setVisible(self._desk.me.may("team.lead"))
        change.clicked.connect(lambda: self.process.begin(process))
        card.box.addWidget(spread(label(tr("{name} answers within {n} days", **told), "small"), None, change))
        return card

    def _answer(self, friction: Friction) -> None:
        def done(text: str) -> str:
            answer = covered_from(self._desk, None, text)
            return too_long(answer) or self._desk.attempt(AnswerFriction(friction=friction.id, answer=answer))

        self.asking.ask(tr("What comes of it: {name}", name=words(friction.words)), tr("Answer"), done)

    def _doubt(self, friction: Friction) -> None:
        def done(text: str) -> str:
            doubt = covered_from(self._desk, None, text)
            return too_long(doubt) or self._desk.attempt(DoubtAnswer(friction=friction.id, doubt=doubt))

        self.asking.ask(tr("Why is this no answer?"), tr("Open it again"), done)
