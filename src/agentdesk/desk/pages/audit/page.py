"""The audit page: filters above, entries beside one entry in full, heads, or an export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from agentdesk.desk.actions import Action, Context
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.pages.audit.detail import EntryPanel
from agentdesk.desk.pages.audit.export import ExportPanel
from agentdesk.desk.pages.audit.filters import FilterBar
from agentdesk.desk.pages.audit.heads import HeadsPanel
from agentdesk.desk.pages.audit.list import EntriesModel, Entry, EntryList
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import remember_splitter
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Banner, Header, Pane
from agentdesk.desk.widgets.states import EmptyState
from agentdesk.domain.audit.leaf import decode
from agentdesk.domain.kernel import COMMANDS, Actor

TITLE, ICON = mark("Audit log"), "ph.shield-check"
PAGE = 100


class _Found(msgspec.Struct):
    entries: list[bytes]
    before: int
    size: int
    indexed: int


def may(who: Actor, command: str) -> bool:
    """Whether somebody may put this question: what the server decides by, too."""
    return who.role in COMMANDS[command].roles


class AuditPage(QObject):
    """A page for the shell."""

    badge = None
    id, icon, place = "audit", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._settings = desk, settings

        def key() -> bytes | None:
            return desk.pins.key

        self._asked: dict[str, Any] = {}
        self._turn = 0
        self._searches = may(desk.me, "audit.search")
        self.filters, self.banner = FilterBar(desk), Banner()
        self.model = EntriesModel(self._more, self)
        self.list = EntryList(self.model)
        self.entry = EntryPanel(desk, key, may(desk.me, "audit.prove"), may(desk.me, "audit.unseal"))
        self.heads, self.export = HeadsPanel(desk, key), ExportPanel(desk)
        self.compare_button = Button(tr("Compare heads"), icon="ph.git-diff")
        self.export_button = Button(tr("Export…"), icon="ph.download-simple")
        self._header = Header(self.title)
        self._here = EmptyState(ICON, tr("Nothing was looked for yet"), tr("Fill in what you look for, and search."))
        self._blank = EmptyState("ph.list-dashes", tr("No entry is chosen"))
        self.widget = self._lay_out()
        self._connect()

    def _lay_out(self) -> QWidget:
        page, rows, work = Pane(), Pane(edge="right"), Pane()
        self._header.add(self.compare_button, self.export_button)
        page.box.addWidget(self._header)
        page.box.addWidget(self.filters)
        page.box.addWidget(self.banner)
        self._lists, self._panels = QStackedWidget(), QStackedWidget()
        for stack, widgets in (
            (self._lists, (self._here, self.list)),
            (self._panels, (self._blank, self.entry, self.heads, self.export)),
        ):
            for widget in widgets:
                stack.addWidget(widget)
        rows.box.addWidget(self._lists)
        work.box.addWidget(self._panels)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for part, least in ((rows, px("list")), (work, 380)):
            part.setMinimumWidth(least)
            splitter.addWidget(part)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([620, 620])
        remember_splitter(splitter, self._settings, "audit")
        page.box.addWidget(splitter, 1)
        rows.setVisible(self._searches)
        self.filters.setVisible(self._searches)
        self.compare_button.setVisible(may(self._desk.me, "audit.heads"))
        self.export_button.setVisible(may(self._desk.me, "audit.export"))
        return page

    def _connect(self) -> None:
        self.filters.asked.connect(self.search)
        self.list.chosen.connect(self._show)
        self.compare_button.clicked.connect(self.show_heads)
        self.export_button.clicked.connect(self.show_export)
        self.filters.complete()

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        search, prove, heads, export = "audit.search", "audit.prove", "audit.heads", "audit.export"
        glass, arrow, seal = "ph.magnifying-glass", "ph.download-simple", "ph.circle-wavy-check"
        found: list[tuple[str, str, Callable[[Context], object], str, str, str]] = [
            ("audit.find", tr("Search the audit log"), lambda _: self.focus_filters(), glass, "/", search),
            ("audit.prove", tr("Prove this entry"), lambda _: self.entry.ask_proof(), seal, "P", prove),
            ("audit.heads", tr("Compare heads"), lambda _: self.show_heads(), "ph.git-diff", "H", heads),
            ("audit.export", tr("Export the audit log"), lambda _: self.show_export(), arrow, "X", export),
            ("audit.next", tr("Next entry"), lambda _: self.list.step(1), "ph.arrow-down", "J", search),
            ("audit.previous", tr("Previous entry"), lambda _: self.list.step(-1), "ph.arrow-up", "K", search),
        ]
        return tuple(
            Action(id, title, self.title, run, icon, key, page=self.id)
            for id, title, run, icon, key, needs in found
            if may(self._desk.me, needs)
        )

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        """The first field, or the heads for those who only may compare."""
        if self._searches:
            self.focus_filters()
        else:
            self.show_heads()

    def focus_filters(self) -> None:
        """To the first field."""
        self.filters.person.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- Searching ---

    def search(self, asked: dict[str, Any]) -> None:
        """Look for this, newest first."""
        self._asked, self._turn = asked, self._turn + 1
        self.model.clear()
        self._say(tr("Asking the server…"))
        self._more(0)

    def _more(self, before: int) -> None:
        turn, told = self._turn, {**self._asked, "limit": PAGE, **({"before": before} if before else {})}
        self._desk.ask("audit.search", told, lambda result, why: self._found(turn, result, why))

    def _found(self, turn: int, result: Any, why: str) -> None:
        if turn != self._turn:
            return
        page, entries = None, list[Entry]()
        if not why:
            try:
                page = msgspec.convert(result, _Found)
                entries = [(decode(data), data) for data in page.entries]
            except (msgspec.ValidationError, ValueError):
                page, why = None, tr("The server's answer cannot be read.")
        if page is None:
            self._failed(why)
            return
        self.model.add(entries, page.before)
        self._say("" if self.model.rowCount() else tr("Nothing in the log is like that"))
        if page.indexed < page.size:
            words = tr("{done} of {all} entries can be searched yet.", done=number(page.indexed), all=number(page.size))
            self.banner.show_state("accent", tr("The log is still being read."), words)
        else:
            self.banner.clear()

    def _failed(self, why: str) -> None:
        """What is listed stays; the sentence stands above it."""
        self.model.gave_up()
        self.banner.show_state("warn", tr("The log cannot be searched now."), why)
        if not self.model.rowCount():
            self._say(tr("The log lies at the server"), tr("Search again when the desk is connected."))

    def _say(self, title: str, text: str = "") -> None:
        """Words in place of the list, or the list itself."""
        if title:
            self._here.show_words(title, text)
        self._lists.setCurrentWidget(self._here if title else self.list)

    # --- The other side ---

    def _show(self, entry: Entry | None) -> None:
        if entry is not None:
            self.entry.show_entry(*entry)
            self._panels.setCurrentWidget(self.entry)
        elif self._panels.currentWidget() is self.entry:
            self._panels.setCurrentWidget(self._blank)

    def show_heads(self) -> None:
        """The signed heads."""
        self._panels.setCurrentWidget(self.heads)
        self.heads.load()
        self.heads.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_export(self) -> None:
        """What to take out."""
        self._panels.setCurrentWidget(self.export)
        self.export.save.setFocus(Qt.FocusReason.OtherFocusReason)
