"""The page of the server: asked when it is looked at, and again at a press; what was told stays while it is away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agentdesk import __version__
from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.server.lines import STATES, Here, Line, Section, sections
from agentdesk.desk.pages.server.told import Posture, read
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.beside import stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Banner, Card, Header, Icon, Pane, empty
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.verdict import Verdict

TITLE, ICON = mark("Server"), "ph.hard-drives"
WHERE = "/api/v1/posture"


class ServerPage(QObject):
    """A page for the shell."""

    badge = None
    id, icon, place = "server", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk = desk
        self._told: Posture | None = None
        self._asking = False
        self.lines: list[LineView] = []
        self.again = Button(tr("Ask again"), icon="ph.arrows-clockwise")
        self.when = label("", "muted")
        self.banner, self.verdict = Banner(), Verdict()
        self._header, self._sheet = Header(self.title), Sheet(tr("How the server is protected"))
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._nothing = EmptyState(ICON, tr("The server was not asked yet"))
        self._loading = SkeletonRows(tr("Asking the server…"), 64)
        self._stack = stacked(self._nothing, self._loading, self._sheet)
        self.widget = self._lay_out()
        self.again.clicked.connect(self.ask)

    def _lay_out(self) -> QWidget:
        page = Pane()
        self._header.add(self.when, self.again)
        self._sheet.box.setContentsMargins(20, 16, 20, 20)
        self._sheet.add(self.verdict)
        self._sheet.box.addLayout(self._cards)
        self._sheet.box.addStretch(1)
        page.box.addWidget(self._header)
        page.box.addWidget(self.banner)
        page.box.addWidget(self._stack, 1)
        return page

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (
            Action("server.ask", tr("Ask the server how it is protected"), self.title, lambda _: self.ask(),
                   "ph.arrows-clockwise", "R", page=self.id),
        )  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """Whoever looks wants to know how it is now."""
        self.ask()
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self) -> None:
        """Ask the server."""
        if self._asking:
            return
        self._asking = True
        self.when.setText(tr("Asking the server…"))
        if self._told is None:
            self._stack.setCurrentWidget(self._loading)
        self._desk.read(WHERE, self._answered)

    def _answered(self, result: Any, why: str) -> None:
        self._asking = False
        told = None if why else read(result)
        if told is None:
            self._failed(why or tr("The server's answer cannot be read."))
            return
        self._told = told
        self.banner.clear()
        self._say_when()
        self._show(sections(told, Here(__version__, self._desk.pins.size)))
        self._stack.setCurrentWidget(self._sheet)

    def _failed(self, why: str) -> None:
        """What was told before stays; the sentence stands above it."""
        self._say_when()
        if self._told is not None:
            self.banner.show_state("warn", tr("The server cannot be asked now."), why)
            return
        self._nothing.show_words(tr("The server cannot be asked now."), why)
        self._stack.setCurrentWidget(self._nothing)

    def _say_when(self) -> None:
        now = self._desk.now()
        self.when.setText(tr("As of {time}", time=day_and_clock(self._told.at, now)) if self._told is not None else "")

    # --- The lines ---

    def _show(self, found: list[Section]) -> None:
        lines = [line for section in found for line in section.lines]
        self._sum_up(sum(one.state == "act" for one in lines), sum(one.state == "look" for one in lines))
        empty(self._cards)
        self.lines = [LineView(line) for line in lines]
        views = iter(self.lines)
        for section in found:
            card = Card()
            card.box.setSpacing(0)
            card.box.addWidget(label(section.title, "section"))
            for at in range(len(section.lines)):
                if at:
                    card.box.addWidget(hairline("soft"))
                card.box.addWidget(next(views))
            self._cards.addWidget(card)

    def _sum_up(self, act: int, look: int) -> None:
        if act:
            words = tr("Act on {n} now; look at {more} more.", n=act, more=look)
            self.verdict.show_state("bad", tr("Something needs you."), words)
        elif look:
            self.verdict.show_state("warn", tr("It works, and could be safer."), tr("Look at {n}.", n=look))
        else:
            self.verdict.show_state("good", tr("All is well."))


class LineView(QWidget):
    """A sign, what it is and how it stands, a word for that; below what to do."""

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        word, tone, icon = STATES[line.state]
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(line.title, "strong", wrap=True))
        words.addWidget(label(line.value, wrap=True, selectable=True))
        if line.advice:
            words.addWidget(label(line.advice, "muted", wrap=True, selectable=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 9, 0, 9)
        row.setSpacing(12)
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(Icon(icon, tone if tone != "plain" else "muted", 16), 0, top)
        row.addLayout(words, 1)
        chip = Chip(tr(word), tone)
        row.addWidget(chip, 0, top)
        self.setMinimumHeight(scaled(44))
        self.setAccessibleName(tr("{title}: {state}", title=line.title, state=tr(word)))
        self.setAccessibleDescription(f"{line.value}\n{line.advice}".strip())
