"""What can be done with an article: its way to being published, and its end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.knowledge.timing import Timing
from agentdesk.desk.pages.knowledge.words import RULES
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.governed import (
    Approve,
    Discard,
    Document,
    Edition,
    Publish,
    Renew,
    Retire,
    SendBack,
    Submit,
    Take,
    Withdraw,
)
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.people import PEOPLE

MOST_PEOPLE = 500


class Acts(Card):
    """`show_document` offers what this person may do with it just now."""

    def __init__(self, desk: Desk, asking: Asking, timing: Timing, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._asking, self._timing = desk, asking, timing
        self._document: Document | None = None
        self.submit, self.approve = Button(tr("Hand in for a look")), Button(tr("Approve"), "primary")
        self.back, self.publish = Button(tr("Send back…")), Sure(tr("Publish"), "primary")
        self.withdraw, self.renew = Button(tr("Do not publish by itself")), Button(tr("Still right: renew"))
        self.discard, self.retire = Sure(tr("Throw the draft away")), Sure(tr("Retire"))
        self.later, self.often = Button(tr("Publish at a date…")), Button(tr("Renew, with a new rule"))
        self.give = Button(tr("Give to somebody"), icon="ph.user")
        for part in (self.approve, self.publish, self.later, self.submit, self.back, self.renew, self.often,
                     self.withdraw, self.give, self.discard, self.retire):  # fmt: skip
            self.box.addWidget(part)
        self._add_menus()
        self.submit.clicked.connect(lambda: self._work(lambda id: Submit(edition=id)))
        self.approve.clicked.connect(lambda: self._work(lambda id: Approve(edition=id)))
        self.publish.confirmed.connect(lambda: self._work(lambda id: Publish(edition=id)))
        self.withdraw.clicked.connect(lambda: self._work(lambda id: Withdraw(edition=id)))
        self.discard.confirmed.connect(lambda: self._work(lambda id: Discard(edition=id)))
        self.renew.clicked.connect(lambda: self._do(lambda one: Renew(document=one.id, due=one.review_at)))
        self.retire.confirmed.connect(lambda: self._do(lambda one: Retire(document=one.id)))
        self.back.clicked.connect(self._send_back)
        self.later.clicked.connect(self._time)

    def _add_menus(self) -> None:
        for button, fill in ((self.often, self._fill_rules), (self.give, self._fill_people)):
            button.setMenu(QMenu(button))
            button.menu().aboutToShow.connect(fill)

    def show_document(self, document: Document) -> None:
        """What can be done with this one."""
        self._document = document
        me = self._desk.me
        work = self._desk.view.get(Edition, document.working) if document.working else None
        state, coming = document.work, bool(document.coming)
        mine, approves = document.owner == me.id, me.may("governed.approve")
        in_force = document.state == "published"
        shown = {
            self.submit: state == "draft" and me.may("governed.write"),
            self.approve: state == "review" and approves and work is not None and me.id not in work.writers,
            self.back: state in ("review", "approved") and approves and not coming,
            self.publish: state == "approved" and me.may("governed.publish") and not coming,
            self.later: state == "approved" and me.may("governed.publish") and not coming,
            self.withdraw: coming and me.may("governed.publish"),
            self.renew: in_force and bool(document.review_at) and (mine or approves),
            self.often: in_force and me.may("governed.write") and (mine or approves),
            self.give: me.may("governed.write") and (mine or approves),
            self.discard: work is not None and not coming and (mine or approves),
            self.retire: in_force and me.may("governed.publish"),
        }
        for button, wanted in shown.items():
            button.setVisible(wanted)
        self.setVisible(any(shown.values()))

    def _do(self, wish: Callable[[Document], Command]) -> None:
        if self._document is not None:
            self._desk.do(wish(self._document))

    def _work(self, wish: Callable[[str], Command]) -> None:
        if self._document is not None and self._document.working:
            self._desk.do(wish(self._document.working))

    def _send_back(self) -> None:
        id = self._document.working if self._document is not None else ""

        def done(text: str) -> str:
            return self._desk.attempt(SendBack(edition=id, answer=text))

        self._asking.ask(tr("What has to be different?"), tr("Send back"), done)

    def _time(self) -> None:
        id = self._document.working if self._document is not None else ""

        def done(since: int, until: int) -> str:
            return self._desk.attempt(Publish(edition=id, since=since, until=until))

        self._timing.ask(done)

    def _fill_rules(self) -> None:
        """How often it is looked at from now on; to say so is to have looked at it."""
        menu = self.often.menu()
        menu.clear()
        for rule, word in RULES.items():
            menu.addAction(tr(word)).triggered.connect(lambda _=False, rule=rule: self._renew(rule))

    def _renew(self, rule: str) -> None:
        self._do(lambda one: Renew(document=one.id, due=one.review_at, rule=rule))

    def _fill_people(self) -> None:
        """Who may look after it, but for who does."""
        menu, owner = self.give.menu(), self._document.owner if self._document is not None else ""
        menu.clear()
        for person in self._desk.view.page(PEOPLE(), limit=MOST_PEOPLE):
            if person.id != owner and Actor(person.id, person.role).may("governed.write"):
                line = person.name.replace("&", "&&")
                menu.addAction(line).triggered.connect(lambda _=False, id=person.id: self._give(id))
        if menu.isEmpty():
            menu.addAction(tr("Nobody else looks after documents")).setEnabled(False)

    def _give(self, person: str) -> None:
        self._do(lambda one: Take(document=one.id, person=person))
