"""The window: hosts the pages given to it and knows none by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from agentdesk.desk.actions import GENERAL, Action, ActionBook, Context
from agentdesk.desk.cheatsheet import CheatSheet
from agentdesk.desk.keys import Keyboard
from agentdesk.desk.menu import fill_menu
from agentdesk.desk.notices import Notices
from agentdesk.desk.overlay import Overlay
from agentdesk.desk.palette import Palette
from agentdesk.desk.rail import Rail
from agentdesk.desk.settings import Settings
from agentdesk.desk.statusline import StatusLine
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import px
from agentdesk.desk.widgets.labels import hairline

YOU = mark("You")
GO = mark("Go to")


class Page(Protocol):
    """What the shell asks of a page. `widget` is asked for when the page is first opened, so it may be made late."""

    id: str
    title: str
    icon: str
    place: str
    """"top" or "bottom" of the rail."""

    @property
    def widget(self) -> QWidget: ...

    @property
    def actions(self) -> tuple[Action, ...]: ...

    @property
    def badge(self) -> SignalInstance | None:
        """A signal with the count to show on the rail, or None."""
        ...

    def subject(self) -> str:
        """What the page is about just now, such as "#48 213"; shown in the palette."""
        ...

    def shown(self) -> None:
        """Called each time the page comes to the front; a good moment to take the focus."""
        ...


class Shell(QWidget):
    """The window of the desk. `book` is the list of all actions; `now` gives UTC milliseconds."""

    page_changed = Signal(str)
    closing = Signal()

    def __init__(self, settings: Settings, book: ActionBook, now: Callable[[], int]) -> None:
        super().__init__()
        self.settings, self.book = settings, book
        self._pages: dict[str, Page] = {}
        self._opened: dict[str, QWidget] = {}
        self._open = ""
        self.rail, self.status, self._stack = Rail(), StatusLine(now), QStackedWidget()
        self._lay_out()
        self.notices = Notices(self)
        self._palette: Palette | None = None
        self._sheet: CheatSheet | None = None
        self._providers: list[Callable[[Palette], None]] = []
        book.add(self._own_actions())
        self.keyboard = Keyboard(self, book, self.context)
        book.changed.connect(self._show_palette_key)
        self._show_palette_key()
        self._connect()

    def _lay_out(self) -> None:
        self.setWindowTitle("AgentDesk")
        self.setMinimumSize(px("min_width"), px("min_height"))
        self.resize(1440, 900)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(hairline("v"))
        middle.addWidget(self._stack, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(middle, 1)
        box.addWidget(self.status)
        geometry = self.settings.recall("window.geometry")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))

    def _connect(self) -> None:
        self.rail.chosen.connect(self.open_page)
        self.rail.palette_asked.connect(lambda: self.open_palette())
        self.rail.person_asked.connect(self.open_person_menu)
        self.status.palette_asked.connect(lambda: self.open_palette())
        self.status.presence_asked.connect(self.open_person_menu)

    def _own_actions(self) -> tuple[Action, ...]:
        general = tr(GENERAL)
        return (
            Action(
                "palette.open", tr("Find a command"), general, self.open_palette, "ph.command", "Ctrl+K", listed=False
            ),
            Action("help.keys", tr("Keyboard shortcuts"), general, lambda _: self.open_sheet(), "ph.keyboard", "?"),
            Action("page.next", tr("Next page"), general, lambda _: self._step(1), "ph.arrow-down", "Ctrl+PgDown"),
            Action("page.previous", tr("Previous page"), general, lambda _: self._step(-1), "ph.arrow-up", "Ctrl+PgUp"),
            Action("window.zone", tr("Next part of the window"), general, lambda _: self._go_round(), "ph.rows", "F6"),
            Action("window.full", tr("Full screen"), general, lambda _: self._full(), "ph.arrows-out", "F11"),
            Action(
                "notice.close", tr("Close the notice"), general, lambda _: self.notices.dismiss(), "ph.x", "Escape",
                when=lambda _: self.notices.current() is not None, listed=False,
            ),
        )  # fmt: skip

    # Pages

    def add_page(self, page: Page) -> None:
        """Host a page: a place on the rail, its actions in the book, an entry to go there."""
        self._pages[page.id] = page
        button = self.rail.add(page.id, page.icon, page.title, page.place == "bottom")
        if page.badge is not None:
            page.badge.connect(button.show_count)
        go = Action(
            f"page.open.{page.id}", page.title, tr(GO), lambda _: self.open_page(page.id), page.icon,
            key="Ctrl+," if page.place == "bottom" else "",
        )  # fmt: skip
        self.book.add((*page.actions, go))

    def remove_page(self, page_id: str, instead: str) -> None:
        """Host it no longer; who was looking at it looks at another one."""
        if self._open == page_id:
            self.open_page(instead)
        del self._pages[page_id]
        if (widget := self._opened.pop(page_id, None)) is not None:
            self._stack.removeWidget(widget)
        self.rail.remove(page_id)
        self.book.drop(lambda action: page_id in (action.page, action.id.removeprefix("page.open.")))

    def pages(self) -> tuple[Page, ...]:
        """The pages hosted, in the rail's order."""
        return tuple(self._pages.values())

    def page(self) -> Page | None:
        """The page in front."""
        return self._pages.get(self._open)

    def open_page(self, page_id: str) -> None:
        """Bring a page to the front."""
        page = self._pages[page_id]
        widget = page.widget
        if self._stack.indexOf(widget) < 0:
            self._stack.addWidget(widget)
            self._opened[page_id] = widget
        self._stack.setCurrentWidget(widget)
        self._open = page_id
        self.setWindowTitle(tr("{page} – AgentDesk", page=page.title))
        self.rail.choose(page_id)
        page.shown()
        self.page_changed.emit(page_id)

    def _step(self, step: int) -> None:
        ids = list(self._pages)
        if ids:
            self.open_page(ids[(ids.index(self._open) + step) % len(ids) if self._open else 0])

    # Where the person is

    def context(self) -> Context:
        """Where the person is, for actions to look at."""
        page = self.page()
        return Context(self._open, page, page.subject() if page else "", Keyboard.typing())

    def show_person(self, name: str, presence: str, token: str, load: str = "") -> None:
        """Who is signed in and whether they take work; token: good, warn, bad, faint."""
        self.rail.person.show_person(name, presence, token)
        self.status.show_presence(" · ".join(filter(None, (presence, load))))

    # Over the page

    @property
    def palette_panel(self) -> Palette:
        """The command palette, made at first use."""
        if self._palette is None:
            self._palette = Palette(self, self.book, self.context)
            for hand_over in self._providers:
                hand_over(self._palette)
        return self._palette

    def add_provider(self, provider: object) -> None:
        """More for the palette to list; see `entries.Provider`."""
        self._providers.append(lambda palette: palette.add_provider(provider))  # type: ignore[arg-type]
        if self._palette is not None:
            self._palette.add_provider(provider)  # type: ignore[arg-type]

    def open_palette(self, _context: Context | None = None) -> None:
        """Show the command palette."""
        self.palette_panel.open()

    def close_overlays(self) -> None:
        """Close whatever lies over the page, such as the palette with the cases it lists."""
        for overlay in self.findChildren(Overlay):
            overlay.close_panel()

    def open_sheet(self) -> None:
        """Show the keys."""
        if self._sheet is None:
            self._sheet = CheatSheet(self, self.book, self.context)
        self._sheet.open()

    def open_person_menu(self) -> None:
        """What concerns oneself: actions of the group "You"."""
        menu = fill_menu(QMenu(self), self.book, self.context(), lambda action: action.group == tr(YOU))
        menu.aboutToHide.connect(menu.deleteLater)
        if not menu.isEmpty():
            button = self.rail.person
            menu.popup(button.mapToGlobal(button.rect().topRight()))

    def _show_palette_key(self) -> None:
        self.status.show_palette_key(self.book.key_of("palette.open"))

    def _go_round(self) -> None:
        """The focus goes round: rail, page, status line."""
        focus, page = QApplication.focusWidget(), self.page()
        if focus is None or self.status.isAncestorOf(focus):
            target: QWidget = self.rail.button(self._open) if page else self.rail.palette_button
        elif self.rail.isAncestorOf(focus) and page is not None:
            page.widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            page.shown()
            return
        else:
            target = self.status.commands
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _full(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.remember("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self.closing.emit()
        super().closeEvent(event)


def remember_splitter(splitter: QSplitter, settings: Settings, name: str) -> None:
    """Keep a splitter's state through restarts; written a moment after the last move."""
    kept = settings.recall(f"splitter.{name}")
    if kept:
        splitter.restoreState(QByteArray.fromBase64(kept.encode()))
    later = QTimer(splitter, singleShot=True, interval=400)
    later.timeout.connect(
        lambda: settings.remember(f"splitter.{name}", bytes(splitter.saveState().toBase64().data()).decode())
    )
    splitter.splitterMoved.connect(lambda *_: later.start())
