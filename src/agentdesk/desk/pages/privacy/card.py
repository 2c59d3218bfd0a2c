"""One customer in full: who it is, consents, a legal hold, the export, the erasure."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number, number
from agentdesk.desk.pages.privacy.consents import ConsentsCard
from agentdesk.desk.pages.privacy.export import ExportCard
from agentdesk.desk.pages.privacy.keep import KeepCard
from agentdesk.desk.pages.privacy.told import Subject
from agentdesk.desk.pages.privacy.words import GROUNDS, STATUSES, state_of
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts, Sheet
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.privacy import ERASURE_OF, Erase, Erasure


class SubjectSheet(Sheet):
    """`show_subject` shows another one; `erasure` tells the erasure that the person wants to look at."""

    erasure = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(tr("Customer"), parent)
        self._desk = desk
        self._subject: Subject | None = None
        self._asked = ""
        self.title, self.facts = label(role="title", wrap=True), Facts()
        self.consents, self.keep, self.export = ConsentsCard(desk), KeepCard(desk), ExportCard(desk)
        self.erase_card, self.ground = Card(), choice(tr("Ground"))
        self.erase = Sure(tr("Erase all data"), icon="ph.trash")
        self.erased, self.look = Verdict(), Button(tr("Show how far it has come"), "link")
        for ground, name in GROUNDS.items():
            self.ground.addItem(tr(name), ground)
        self._lay_out()
        self.erase.confirmed.connect(self._erase)
        self.look.clicked.connect(self._look)

    def _lay_out(self) -> None:
        me = self._desk.me
        told = tr(
            "It goes from the server and from every laptop, with all cases and files. The key to what is sealed in the "
            "log about the person is destroyed. Nothing brings it back."
        )
        for part in (
            *(label(tr("Erase"), "strong"), label(told, "muted", wrap=True), self.ground),
            *(spread(self.erase, None), self.erased, spread(self.look, None)),
        ):
            self.erase_card.box.addWidget(part)
        self.add(self.title, self.facts, self.consents, self.export, self.keep, self.erase_card)
        self.box.addStretch(1)
        for part, permission in (
            (self.consents, "consent.see"),
            (self.export, "subject.export"),
            (self.keep, "hold.set"),
            (self.erase_card, "subject.erase"),
        ):
            part.setVisible(me.may(permission))

    def show_subject(self, subject: Subject) -> None:
        """This one."""
        self._subject, self._asked = subject, ""
        now = self._desk.now()
        self.title.setText(words(subject.name) or tr("Customer without a name"))
        cases = [
            tr("{number}, {status}", number=case_number(one.number), status=tr(STATUSES.get(one.status, one.status)))
            for one in subject.cases
        ]
        if subject.count > len(cases):
            cases.append(tr("and {n} more", n=number(subject.count - len(cases))))
        self.facts.show_facts(
            [
                (tr("E-mail"), words(subject.email)),
                (tr("Region"), subject.region),
                (tr("Since"), day_and_clock(subject.since, now) if subject.since else ""),
                (tr("Cases"), "\n".join(cases) or tr("none")),
                (tr("Id"), subject.id),
            ]
        )
        if self._desk.me.may("consent.see"):
            self.consents.ask(subject.id)
        self.export.about(subject.id)
        self.keep.about(subject)
        self.ground.setCurrentIndex(0)
        self.erase.about(words(subject.name))
        self.again()
        self.verticalScrollBar().setValue(0)

    def again(self) -> None:
        """Holds and erasures of this customer, as they are now."""
        if self._subject is None:
            return
        self.keep.again()
        found = self._erasure()
        self.erase.setVisible(found is None)
        self.ground.setVisible(found is None)
        self.look.setVisible(found is not None)
        if found is not None:
            word, tone = state_of(found)
            self.erased.show_state(tone, word)
            self.export.setEnabled(not found.done)
            self.keep.setEnabled(not found.done)
            return
        self.export.setEnabled(True)
        self.keep.setEnabled(True)
        if self._asked == self._subject.id:
            self.erased.show_state("accent", tr("Asked for; the server has not answered yet."))
        else:
            self.erased.clear()

    def _erasure(self) -> Erasure | None:
        if self._subject is None:
            return None
        found = self._desk.view.page(ERASURE_OF(customer=self._subject.id), limit=1)
        return found[0] if found else None

    def _erase(self) -> None:
        if self._subject is None:
            return
        ground = self.ground.currentData()
        why = self._desk.attempt(Erase(erasure=self._desk.new_id(), customer=self._subject.id, reason=ground))
        if why:
            self.erased.show_state("warn", tr("Nothing was erased."), why)
            return
        self._asked = self._subject.id
        self.again()

    def _look(self) -> None:
        if (found := self._erasure()) is not None:
            self.erasure.emit(found.id)
