"""The parts of an agent's day: her window, her colleague's desk, a customer at a socket, a customer's mailbox."""

from __future__ import annotations

import email
import email.policy
import os
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot
from tests.mail.post import Office
from tests.mail.post.office import CUSTOMER, DESK, PASSWORD
from tests.server.running import PASSWORD as SIGN_IN
from tests.server.running import uuid7
from tests.stories.rig import Company
from tests.stories.rig import Desk as Laptop

from agentdesk.desk.app import Program
from agentdesk.desk.pages.queue.conversation import ConversationPanel
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.session import Session
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.theme import Theme
from agentdesk.domain.cases import MESSAGES, Case, Message
from agentdesk.domain.clocks import Draft, Policy, Publish, Target
from agentdesk.domain.escalation import DraftGraph, Node, PublishGraph, Way
from agentdesk.domain.kernel import Record
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.routing import DraftPlan, PublishPlan
from agentdesk.store.vault import SessionVault
from agentdesk.sync.phases import Phase
from agentdesk_server.channels.email.operating import MailboxAdd
from agentdesk_server.operating import PersonUpdate

PATIENCE = 45_000
SETTLED = 6
"""Rounds in which what is laid out by its width gets its height."""
R = TypeVar("R", bound=Record)


class KeptVault(SessionVault):
    """A keyring for a test: keeps as long as the test does."""

    lasting = True


class Workplace:
    """Mina's laptop: the program opens, is closed and opens again on the same files. Pictures go to a folder."""

    def __init__(self, qtbot: QtBot, folder: Path, company: Company) -> None:
        self.qtbot, self.folder, self.company = qtbot, folder, company
        self.vault = KeptVault()
        self.pictures = Path(os.environ.get("AGENTDESK_DAY_PICTURES", folder / "pictures"))
        self.pictures.mkdir(exist_ok=True)
        self._program: Program | None = None

    # --- The program ---

    def open(self) -> None:
        """Start the program; who is signed in stays so."""
        settings, app = Settings(self.folder), QApplication.instance()
        assert isinstance(app, QApplication)
        self._theme = Theme(app, settings)
        self._program = Program(self.folder, settings, vault=self.vault)
        self._program.start()

    def close(self) -> None:
        """End it, as when the lid is shut."""
        program, self._program = self._program, None
        if program is not None:
            program.close()
            for window in (program.front, program.shell):
                if window is not None:
                    window.hide()
                    window.deleteLater()

    def sign_in(self) -> None:
        assert self._program is not None
        page = self._program.front.page
        assert isinstance(page, SignInPage)
        fields = ((page.server, self.company.server.url), (page.email, "mina@example.com"), (page.password, SIGN_IN))
        for field, text in fields:
            field.line.clear()
            self.qtbot.keyClicks(field.line, text)
        self.qtbot.mouseClick(page.go, Qt.MouseButton.LeftButton)
        self.live()

    def live(self) -> None:
        """Until all that the server has is here."""
        self.until(lambda: self._program is not None and self._program.session is not None)
        live = self.session.live
        self.until(lambda: live.status.phase is Phase.LIVE and not live.status.behind)

    @property
    def session(self) -> Session:
        assert self._program is not None
        assert self._program.session is not None
        return self._program.session

    @property
    def shell(self) -> Shell:
        assert self._program is not None
        assert self._program.shell is not None
        return self._program.shell

    @property
    def panel(self) -> ConversationPanel:
        return self.session.queue.conversation

    def page(self, id: str) -> Any:
        """The page of this name, which is in front."""
        found: Any = self.shell.page()
        assert found.id == id
        return getattr(found, "real", found)

    # --- Her hands and eyes ---

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something to be so."""
        try:
            self.qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE)
        except TimeoutError:
            if self._program is not None and self._program.shell is not None:
                self.picture("in-vain")
            raise

    def do(self, action: str) -> None:
        """One of the things that menu, keys and palette offer; it must be on offer now."""
        found, context = self.shell.book.get(action), self.shell.context()
        assert found.when(context), f"{action} is not to be had now"
        found.run(context)

    def choose(self, words: str) -> None:
        """Type into the picker that has opened, and take the first of what it finds."""
        picker = self.session.queue.case_actions.picker
        self.until(picker.overlay.isVisible)
        self.qtbot.keyClicks(picker.line, words)
        assert picker.entries(), f"nothing is called {words}"
        self.qtbot.keyClick(picker.line, Qt.Key.Key_Return)

    def write(self, text: str) -> None:
        """Into the composer, by keys."""
        self.qtbot.keyClicks(self.panel.composer.box, text)

    def show(self, case: str) -> None:
        self.session.queue.show_case(case)
        self.until(lambda: self.panel.case == case)

    def get(self, cls: type[R], id: str) -> R:
        """A record as her desk has it."""
        found = self.session.live.view.get(cls, id)
        assert found is not None
        return found

    def said(self, case: str) -> list[str]:
        """What is in a conversation, as her desk has it: no events."""
        found: list[Message] = self.session.live.view.page(MESSAGES(case=case), limit=200)
        return [one.text for one in sorted(found, key=lambda one: one.seq) if one.kind != "event"]

    def sent(self) -> None:
        """Until the server has all."""
        self.until(lambda: not self.session.live.status.waiting)

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        """For whoever wants to look; and it must not be empty."""
        for _ in range(SETTLED):
            QApplication.processEvents()
        found = (widget or self.shell).grab().toImage()
        colours = {found.pixel(x, y) for x in range(0, found.width(), 40) for y in range(0, found.height(), 40)}
        assert len(colours) > 3, name
        assert found.save(str(self.pictures / f"day-{name}.png"))


def prepared(company: Company, office: Office) -> Laptop:
    """What Omar, who leads the team, has set up before the day, and Omar at his desk: mail, clocks, routing, to whom
    cases are handed on, a macro.
    """
    company.server.operate(PersonUpdate(person="omar@example.com", role="admin", teams=["Billing"]))
    company.server.operate(
        MailboxAdd(
            address=DESK, team="Billing", name="Shop", imap=f"127.0.0.1:{office.imap}", smtp=f"127.0.0.1:{office.smtp}",
            secret=PASSWORD, plain=True, plus=True,
        )
    )  # fmt: skip
    omar = company.desk("omar").live()
    billing = company.teams["Billing"]
    within = (60, 30, 15, 5)
    targets = (Target(metric="first", minutes=within), Target(metric="next", minutes=within))
    policy = Policy(id="answers", name="Answers", targets=targets)
    plan, regime = omar.new_id(), omar.new_id()
    for command in (
        Draft(regime=regime, calendars=(), policies=(policy,)),
        Publish(regime=regime),
        DraftPlan(plan=plan, teams=(billing,)),
        PublishPlan(plan=plan),
    ):
        omar.do(command)
    omar.answered()
    company.server.operate(PersonUpdate(person="omar@example.com", role="lead", teams=["Billing"]))
    company.close(omar)
    omar = company.desk("omar", token=omar.token).live()
    texts = (Wording("en", "{{greeting}} your refund is on its way."),)
    graph, ways = omar.new_id(), (Way(start="first", to="second"), Way(start="second", to="first"))
    omar.do(AddMacro(macro=omar.new_id(), name="Refund on its way", texts=texts, acts=(), audience="all"))
    omar.do(DraftGraph(graph=graph, nodes=_nodes(company), ways=ways))
    omar.do(PublishGraph(graph=graph))
    omar.answered()
    assert not omar.refused, omar.refused
    return omar


def _nodes(company: Company) -> tuple[Node, ...]:
    """First line, and those who know about money, with a leader to decide when a case goes to and fro."""
    teams, people = company.teams, company.people
    return (
        Node(id="first", name="First line", team=teams["Billing"], owner=people["mina"], start=True),
        Node(id="second", name="Returns desk", sort="specialist", team=teams["Returns"], owner=people["lena"],
             start=True, questions=("What was tried?",)),
        Node(id="judge", name="Arbiter", sort="arbiter", team=teams["Billing"], owner=people["omar"]),
    )  # fmt: skip


def mail(subject: str, text: str) -> bytes:
    """A customer's mail."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"], made["Subject"] = f"Jo Marsh <{CUSTOMER}>", DESK, subject
    made["Message-ID"] = f"<{uuid7()}@example.test>"
    made.set_content(text)
    return made.as_bytes()


def answers(office: Office) -> list[str]:
    """The texts of all mails that the customer has."""
    found = [email.message_from_bytes(raw, policy=email.policy.default) for raw in office.mails(CUSTOMER)]
    bodies = [one.get_body(("plain",)) for one in found]
    return [body.get_content() for body in bodies if body is not None]


def case_of(place: Workplace, preview: str) -> str:
    """The case that a customer's first words have opened."""
    place.session.queue.list.show_view("all")
    model = place.session.queue.list.model

    def found() -> list[str]:
        model.release()
        cases = [model.record(row) for row in range(model.rowCount())]
        return [one.id for one in cases if isinstance(one, Case) and preview in (one.preview, one.subject)]

    place.until(found)
    return found()[0]
