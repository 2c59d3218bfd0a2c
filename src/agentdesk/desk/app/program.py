"""One running desk of one profile: its window, and who works in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from agentdesk.desk.actions import ActionBook
from agentdesk.desk.app import held
from agentdesk.desk.app.entrance import Entrance
from agentdesk.desk.clock import wall_clock
from agentdesk.desk.front import Front
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.texts import tr

if TYPE_CHECKING:
    from agentdesk.desk.first import First
    from agentdesk.desk.glance import Identity, Opened
    from agentdesk.desk.live import Live
    from agentdesk.desk.session import Session
    from agentdesk.store.vault import Secrets
    from agentdesk.sync.news import Told

PAINT_MS = 60
"""After what was put up, so that its picture is not held up by the imports of what comes next."""


class Program(QObject):
    """`vault` is given where the system's keyring is not to be used; `leave` ends the application."""

    def __init__(
        self, folder: Path, settings: Settings, server: str = "", vault: Secrets | None = None,
        leave: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.settings, self._leave = settings, leave
        self.shell: Shell | None = None
        self.queue: LatePage | None = None
        self.session: Session | None = None
        self._first: First | None = None
        self.entrance = Entrance(folder, settings, server, vault, self._front_closed, self)
        self.entrance.covered.connect(self._hide_shell)
        self.entrance.opened.connect(self._begin)
        self.entrance.again.connect(self.start)

    @property
    def front(self) -> Front:
        """The window before there is a desk."""
        return self.entrance.front

    @property
    def live(self) -> Live | None:
        """The desk, once it is there."""
        return self.session.live if self.session is not None else None

    # --- Windows ---

    def start(self) -> None:
        """Show a window at once, then find out what can be opened."""
        known = self.entrance.who.known()
        if known is None:
            self.entrance.show_sign_in()
        else:
            self._show_shell()
            QTimer.singleShot(0, self, lambda: self.entrance.resume(known))

    def _show_shell(self) -> Shell:
        if self.shell is None:
            from agentdesk.desk.pages.settings import SettingsPage

            book = ActionBook(self.settings, self)
            self.shell = Shell(self.settings, book, self._now)
            self.queue = LatePage("queue", tr("Queue"), "ph.tray")
            self.shell.add_page(self.queue)
            self.shell.add_page(SettingsPage(self.settings, book, self._test_notification, self.entrance.keep_login))
            self.shell.closing.connect(self._closing)
            self.shell.open_page("queue")
        self.shell.show()
        return self.shell

    def _hide_shell(self) -> None:
        if self.shell is not None:
            self.shell.hide()

    def _now(self) -> int:
        return wall_clock() if self.session is None else self.session.live.now()

    def _test_notification(self) -> None:
        if self.session is not None:
            self.session.notifier.test()

    # --- The desk ---

    def _begin(self, opened: Opened) -> None:
        from agentdesk.desk.first import First

        shell, queue = self._show_shell(), self.queue
        assert queue is not None
        first = self._first = First(opened, self.entrance.bridge, shell, queue, self.settings)
        if opened.worker is not None:
            self._furnish(opened, first)
        else:
            self._once_painted(lambda: self._furnish(opened, first))

    def _furnish(self, opened: Opened, first: First) -> None:
        """The list stands: now all else of the desk."""
        from agentdesk.desk.glance import shape
        from agentdesk.desk.session import Session

        if first is not self._first:
            return  # put away meanwhile
        shell, queue = self.shell, self.queue
        assert shell is not None
        assert queue is not None
        self._first = None
        self.session = Session(
            first, self.entrance.bridge, shell, queue, self.settings, self._sign_in_again, self._sign_out,
            self.entrance.folder,
        )  # fmt: skip
        self.session.live.told.connect(self._told)
        if opened.worker is not None:
            self.settings.remember("replica.shape", shape())
        else:
            self._once_painted(lambda: self.entrance.follow(opened, self._followed))

    def _once_painted(self, go: Callable[[], None]) -> None:
        """A slow painting takes longer than the first timer: what was due after it still comes before `go`."""
        QTimer.singleShot(PAINT_MS, self, lambda: QTimer.singleShot(0, self, go))

    def _followed(self, found: Any, error: BaseException | None) -> None:
        """The worker runs, or cannot: then nothing may go on as if it did."""
        session = self.session
        if found is None:
            self._end_session()
            self.entrance.show_trouble(error)
        elif session is None:
            found[0].stop()
        else:
            session.live.attach(found[0], found[1].pending)

    def _told(self, told: Told) -> None:
        """Shut out, or out of touch for too long: nothing may stay open."""
        session = self.session
        if session is None or told.code not in ("revoked", "lapsed"):
            return
        live = session.live
        identity, vault = live.identity, live.vault
        QTimer.singleShot(0, self, lambda: self._close_desk(told, vault, identity))

    def _close_desk(self, told: Told, vault: Secrets, identity: Identity) -> None:
        self._forget_shell()
        self.entrance.renew_bridge()
        if told.code == "lapsed":
            self.start()
        else:
            known = (identity.server, identity.email, identity.person, identity.device)
            held.wipe(self.entrance, vault, known, told.sentence)

    def _end_session(self) -> None:
        session, self.session = self.session, None
        first, self._first = self._first, None
        for one in (session, first):
            if one is not None:
                one.close()

    # --- In and out again ---

    def _sign_in_again(self) -> None:
        """The session has ended: the desk stays open, and one can go on reading and writing."""
        if self.shell is not None:
            words = tr("You are signed out. What you do is kept until you sign in again.")
            self.shell.notices.refuse(words, tr("Sign in"), self._enter_again)

    def _enter_again(self) -> None:
        if self.session is not None:
            live = self.session.live
            self.entrance.show_renewal(live.identity, live.vault, live.use_tokens)

    def _sign_out(self) -> None:
        """End the session here and at the server; what is on this laptop stays, encrypted, for the next sign-in."""
        if self.session is not None:
            vault, identity = self.session.live.vault, self.session.live.identity
            self._signed_out()
            self.entrance.leave(vault, identity)

    def _signed_out(self) -> None:
        """As at the first start, in a new window: nothing of the person before is left in this one."""
        self._forget_shell()
        self.entrance.forget_person()
        self.entrance.show_sign_in()

    def _forget_shell(self) -> None:
        self._end_session()
        shell, self.shell, self.queue = self.shell, None, None
        if shell is not None:
            shell.hide()
            shell.deleteLater()

    # --- The end ---

    def _front_closed(self) -> None:
        if self.session is None and self._first is None:
            self._leave()

    def _closing(self) -> None:
        if self.session is not None:
            self.session.say_goodbye()
        self.close()
        self._leave()

    def close(self) -> None:
        """Put everything away; what waits is on the disk."""
        self._end_session()
        self.entrance.bridge.close()
