"""The page of privacy: one panel for each kind of work, and the counts of what is under way."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.privacy.erasures import ErasuresPanel
from agentdesk.desk.pages.privacy.holds import HoldsPanel
from agentdesk.desk.pages.privacy.schedule import SchedulePanel
from agentdesk.desk.pages.privacy.subject import SubjectPanel
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.beside import stacked
from agentdesk.desk.widgets.frames import Bar, Header, Pane
from agentdesk.desk.widgets.tabs import Tabs

TITLE, ICON = mark("Privacy"), "ph.fingerprint"
PEOPLE, HOLDS, SCHEDULE, ERASURES = "people", "holds", "schedule", "erasures"
WATCHES = ("erasure", "confirmation", "hold", "retention", "retention_run", "team", "person")
NAMES = {
    PEOPLE: mark("People"),
    HOLDS: mark("Legal holds"),
    SCHEDULE: mark("Schedule"),
    ERASURES: mark("Erasures"),
}
ICONS = {PEOPLE: "ph.user-list", HOLDS: "ph.scales", SCHEDULE: "ph.calendar", ERASURES: "ph.trash"}


class PrivacyPage(QObject):
    """A page for the shell. Who may only look has no panel in which something could be done."""

    badge = None
    id, icon, place = "privacy", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk = desk
        finds = desk.me.may("subject.find")
        self.people: SubjectPanel | None = SubjectPanel(desk) if finds else None
        self.holds, self.schedule = HoldsPanel(desk), SchedulePanel(desk)
        self.erasures = ErasuresPanel(desk, lambda: desk.pins.key)
        shown = [PEOPLE] * finds + [HOLDS, SCHEDULE, ERASURES]
        self.tabs = Tabs([(one, tr(NAMES[one])) for one in shown])
        self.tabs.setAccessibleName(tr("What to do"))
        self._panels: dict[str, QWidget] = {HOLDS: self.holds, SCHEDULE: self.schedule, ERASURES: self.erasures}
        if self.people is not None:
            self._panels[PEOPLE] = self.people
            self.people.erasure.connect(self.show_erasure)
        self._stack = stacked(*self._panels.values())
        self.widget = self._lay_out()
        self.tabs.chosen.connect(self.show_panel)
        self._forget = desk.listen(WATCHES, lambda _: self._fill())
        self._fill()
        self.show_panel(shown[0])

    def _lay_out(self) -> QWidget:
        page, bar = Pane(), Bar("strip")
        bar.row.addWidget(self.tabs)
        page.box.addWidget(Header(self.title))
        page.box.addWidget(bar)
        page.box.addWidget(self._stack, 1)
        return page

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        found = [
            Action(f"privacy.{id}", tr(NAMES[id]), self.title, partial(self._open, id), ICONS[id], page=self.id)
            for id in NAMES
            if id in self._panels
        ]
        if self.people is not None:
            found.append(Action("privacy.find", tr("Find a customer"), self.title, partial(self._open, PEOPLE),
                                "ph.magnifying-glass", "/", page=self.id))  # fmt: skip
        return tuple(found)

    def _open(self, id: str, _context: object) -> None:
        self.show_panel(id)
        self._focus()

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """Where one left off."""
        self._focus()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def show_panel(self, id: str) -> None:
        """One of the panels."""
        self.tabs.choose(id)
        self._stack.setCurrentWidget(self._panels[id])

    def show_erasure(self, id: str) -> None:
        """An erasure, in its panel."""
        self.show_panel(ERASURES)
        self.erasures.show_erasure(id)

    def _focus(self) -> None:
        panel = self._stack.currentWidget()
        focus = getattr(panel, "focus", None)
        if focus is not None:
            focus()

    def _fill(self) -> None:
        self.tabs.show_count(HOLDS, self.holds.fill() or None)
        self.tabs.show_count(ERASURES, self.erasures.fill() or None)
        self.schedule.fill()
        if self.people is not None:
            self.people.again()
