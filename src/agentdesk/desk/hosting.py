"""Pages that are listed: on the rail of whoever may use them, and loaded when they are first opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

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


class Lent:
    """A desk as a page has it that may be put away: what the page has asked for is then told to nobody."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self.over = desk, False

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._desk, verb)

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        self._desk.ask(question, args, self._meanwhile(then))

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        self._desk.read(where, self._meanwhile(then))

    def fetch(self, digest: str, then: Callable[[bytes | None, str], None]) -> None:
        self._desk.fetch(digest, self._meanwhile(then))

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        self._desk.save(where, path, self._meanwhile(then), self._meanwhile(so_far))

    def _meanwhile(self, then: Callable[..., None]) -> Callable[..., None]:
        def told(*answer: Any) -> None:
            if not self.over:
                then(*answer)

        return told


class Host(QObject):
    """Looks like the page to the shell; the page itself is made when its widget is first asked for."""

    badge = Signal(int)
    place = "top"
    actions: tuple[Action, ...] = ()

    def __init__(self, listed: Listed, make: Callable[[Listed, Lent], Any], desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._lent = Lent(desk)
        self.id, self.title, self.icon = listed.id, tr(listed.title), listed.icon
        self._listed, self._make = listed, make
        self.real: Any = None

    @property
    def widget(self) -> QWidget:
        if self.real is None:
            self.real = self._make(self._listed, self._lent)
            if self.real.badge is not None:
                self.real.badge.connect(self.badge)
        widget: QWidget = self.real.widget
        return widget

    def subject(self) -> str:
        return str(self.real.subject()) if self.real is not None else ""

    def shown(self) -> None:
        if self.real is not None:
            self.real.shown()

    def show_record(self, kind: str, id: str) -> None:
        """Show one record; the page is made first, if it has to be."""
        assert self.widget is not None
        self.real.show_record(kind, id)

    def close(self) -> None:
        """The page listens no more, if there is one and it listens; nor does it hear what it has asked."""
        self._lent.over = True
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
        self._role = role_of(desk)
        self._forget = desk.listen(("person",), lambda _: self.fit())
        desk.sight.changed.connect(self._anew)
        self.fit()

    def fit(self) -> None:
        """The rail shows what this person may use, no more."""
        role, before = role_of(self._desk), self._role
        self._role = role
        if role != before:
            self._anew()
            return
        for listed in self._pages:
            allowed = any(may(role, permission) for permission in listed.needs)
            if allowed and listed.id not in self._hosts:
                self._hosts[listed.id] = Host(listed, self._made, self._desk, self)
                self._shell.add_page(self._hosts[listed.id])
            elif not allowed and listed.id in self._hosts:
                self._remove(listed.id)

    def show(self, kind: str, id: str) -> None:
        """Open a record on the page that shows records of its kind, if this person has one."""
        for listed in self._pages:
            if kind in listed.shows and listed.id in self._hosts:
                self._shell.open_page(listed.id)
                self._hosts[listed.id].show_record(kind, id)
                return

    def _anew(self) -> None:
        """Pages that were made for other eyes: nothing of what they show, offer or wait for stays."""
        front = self._shell.page()
        if any(host.real is not None for host in self._hosts.values()):
            for id in list(self._hosts):  # all, for the rail keeps the order in which pages come
                self._remove(id)
        self.fit()
        if front is not None and front.id in self._hosts:
            self._shell.open_page(front.id)

    def _remove(self, id: str) -> None:
        self._shell.remove_page(id, self._home)
        self._put_away(self._hosts.pop(id))

    def _made(self, listed: Listed, desk: Lent) -> Any:
        page = listed.make(cast(Desk, desk), self._settings, self._shell)
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
