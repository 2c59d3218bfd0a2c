"""The desk program: composes window, sign-in, files, worker and pages, and passes on. The window paints first."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

from agentdesk import __version__
from agentdesk.desk import texts
from agentdesk.desk.actions import ActionBook
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.bugreport import BugReporter
from agentdesk.desk.front import Front
from agentdesk.desk.pages.opening import LatePage
from agentdesk.desk.settings import Settings
from agentdesk.desk.shell import Shell
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import Theme

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity, Opened
    from agentdesk.desk.live import Live
    from agentdesk.desk.session import Session
    from agentdesk.store.vault import Secrets

log = logging.getLogger(__name__)
NAME = "AgentDesk"
FOLLOW_MS = 60
"""After the queue stands, so that its first picture is not held up by imports."""


class Program(QObject):
    """One running desk of one profile. `vault` is given where the system's keyring is not to be used."""

    def __init__(
        self, folder: Path, settings: Settings, server: str = "", vault: Secrets | None = None,
        leave: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.folder, self.settings, self._server, self._vault, self._leave = folder, settings, server, vault, leave
        self.shell: Shell | None = None
        self.queue: LatePage | None = None
        self.front = Front(self._front_closed)
        self.bridge = Bridge(parent=self)
        self.session: Session | None = None

    # --- Starting ---

    def start(self) -> None:
        """Show a window at once, then find out what can be opened."""
        known = self._known()
        if known is None:
            self._show_sign_in()
        else:
            self._show_shell()
            QTimer.singleShot(0, self, lambda: self._resume(known))

    def _known(self) -> tuple[str, str, str, str] | None:
        """Who worked here last, unless another server is asked for."""
        found = tuple(self.settings.recall(f"account.{part}") for part in ("server", "email", "person", "device"))
        server, email, person, device = found
        if not all(found) or (self._server and self._server.rstrip("/") != server):
            return None
        return server, email, person, device

    def _show_shell(self) -> Shell:
        if self.shell is None:
            from agentdesk.desk.pages.settings import SettingsPage

            book = ActionBook(self.settings, self)
            self.shell = Shell(self.settings, book, self._now)
            self.queue = LatePage("queue", tr("Queue"), "ph.tray")
            self.shell.add_page(self.queue)
            self.shell.add_page(SettingsPage(self.settings, book, self._test_notification))
            self.shell.closing.connect(self._closing)
            self.shell.open_page("queue")
        self.shell.show()
        return self.shell

    def _now(self) -> int:
        if self.session is not None:
            return self.session.live.now()
        from time import time_ns

        return time_ns() // 1_000_000

    def _test_notification(self) -> None:
        if self.session is not None:
            self.session.notifier.test()

    # --- Opening what is here ---

    def _resume(self, known: tuple[str, str, str, str]) -> None:
        vault, wake, folder = self._vault, self.bridge.wake, self.folder

        def work() -> Opened:
            from agentdesk.desk import glance

            safe, identity = vault or glance.keyring(), glance.Identity(*known)
            if self.settings.recall("replica.shape") == glance.shape():
                seen = glance.glance(safe, folder, identity)
                if seen is not None:
                    return seen
            from agentdesk.desk import startup

            return startup.resume(safe, folder, identity, wake)

        self.bridge.run(work, self._resumed)

    def _resumed(self, opened: Opened | None, error: BaseException | None) -> None:
        from agentdesk.desk import glance

        if opened is not None:
            self._begin(opened)
            if opened.worker is None:
                QTimer.singleShot(FOLLOW_MS, self, lambda: self._follow(opened))
        elif isinstance(error, glance.NoKeyring):
            self._show_key_page(str(error), self.start)
        elif isinstance(error, glance.SignedOut):
            self._show_sign_in()
        else:
            self._show_trouble(error)

    def _follow(self, seen: Opened) -> None:
        """The queue stands: now the worker, with all that it needs to import."""
        wake, folder = self.bridge.wake, self.folder

        def work() -> Any:
            from agentdesk.desk import startup

            return startup.follow(seen.vault, folder, seen.identity, wake)

        self.bridge.run(work, self._followed)

    def _followed(self, found: Any, error: BaseException | None) -> None:
        session = self.session
        if found is None:
            if session is not None:
                session.close()
                self.session = None
            self._show_trouble(error)
        elif session is None:
            found[0].stop()
        else:
            session.live.attach(found[0], found[1].pending)

    # --- Signing in ---

    def _show_sign_in(self) -> Any:
        from agentdesk.desk.pages.sign_in import SignInPage

        if self.shell is not None:
            self.shell.hide()
        server = self._server or self.settings.recall("account.server")
        page = SignInPage(server, self.settings.recall("account.email"))
        page.asked.connect(lambda *typed: self._sign_in(page, *typed))
        self.front.put(page)
        page.shown()
        return page

    def _sign_in(self, page: Any, server: str, email: str, password: str) -> None:
        vault, wake, folder = self._vault, self.bridge.wake, self.folder
        device = self._device(server, email)
        self.settings.remember("account.server", server)
        self.settings.remember("account.email", email)

        def work() -> Opened:
            from agentdesk.desk import glance, startup

            safe = vault or glance.keyring()
            own = device or startup.new_device()
            identity, granted = startup.enter(safe, server, email, password, own)
            return startup.open_desk(safe, folder, identity, granted.token, granted.person, wake)

        self.bridge.run(work, lambda opened, error: self._signed_in(page, opened, error))

    def _device(self, server: str, email: str) -> str:
        """The id that this device has for somebody: commands are numbered under it."""
        same = (self.settings.recall("account.server"), self.settings.recall("account.email")) == (server, email)
        return self.settings.recall("account.device") if same else ""

    def _signed_in(self, page: Any, opened: Opened | None, error: BaseException | None) -> None:
        from agentdesk.desk import glance, startup

        if opened is not None:
            self._remember(opened.identity)
            self._show_shell()
            self.front.hide()
            self._begin(opened)
        elif isinstance(error, glance.NoKeyring):
            page.busy(False)
            again = (page.server.text(), page.email.text(), page.password.line.text())
            self._show_key_page(str(error), lambda: self._sign_in(self._show_sign_in(), *again))
        elif isinstance(error, startup.Problem):
            page.refuse(tr(str(error)), error.status)
        else:
            page.busy(False)
            self._show_trouble(error)

    def _remember(self, identity: Identity) -> None:
        """For the next start."""
        for part in ("server", "email", "person", "device"):
            self.settings.remember(f"account.{part}", getattr(identity, part))

    # --- Trouble ---

    def _show_key_page(self, sentence: str, again: Callable[[], Any]) -> None:
        from agentdesk.desk.pages.key import KeyPage

        if self.shell is not None:
            self.shell.hide()
        page = KeyPage(tr(sentence))
        page.again.connect(again)
        page.session.connect(lambda: self._session_only(again))
        self.front.put(page)

    def _session_only(self, again: Callable[[], Any]) -> None:
        from agentdesk.desk import startup

        self._vault = startup.session_only()
        self.settings.remember("account.device", "")
        again()

    def _show_trouble(self, error: BaseException | None) -> None:
        """The files do not open: a sentence of theirs, or a bug."""
        from agentdesk.desk.pages.trouble import TroublePage

        log.warning("could not open: %s", type(error).__name__)
        if self.shell is not None:
            self.shell.hide()
        page = TroublePage(tr(str(error)) if error is not None else "")
        page.again.connect(self.start)
        self.front.put(page)

    # --- The desk ---

    def _begin(self, opened: Opened) -> None:
        from agentdesk.desk.glance import shape
        from agentdesk.desk.session import Session

        if opened.worker is not None:
            self.settings.remember("replica.shape", shape())
        shell, queue = self._show_shell(), self.queue
        assert queue is not None
        self.session = Session(
            opened, self.bridge, shell, queue, self.settings, self._sign_in_again, self._sign_out
        )

    @property
    def live(self) -> Live | None:
        """The desk, once it is there."""
        return self.session.live if self.session is not None else None

    def _sign_in_again(self) -> None:
        """The session has ended: the desk stays open, and one can go on reading and writing."""
        if self.shell is not None:
            self.shell.notices.refuse(
                tr("You are signed out. What you do is kept until you sign in again."), tr("Sign in"), self._enter_again
            )

    def _enter_again(self) -> None:
        from agentdesk.desk.pages.sign_in import SignInPage

        session = self.session
        if session is None:
            return
        known = session.live.identity
        page = SignInPage(known.server, known.email)
        page.keep_person()
        page.asked.connect(lambda server, email, password: self._renew(page, password))
        self.front.put(page)
        page.shown()

    def _renew(self, page: Any, password: str) -> None:
        """A new token for the person whose files are open."""
        session = self.session
        if session is None:
            return
        known, vault = session.live.identity, session.live.vault

        def work() -> Any:
            from agentdesk.desk import startup

            return startup.enter(vault, known.server, known.email, password, known.device)

        def done(found: Any, error: BaseException | None) -> None:
            if found is not None:
                session.live.use_token(found[1].token)
                self.front.hide()
            else:
                page.refuse(tr(str(error)), getattr(error, "status", 500))

        self.bridge.run(work, done)

    def _sign_out(self) -> None:
        """End the session here and at the server; what is on this laptop stays, encrypted, for the next sign-in."""
        session = self.session
        if session is None:
            return
        vault, server = session.live.vault, session.live.identity.server

        def work() -> None:
            from agentdesk.desk import startup

            startup.leave(vault, server)

        self.bridge.run(work, lambda _result, _error: self._signed_out())

    def _signed_out(self) -> None:
        """As at the first start, in a new window: nothing of the person before is left in this one."""
        self.settings.remember("account.person", "")
        shell, self.shell = self.shell, None
        session, self.session = self.session, None
        if session is not None:
            session.close()
        if shell is not None:
            shell.hide()
            shell.deleteLater()
        self.queue = None
        self.bridge.close()
        self.bridge = Bridge(parent=self)
        self._show_sign_in()

    def _front_closed(self) -> None:
        if self.session is None:
            self._leave()

    def _closing(self) -> None:
        self.close()
        self._leave()

    def close(self) -> None:
        """Put everything away; what waits is on the disk."""
        session, self.session = self.session, None
        if session is not None:
            session.close()
        self.bridge.close()


# --- The program -----------------------------------------------------------------------------------------------------


def data_folder(profile: str) -> Path:
    """Where a profile keeps its files."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericDataLocation)
    return Path(base) / "agentdesk" / profile


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """The command line of `agentdesk desk`."""
    parser = argparse.ArgumentParser(prog="agentdesk desk", description="The desk: a window to work in.")
    parser.add_argument("--server", default="", metavar="URL", help="the server to sign in to")
    parser.add_argument("--profile", default="default", metavar="NAME", help="keep separate data under this name")
    return parser.parse_args(list(argv))


def main(argv: Sequence[str] = ()) -> int:
    """Run the desk until its window is closed."""
    chosen = arguments(argv)
    if not chosen.profile.replace("-", "").replace("_", "").isalnum():
        print("A profile's name has letters, digits, - and _ only.", file=sys.stderr)
        return 2
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName(NAME)
    app.setDesktopFileName("agentdesk")
    app.setQuitOnLastWindowClosed(False)
    folder = data_folder(chosen.profile)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = QLockFile(str(folder / "lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(100):
        print(f"AgentDesk is already running with the profile “{chosen.profile}”.", file=sys.stderr)
        return 1
    return run(app, folder, chosen.server)


def run(app: QApplication, folder: Path, server: str = "") -> int:
    """Run with this folder."""
    settings = Settings(folder)
    texts.install(app, settings.text("language"))
    theme = Theme(app, settings)
    reporter = BugReporter(__version__)
    reporter.install()
    program = Program(folder, settings, server, leave=app.quit)
    program.start()
    try:
        return loop(app)
    finally:
        program.close()
        reporter.uninstall()
        theme.deleteLater()




def loop(app: QApplication) -> int:
    """The program's own loop; there is no other."""
    return app.exec()
