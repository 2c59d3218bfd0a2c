"""What holds for every page: it opens on a company at work in each language, and all in it has a name and a key."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.access import controls, keyless, nameless
from tests.desk.fake_desk import MINUTE, FakeDesk
from tests.desk.graphed import NODES, WAYS, publish
from tests.desk.ruled_desk import ruled
from tests.desk.samples import shell_in

from agentdesk.desk import pages, texts
from agentdesk.desk.front import CardPage, Front
from agentdesk.desk.pages.assisting import AssistingPage
from agentdesk.desk.pages.audit import AuditPage
from agentdesk.desk.pages.clocks import ClocksPage
from agentdesk.desk.pages.devices import DevicesPage
from agentdesk.desk.pages.digest import DigestPage
from agentdesk.desk.pages.escalation import EscalationPage
from agentdesk.desk.pages.fields import FieldsPage
from agentdesk.desk.pages.forum import ForumPage
from agentdesk.desk.pages.friction import FrictionPage
from agentdesk.desk.pages.held import EnrolPage, LapsedPage, LostPage, ShutOutPage
from agentdesk.desk.pages.in_browser import InBrowserPage
from agentdesk.desk.pages.key import KeyPage
from agentdesk.desk.pages.knowledge import KnowledgePage
from agentdesk.desk.pages.macros import MacrosPage
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.pages.privacy import PrivacyPage
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.pages.rights.page import RightsPage
from agentdesk.desk.pages.routing import RoutingPage
from agentdesk.desk.pages.rules import RulesPage
from agentdesk.desk.pages.second_step import SecondStepPage
from agentdesk.desk.pages.server import ServerPage
from agentdesk.desk.pages.settings import NetworkPage, SettingsPage
from agentdesk.desk.pages.sign_in import SignInPage
from agentdesk.desk.pages.trouble import TroublePage
from agentdesk.desk.shell import Shell
from agentdesk.domain.cases import Case, Claim, DefineField, Fill, Note, Reply, Snooze, Solve, Tag
from agentdesk.domain.cases.acting import Act
from agentdesk.domain.clocks import USUAL_LADDER, Calendar, Draft, Holiday, Policy, Publish, Ring, Target
from agentdesk.domain.devices import Enrol, InviteDevice, Report
from agentdesk.domain.escalation import DraftGraph
from agentdesk.domain.forum import Ask
from agentdesk.domain.friction import AnswerFriction, KeepProcess
from agentdesk.domain.friction import Report as ReportFriction
from agentdesk.domain.governed import Begin
from agentdesk.domain.kernel import Actor
from agentdesk.domain.knowledge import Flag
from agentdesk.domain.macros import AddMacro, Wording
from agentdesk.domain.privacy import SetHold, SetRetention
from agentdesk.domain.routing import DraftPlan, PublishPlan, Row, Rule

Make = Callable[[FakeDesk, Shell], Any]


def _queue(desk: FakeDesk, shell: Shell) -> QueuePage:
    page = QueuePage(desk, shell.settings, shell)
    page.show_case("c1")
    return page


def _devices(desk: FakeDesk, shell: Shell) -> DevicesPage:
    system = Actor("system", "system")
    desk.act(Enrol(device="d1", person="mina", key="k" * 43, desk="desk-1", name="Mina's"), system)
    desk.act(Report(device="d1", version="desk 1", system="Debian 13", disk="yes"), system)
    desk.act(InviteDevice(device="d2", person="dario", name="Dario's"), system)
    desk._me = msgspec.structs.replace(desk.me, role="admin")
    return DevicesPage(desk, shell.settings, shell)


def _privacy(desk: FakeDesk, shell: Shell) -> PrivacyPage:
    desk._me = msgspec.structs.replace(desk.me, role="admin")
    desk.do(SetHold(hold="h1", kind="case", about="c2", reason="A court has asked for it."))
    desk.do(SetRetention(data_class="messages", days=90, basis="contract"))
    return PrivacyPage(desk, shell.settings, shell)


def _clocks(desk: FakeDesk, shell: Shell) -> ClocksPage:
    desk._me = msgspec.structs.replace(desk.me, role="admin", scopes=desk.me.scopes | {"planning"})
    office = Calendar("office", "Office", "Europe/Berlin", ((0, 540, 1020),), (Holiday(20270101, "New Year"),))
    targets = (Target(metric="first", minutes=(60, 30, 10, 5)),)
    usual = Policy(id="usual", name="Usual", calendar="office", targets=targets, ladder=USUAL_LADDER)
    assert desk.do(Draft(regime="rules", calendars=(office,), policies=(usual,)))
    assert desk.do(Publish(regime="rules"))
    return ClocksPage(desk, shell.settings, shell)


def _fields(desk: FakeDesk, shell: Shell) -> FieldsPage:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor")
    assert desk.do(DefineField(field="f1", title="Product", type="choice", options=("Lamp", "Chair"), required=True))
    assert desk.do(DefineField(field="f2", title="Serial number", when="f1", equals="Lamp"))
    assert desk.do(Fill(case="c2", field="f1", value="Lamp", took=4000))
    return FieldsPage(desk, shell.settings, shell)


def _digest(desk: FakeDesk, shell: Shell) -> DigestPage:
    _clocks(desk, shell).close()
    desk._me = msgspec.structs.replace(desk.me, role="supervisor")
    desk.open_case("late")
    for minutes in (31, 16, 46):
        desk.time += minutes * MINUTE
        desk.act(Ring(clock="late"), Actor("clock", "system"))
    return DigestPage(desk, shell.settings, shell)


def _knowledge(desk: FakeDesk, shell: Shell) -> KnowledgePage:
    scopes = desk.me.scopes | {"library"}
    desk._me = msgspec.structs.replace(desk.me, role="supervisor", scopes=scopes)
    text = "# Refund\n\nAsk *the bank*.\n\n> [!agents]\n> Never read out a card."
    for id, title in (("a1", "When a refund is late"), ("a2", "أين طردي؟"), ("a3", "x" * 400)):
        desk.do(Begin(document=id, edition=f"{id}-e", register="article", title=title, text=text))
    desk.do(Flag(gap="g1", words="What of vouchers?"))
    page = KnowledgePage(desk, shell.settings, shell)
    page.show_document("a1")
    return page


def _macros(desk: FakeDesk, shell: Shell) -> MacrosPage:
    acts = (Act("tag", "late"), Act("assign", "mina"), Act("snooze", "90"), Act("priority", "2"), Act("solve"))
    desk.do(AddMacro(macro="k1", name="Late parcel", texts=(Wording("en", "{{greeting}} {{parcel}}"),), acts=acts))
    desk.do(AddMacro(macro="k2", name="شكرا", texts=(Wording("ar", "{{greeting}}"), Wording("", "Thanks.")), acts=()))
    return MacrosPage(desk, shell.settings, shell)


def _forum(desk: FakeDesk, shell: Shell) -> ForumPage:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor", scopes=desk.me.scopes | {"library"})
    for id, title in (("q1", "Refund says issued"), ("q2", "أين طردي؟"), ("q3", "x" * 400)):
        desk.do(Ask(topic=id, post=f"{id}-p", space="Billing", title=title, text="What do *you* say? @[rosa]"))
    page = ForumPage(desk, shell.settings, shell)
    page.open_topic("q1")
    return page


def _friction(desk: FakeDesk, shell: Shell) -> FrictionPage:
    desk._me = msgspec.structs.replace(desk.me, role="supervisor", scopes=desk.me.scopes | {"library"})
    desk.do(KeepProcess(process="p1", name="Refunds", owner="mina"))
    for id, text in (("f1", "Two forms for one thing."), ("f2", "x" * 400)):
        desk.do(ReportFriction(friction=id, words=text, process="p1"))
    desk.do(AnswerFriction(friction="f2", answer="One form from May on."))
    page = FrictionPage(desk, shell.settings, shell)
    page.form.begin(None)
    return page


def _routing(desk: FakeDesk, shell: Shell) -> RoutingPage:
    desk._me = msgspec.structs.replace(desk.me, role="admin", scopes=desk.me.scopes | {"routing"})
    rule = Rule(id="r1", name="Key accounts", domains=("big.example",), skills=("billing",), tier=2)
    rows = (Row(team="billing", channel="mail", to="orders", person="dario"),)
    assert desk.do(DraftPlan(plan="p1", teams=("billing",), rules=(rule,), table=rows))
    assert desk.do(PublishPlan(plan="p1"))
    return RoutingPage(desk, shell.settings, shell)


def _rules(desk: FakeDesk, shell: Shell) -> RulesPage:
    return RulesPage(ruled(desk), shell.settings, shell)


def _escalation(desk: FakeDesk, shell: Shell) -> EscalationPage:
    desk._me = msgspec.structs.replace(desk.me, role="admin", scopes=desk.me.scopes | {"routing"})
    publish(desk)
    more = msgspec.structs.replace(NODES[0], id="x", name="x" * 200)
    assert desk.do(DraftGraph(graph="late", nodes=(*NODES, more), ways=WAYS, previous="g1"))
    return EscalationPage(desk, shell.settings, shell)


PAGES: dict[type, Make] = {
    RulesPage: _rules,
    ForumPage: _forum,
    FrictionPage: _friction,
    MacrosPage: _macros,
    RoutingPage: _routing,
    EscalationPage: _escalation,
    KnowledgePage: _knowledge,
    QueuePage: _queue,
    DevicesPage: _devices,
    PrivacyPage: _privacy,
    ClocksPage: _clocks,
    DigestPage: _digest,
    FieldsPage: _fields,
    AssistingPage: lambda desk, shell: AssistingPage(desk, shell.settings, shell),
    ServerPage: lambda desk, shell: ServerPage(desk, shell.settings, shell),
    RightsPage: lambda desk, shell: RightsPage(desk, shell.settings, shell),
    AuditPage: lambda desk, shell: AuditPage(desk, shell.settings, shell),
    SettingsPage: lambda desk, shell: SettingsPage(shell.settings, shell.book, lambda: None),
    NetworkPage: lambda desk, shell: NetworkPage(shell.settings, lambda name, password, told: told("")),
    LatePage: lambda desk, shell: LatePage("queue", "Queue", "ph.tray"),
    SignInPage: lambda desk, shell: SignInPage("https://desk.example.com", "mina@example.com"),
    SecondStepPage: lambda desk, shell: SecondStepPage(("totp", "passkey", "recovery")),
    InBrowserPage: lambda desk, shell: InBrowserPage(),
    LapsedPage: lambda desk, shell: LapsedPage("The server was not asked for too long."),
    LostPage: lambda desk, shell: LostPage("The key to what lies on this laptop is not in its keyring any more."),
    ShutOutPage: lambda desk, shell: ShutOutPage("This device was shut out."),
    EnrolPage: lambda desk, shell: EnrolPage("This device is not known here."),
    KeyPage: lambda desk, shell: KeyPage("There is no keyring."),
    TroublePage: lambda desk, shell: TroublePage("The file is damaged."),
}


def _declared() -> set[type]:
    """The pages in the source, by their name."""
    found = set()
    for module in pkgutil.walk_packages(pages.__path__, pages.__name__ + "."):
        for name, value in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if name.endswith("Page") and value.__module__ == module.name:
                found.add(value)
    return found


def test_each_page_is_tried() -> None:
    assert _declared() == set(PAGES), "a new page needs a line in PAGES"


class Busy(FakeDesk):
    """A company at work: cases new, answered, asleep, solved, long, and in scripts of all kinds."""

    def __init__(self) -> None:
        super().__init__()
        said = ("Hello, my parcel is late.", "أين طردي؟", "荷物はまだ届いていません", "x" * 3_000, "a\n" * 40)
        for number, text in enumerate(said, 1):
            self.time += MINUTE
            self.open_case(f"c{number}", text)
        mine = self.me
        self.act(Claim(case="c1"), mine)
        self.act(Tag(case="c1", tag="parcel"), mine)
        self.act(Note(case="c1", message="n1", text="See @[dario]."), mine)
        self.act(Reply(case="c1", message="r1", text="On its way.", seen=self._seq("c1")), mine)
        self.act(Reply(case="c1", message="r2", text="Wait…", seen=self._seq("c1"), hold=60), mine)
        self.act(Snooze(case="c2", until=self.time + 60 * MINUTE), mine)
        self.act(Solve(case="c3", seen=self._seq("c3")), mine)

    def _seq(self, case: str) -> int:
        return int(self.view.get(Case, case).seq)


@pytest.fixture
def desk() -> Iterator[Busy]:
    made = Busy()
    yield made
    made.close()


@pytest.fixture(params=texts.LANGUAGES)
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """The words in force while a page is made."""
    catalogue = texts.Catalogue(texts.words(request.param), qapp)
    QCoreApplication.installTranslator(catalogue)
    yield request.param
    QCoreApplication.removeTranslator(catalogue)


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Shell:
    made = shell_in(tmp_path)
    made.resize(1_280, 800)
    qtbot.addWidget(made)
    return made


@pytest.fixture(params=PAGES, ids=lambda cls: cls.__name__)
def page(request: pytest.FixtureRequest, qtbot: QtBot, desk: Busy, shell: Shell, language: str) -> Iterator[Any]:
    """A page, open in the window where it belongs."""
    made, front = PAGES[request.param](desk, shell), Front(lambda: None)
    qtbot.addWidget(front)
    if isinstance(made, CardPage):
        front.put(made)
        qtbot.waitExposed(front)
    else:
        shell.add_page(made)
        shell.show()
        shell.open_page(made.id)
        qtbot.waitExposed(shell)
    QApplication.processEvents()
    yield made
    widget_of(made).deleteLater()  # before the desk, whose records it counts when there is time
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def widget_of(page: Any) -> QWidget:
    return page if isinstance(page, QWidget) else page.widget  # type: ignore[no-any-return]


def test_it_opens_and_can_be_worked_with(page: Any, shell: Shell) -> None:
    widget = widget_of(page)
    assert widget.isVisible()
    assert widget.width() > 300
    assert nameless(widget) == []
    assert keyless(widget) == []
    assert [control for control in controls(widget) if "{" in control.accessibleName()] == []
    for model in _models(widget):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    QApplication.processEvents()


def _models(widget: QWidget) -> list[Any]:
    views = [view for view in widget.findChildren(QAbstractItemView) if view.model() is not None]
    return [view.model() for view in views]


def test_it_says_what_it_is(page: Any, language: str) -> None:
    if isinstance(page, CardPage):
        return
    assert page.id
    assert page.title
    assert page.icon.startswith("ph.")
    assert page.place in ("top", "bottom")
    assert isinstance(page.subject(), str)
    for action in page.actions:
        assert action.title, action.id
        assert action.page in ("", page.id), action.id
    ids = [action.id for action in page.actions]
    assert len(set(ids)) == len(ids)


def test_it_survives_a_narrow_window_and_a_second_look(page: Any, shell: Shell) -> None:
    widget = widget_of(page)
    window = widget.window()
    for width in (window.minimumWidth(), 1_600):
        window.resize(width, max(window.minimumHeight(), 560))
        QApplication.processEvents()
    if not isinstance(page, CardPage):
        shell.open_page(page.id)
        page.shown()
    QApplication.processEvents()
    assert widget.isVisible()


def test_a_pages_badge_is_a_signal_or_nothing(page: Any) -> None:
    badge = getattr(page, "badge", None)
    assert badge is None or hasattr(badge, "connect")
    assert isinstance(page, QObject) or badge is None
