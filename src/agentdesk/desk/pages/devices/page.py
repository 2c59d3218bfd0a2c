"""The page of devices: a table of all laptops that can be sorted and filtered, and one of them in full beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.devices.detail import DevicePanel
from agentdesk.desk.pages.devices.invite import InvitePanel
from agentdesk.desk.pages.devices.reading import Reading
from agentdesk.desk.pages.devices.words import FILTERS, columns, wanted
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.beside import beside, stacked
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Bar, Header, Pane
from agentdesk.desk.widgets.states import EmptyState, SkeletonRows
from agentdesk.desk.widgets.table import Table
from agentdesk.desk.widgets.tabs import Tabs
from agentdesk.domain.devices import Device
from agentdesk.sync.replica import Touched

TITLE, ICON = mark("Devices"), "ph.laptop"
PAUSE_MS = 120
"""So long after the last key the list is filtered."""


class DevicesPage(QObject):
    """A page for the shell."""

    badge = None
    id, icon, place = "devices", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._settings = desk, settings
        self._name = lru_cache(maxsize=20_000)(lambda id: person_name(desk.view, id))
        self.find = SearchField(tr("Name, person or system"), "/")
        self.tabs = Tabs([(id, tr(words)) for id, (words, _) in FILTERS.items()])
        self.tabs.setAccessibleName(tr("Which laptops"))
        self.moved = Button("", "link", "ph.arrows-clockwise")
        self.invite_button = Button(tr("Invite a laptop"), "primary", "ph.plus")
        self.table = Table(tr("Laptops"), columns(self._name, desk.now))
        self.detail, self.invite = DevicePanel(desk), InvitePanel(desk)
        self._header = Header(self.title)
        self._nothing = EmptyState(ICON, tr("No laptop yet"), tr("Invite one, or wait for a first sign-in."))
        self._loading = SkeletonRows(tr("The laptops are being read"), 38)
        self._blank = EmptyState(ICON, tr("No laptop is chosen"))
        self._expected = ""
        self._reading, self._missed = Reading(desk, self), list[Touched]()
        self._typed = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self.widget = self._lay_out()
        self._connect()
        self._read()

    def _lay_out(self) -> QWidget:
        page, rows, work, bar = Pane(), Pane(edge="right"), Pane(), Bar("strip")
        self._header.add(self.invite_button)
        self.invite_button.setVisible(self._desk.me.may("device.invite"))
        bar.row.addWidget(self.find, 2)
        bar.row.addWidget(self.tabs, 3)
        bar.row.addWidget(self.moved)
        self.moved.hide()
        self._lists = stacked(self._loading, self._nothing, self.table)
        self._panels = stacked(self._blank, self.detail, self.invite)
        rows.box.addWidget(self._lists)
        work.box.addWidget(self._panels)
        splitter = beside(rows, work, (900, px("assist")), (420, px("assist") - 40))
        remember_splitter(splitter, self._settings, "devices")
        page.box.addWidget(self._header)
        page.box.addWidget(bar)
        page.box.addWidget(splitter, 1)
        return page

    def _connect(self) -> None:
        self._reading.done.connect(self._read_all)
        self._typed.timeout.connect(self._filter)
        self.find.textChanged.connect(lambda _: self._typed.start())
        self.find.returnPressed.connect(self._go_to_table)
        self.tabs.chosen.connect(lambda _: self._filter())
        self.moved.clicked.connect(self._arrange)
        self.table.things.moved.connect(self._say_moved)
        self.table.chosen.connect(self._show)
        self.invite_button.clicked.connect(self.show_invite)
        self.invite.invited.connect(self._invited)
        self._forget = self._desk.listen(("computer", "person"), self._touched)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        found: list[tuple[str, str, Callable[[], object], str, str]] = [
            ("find", tr("Find a laptop"), self.find.setFocus, "ph.magnifying-glass", "/"),
            ("next", tr("Next laptop"), partial(self.table.step, 1), "ph.arrow-down", "J"),
            ("previous", tr("Previous laptop"), partial(self.table.step, -1), "ph.arrow-up", "K"),
            ("invite", tr("Invite a laptop"), self.show_invite, "ph.plus", "N"),
        ]
        may = self._desk.me.may("device.invite")
        return tuple(_action(self.title, *one) for one in found if may or one[0] != "invite")

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """Sorted anew, if something was astray: nobody looks at it yet."""
        self._arrange()
        self._go_to_table()

    def close(self) -> None:
        """Listen and read no more."""
        self._forget()
        self._reading.stop()
        self._typed.stop()

    # --- Reading ---

    def _read(self) -> None:
        if not self.table.things.rowCount():
            self._lists.setCurrentWidget(self._loading)
        self._reading.begin()

    def _read_all(self, found: list[Device]) -> None:
        missed, self._missed = self._missed, []
        self.table.things.show(found)
        self._filter()
        self._follow(missed)

    def _touched(self, some: Sequence[Touched] | None) -> None:
        if some is None:
            self._read()
        elif self._reading.busy:  # what was read may be older
            self._missed += some
        else:
            self._follow(some)

    def _follow(self, some: Sequence[Touched]) -> None:
        if any(one.kind == "person" for one in some):
            self._people()
        self.table.things.put(one.new for one in some if isinstance(one.new, Device))
        for one in some:
            if one.new is None and one.kind == "computer":
                self.table.things.take(one.id)
        self._count()
        self._again()
        self._look_for_expected()

    def _people(self) -> None:
        self._name.cache_clear()
        self.table.viewport().update()
        if self._panels.currentWidget() is self.invite:
            self.invite.fill()

    # --- The list ---

    def _filter(self) -> None:
        self.table.things.keep(wanted(self.tabs.current(), self.find.text(), self._name))
        self._count()

    def _count(self) -> None:
        everything = self.table.things.everything()
        for id, (_, fits) in FILTERS.items():
            self.tabs.show_count(id, sum(map(fits, everything)))
        self._header.show_count(len(everything))
        if self.table.things.rowCount():
            self._lists.setCurrentWidget(self.table)
            return
        none = (tr("No laptop yet"), tr("Invite one, or wait for a first sign-in."))
        other = (tr("No laptop is like that"), tr("Look for another, or choose another tab."))
        self._nothing.show_words(*(other if everything else none))
        self._lists.setCurrentWidget(self._nothing)

    def _say_moved(self, count: int) -> None:
        words = tr("{n} moved: sort anew", n=count)
        self.moved.setText(words)
        self.moved.setAccessibleName(words)
        self.moved.setVisible(bool(count))

    def _arrange(self) -> None:
        self.table.things.arrange()
        self._count()

    def _go_to_table(self) -> None:
        if self.table.current() is None:
            self.table.step(1)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, device: Device | None) -> None:
        if device is not None:
            self.detail.show_device(device)
            self._panels.setCurrentWidget(self.detail)
        elif self._panels.currentWidget() is self.detail:
            self._panels.setCurrentWidget(self._blank)

    def _again(self) -> None:
        """The laptop that is looked at is not as it was."""
        device = self.table.current()
        if device is not None and self._panels.currentWidget() is self.detail:
            self.detail.show_device(device)

    def show_invite(self) -> None:
        """Whose laptop is it to be?"""
        self.invite.fill()
        self._panels.setCurrentWidget(self.invite)
        self.invite.who.setFocus(Qt.FocusReason.OtherFocusReason)

    def _invited(self, device: str) -> None:
        self._expected = device
        self._look_for_expected()

    def _look_for_expected(self) -> None:
        """Show it with its code, also if the filter leaves it out. There is no code before the server knows of it."""
        device = self._expected
        if not device or self._desk.view.get(Device, device) is None or self._desk.waits("computer", device):
            return
        self._expected = ""
        if not self.table.choose(device):
            self.tabs.choose("all")
            self.find.clear()
            self._filter()
            self.table.choose(device)
        self._panels.setCurrentWidget(self.detail)
        self.detail.ask_code()


def _action(group: str, id: str, title: str, run: Callable[[], object], icon: str, key: str) -> Action:
    return Action(f"devices.{id}", title, group, lambda _: run(), icon, key, page="devices")
