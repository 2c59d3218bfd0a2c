"""Pages that are listed: on the rail of whoever may use them, and loaded when they are first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages import PAGES, Listed
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.texts import tr
from agentdesk.domain.kernel import Actor, may
from agentdesk.domain.people import Person


class Host(QObject):
    """Looks like the page to the shell; the page itself is made when its widget is first asked for."""

    badge = Signal(int)
    place = "top"
    actions: tuple[Action, ...] = ()

    def __init__(self, listed: Listed, make: Callable[[Listed], Any], parent: QObject) -> None:
        super().__init__(parent)
        self.id, self.title, self.icon = listed.id, tr(listed.title), listed.icon
        self._listed, self._make = listed, make
        self.real: Any = None

    @property
    def widget(self) -> QWidget:
        if self.real is None:
            self.real = self._make(self._listed)
            if self.real.badge is not None:
                self.real.badge.connect(self.badge)
        widget: QWidget = self.real.widget
        return widget

    def subject(self) -> str:
        return str(self.real.subject()) if self.real is not None else ""

    def shown(self) -> None:
        if self.real is not None:
            self.real.shown()

    def close(self) -> None:
        """The page listens no more, if there is one and it listens."""
        close = getattr(self.real, "close", None)
        if close is not None:
            close()


class Hosting(QObject):
    """Puts the listed pages on the rail, and takes them off again when a person's rights change."""

    def __init__(
        self, desk: Desk, settings: Settings, shell: Shell, pages: Sequence[Listed] = PAGES, home: str = "queue"
    ) -> None:
        super().__init__(shell)
        self._desk, self._settings, self._shell, self._home = desk, settings, shell, home
        self._hosts: dict[str, Host] = {}
        self._pages = pages
        self._forget = desk.listen(("person",), lambda _: self.fit())
        self.fit()

    def fit(self) -> None:
        """The rail shows what this person may use, no more."""
        role = role_of(self._desk)
        for listed in self._pages:
            allowed = any(may(role, permission) for permission in listed.needs)
            if allowed and listed.id not in self._hosts:
                self._hosts[listed.id] = Host(listed, self._made, self)
                self._shell.add_page(self._hosts[listed.id])
            elif not allowed and listed.id in self._hosts:
                self._shell.remove_page(listed.id, self._home)
                self._put_away(self._hosts.pop(listed.id))

    def _made(self, listed: Listed) -> Any:
        page = listed.make(self._desk, self._settings, self._shell)
        self._shell.book.add(page.actions)
        return page

    def _put_away(self, host: Host) -> None:
        host.close()
        if host.real is not None:
            host.real.deleteLater()
        host.deleteLater()

    def close(self) -> None:
        """No page listens any more."""
        self._forget()
        for host in self._hosts.values():
            host.close()


def role_of(desk: Desk) -> str:
    """The role of whoever sits here, as it is now; that of the sign-in until one's own record is here."""
    me: Actor = desk.me
    mine = desk.view.get(Person, me.id)
    return mine.role if mine is not None else me.role
