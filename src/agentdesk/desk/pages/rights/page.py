"""The page of rights: the table beside one person's view of it and the doors into single cases."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.rights.doors import DoorForm, Visits
from agentdesk.desk.pages.rights.matrix import RightsTable
from agentdesk.desk.pages.rights.person import PersonPanel
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.labels import hairline

TITLE, ICON = mark("Access"), "ph.key"
WATCHES = ("person", "team", "grant")


class RightsPage(QObject):
    """A page for the shell."""

    badge = None
    id, icon, place = "rights", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._settings = desk, settings
        self._sees_all = desk.me.may("rights.see")
        self._lets_in = desk.me.may("case.invite") or desk.me.may("access.break_glass")
        self.table, self.person = RightsTable(), PersonPanel(desk)
        self.form, self.visits = DoorForm(desk), Visits(desk)
        self.person.chosen.connect(self.table.look_as)
        self.widget = self._lay_out()
        self._forget = desk.listen(WATCHES, lambda _: self._fill())

    def _lay_out(self) -> QWidget:
        left, right = Pane(edge="right"), Pane()
        left.box.addWidget(Header(tr("Who may do what")))
        left.box.addWidget(self.table, 1)
        right.box.addWidget(Header(tr("People and doors")))
        column = QWidget()
        box = QVBoxLayout(column)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        parts = ((self.person, self._sees_all), (self.form, self._lets_in), (self.visits, True))
        for part, wanted in parts:
            part.setVisible(wanted)
            if wanted:
                box.addWidget(part)
                box.addWidget(hairline("soft"))
            else:
                part.setParent(column)
        box.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(column)
        right.box.addWidget(scroll, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        left.setVisible(self._sees_all)
        for pane, least, stretch in ((left, 640, 1), (right, px("assist") - 40, 0)):
            pane.setMinimumWidth(least)
            splitter.addWidget(pane)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
        splitter.setSizes([980, px("assist")])
        remember_splitter(splitter, self._settings, "rights")
        return splitter

    def _fill(self) -> None:
        self.person.fill()
        self.form.fill()
        self.visits.fill()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        found = []
        if self._lets_in:
            found.append(
                Action("rights.door", tr("Let somebody into a case"), self.title, lambda _: self._go_to_form(),
                       "ph.sign-in", "N", page=self.id)
            )  # fmt: skip
        if self._sees_all:
            found.append(
                Action("rights.person", tr("View as a person"), self.title, lambda _: self._go_to_person(),
                       "ph.user-focus", "/", page=self.id)
            )  # fmt: skip
        return tuple(found)

    def _go_to_form(self) -> None:
        self.form.number.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _go_to_person(self) -> None:
        self.person.person.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """The person that is looked at, or the form."""
        (self._go_to_person if self._sees_all else self._go_to_form)()

    def close(self) -> None:
        """Listen no more."""
        self._forget()
