"""How one comes to an open desk: what the last run left, a sign-in, or a page that says why not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.app import held
from agentdesk.desk.app.held import Known, device_of
from agentdesk.desk.app.network import go_by, keeper
from agentdesk.desk.app.renewal import Renewal
from agentdesk.desk.app.steps import Steps
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.clock import wall_clock
from agentdesk.desk.front import Front
from agentdesk.desk.here import Here
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.store.ids import new_id

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity, Opened
    from agentdesk.desk.pages.sign_in import SignInPage
    from agentdesk.store.vault import Secrets

log = logging.getLogger(__name__)
KEPT = ("server", "person", "device")
"""What is kept in the clear of whoever works here: ids, and where."""


class Entrance(QObject):
    """Owns the front window and the bridge. `opened` tells what was opened, `covered` that the front is in front."""

    opened = Signal(object)
    covered = Signal()
    again = Signal()

    def __init__(
        self, folder: Path, settings: Settings, server: str, vault: Secrets | None, closed: Callable[[], None],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.folder, self.settings, self._server, self.vault = folder, settings, server, vault
        self.front, self.bridge, self._code = Front(closed), Bridge(parent=self), ""
        self._email = settings.recall("account.email")
        self._typed = ("", "")
        go_by(settings, lambda: self.vault)
        self.keep_login = keeper(lambda: self.vault, lambda work, then: self.bridge.run(work, then))
        self.steps = Steps(self.front, lambda: self.bridge, lambda: finder(self.vault), self.show_sign_in, self)

    # --- Who was here ---

    def known(self) -> Known | None:
        """Who worked here last, unless another server is asked for."""
        server, person, device = (self.settings.recall(f"account.{part}") for part in KEPT)
        if not all((server, person, device)) or (self._server and self._server.rstrip("/") != server):
            return None
        return server, self._email, person, device

    def _remember(self, identity: Identity) -> None:
        """Where one works is kept in the clear; by which name, in the keyring."""
        for part in KEPT:
            self.settings.remember(f"account.{part}", getattr(identity, part))
        self.settings.remember("account.email", "")  # where it was kept once
        self._email = identity.email
        self.settings.remember(device_of(identity.server, identity.email), identity.device)

    def forget_all(self) -> None:
        """Nobody was ever here."""
        for part in (*KEPT, "email"):
            self.settings.remember(f"account.{part}", "")
        self._email, self._typed = "", ("", "")

    def forget_person(self) -> None:
        """Nobody is signed in; a new bridge, for the old one may still bring news of the person before."""
        self.settings.remember("account.person", "")
        self.renew_bridge()

    def renew_bridge(self) -> None:
        """The old one may still bring news of what is closed."""
        self.bridge.close()
        self.bridge = Bridge(parent=self)

    # --- Opening what is here ---

    def resume(self, known: Known) -> None:
        """Open what the last run left."""
        vault, wake, folder, shape = self.vault, self.bridge.wake, self.folder, self.settings.recall("replica.shape")

        def work() -> Opened:
            from agentdesk.desk import glance

            safe = vault or glance.keyring()
            identity = glance.named(safe, glance.Identity(*known))
            if not identity.email:
                raise glance.SignedOut
            seen = glance.glance(safe, folder, identity) if shape == glance.shape() else None
            if seen is not None:
                return seen
            from agentdesk.desk import startup

            return startup.resume(safe, folder, identity, wake)

        self.bridge.run(work, self._resumed)

    def _resumed(self, opened: Opened | None, error: BaseException | None) -> None:
        from agentdesk.desk import glance

        if opened is not None:
            if opened.vault.lasting:
                self._remember(opened.identity)
            self.opened.emit(opened)
        elif isinstance(error, glance.NoKeyring):
            self._show_key_page(str(error), self.again.emit)
        elif isinstance(error, glance.SignedOut):
            self.show_sign_in()
        else:
            held.show(self, error)

    def follow(self, seen: Opened, then: Callable[[Any, BaseException | None], None]) -> None:
        """The queue stands: now the worker, with all that it needs to import."""
        wake, folder = self.bridge.wake, self.folder

        def work() -> Any:
            from agentdesk.desk import startup

            return startup.follow(seen.vault, folder, seen.identity, wake)

        self.bridge.run(work, then)

    # --- Signing in ---

    def show_sign_in(self) -> SignInPage:
        """Ask who is there."""
        from agentdesk.desk.pages.sign_in import SignInPage

        self.covered.emit()
        known = self.settings.recall("account.server")
        server, email = self._typed
        page = SignInPage(self._server or server or known, email or self._email)
        page.asked.connect(lambda *typed: self.sign_in(page, *typed))
        page.network.connect(lambda: self._show_network(page))
        page.browser.connect(lambda server: self._by_browser(page, server))
        self.front.put(page)
        page.shown()
        if known and not (email or self._email):
            self._ask_who(known, page)
        return page

    def _ask_who(self, server: str, page: SignInPage) -> None:
        """Who signed in here last is in the keyring: their address is filled in unless another one is typed."""
        safe = finder(self.vault)

        def found(email: str | None, _error: BaseException | None) -> None:
            self._email = self._email or email or ""
            if email and self.front.page is page and not page.email.text():
                page.email.line.setText(email)
                page.shown()

        self.bridge.run(lambda: safe().account(server), found)

    def sign_in(self, page: SignInPage, server: str, email: str, password: str) -> None:
        safe, here = finder(self.vault), self._here(server, email)
        self._typed = server, email  # in memory: it may be a password in the wrong field

        def ask() -> Any:
            from agentdesk.desk import startup

            return startup.by_password(safe(), here, password)

        def again(code: str = "") -> None:
            self._code = code
            self.sign_in(self.show_sign_in(), server, email, password)

        done = held.guarded(self, here, again, self._signed_in)
        self.steps.run(page, here, ask, opener(self.vault, self.folder, self.bridge.wake), done)

    def _by_browser(self, page: SignInPage, server: str) -> None:
        """Through the provider; who that will be is known when they come back."""
        self._typed = server, self._typed[1]

        def again(code: str = "") -> None:
            self._code = code
            self.show_sign_in()

        done = held.guarded(self, Here(server, self._typed[1], ""), again, self._signed_in)
        then = opener(self.vault, self.folder, self.bridge.wake)
        self.steps.by_provider(page, server, partial(self._here, server), then, done)

    def _here(self, server: str, email: str) -> Here:
        """Who comes, and under which id their commands are numbered here: a new one where nothing is kept."""
        lasting = self.vault is None or self.vault.lasting
        known = self.settings.recall(device_of(server, email)) if lasting else ""
        return Here(server, email, known or f"desk-{new_id(wall_clock())}", code=self._code)

    def _signed_in(self, opened: Opened | None, error: BaseException | None, again: Callable[[], Any]) -> None:
        from agentdesk.desk import glance
        from agentdesk.desk.holding import KeyLost

        if opened is not None:
            if opened.vault.lasting:
                self._remember(opened.identity)
            self.opened.emit(opened)
            self.front.hide()
        elif isinstance(error, glance.NoKeyring):
            self._show_key_page(str(error), again)
        elif isinstance(error, KeyLost):
            held.show_lost(self, error, again)
        else:
            self.show_trouble(error)

    def _show_network(self, page: SignInPage) -> None:
        from agentdesk.desk.pages.settings import NetworkPage

        self._typed = page.server.text(), page.email.text()
        network = NetworkPage(self.settings, self.keep_login)
        network.back.connect(self.show_sign_in)
        self.front.put(network)

    # --- In again, and out ---

    def show_renewal(self, identity: Identity, vault: Secrets, use: Callable[[Any, Any], None]) -> None:
        """Ask the person whose files are open to sign in again; `use` gets the new tokens and their passport."""
        Renewal(self.front, self.bridge, identity, vault, use, self.steps.open_url, self).show()

    def leave(self, vault: Secrets, identity: Identity) -> None:
        """Sign out, when the session has been put away: nothing else renews it then."""

        def work() -> None:
            from agentdesk.desk import startup

            startup.leave(vault, identity)

        self.bridge.run(work, lambda _result, _error: None)

    # --- Trouble ---

    def _show_key_page(self, sentence: str, again: Callable[[], Any]) -> None:
        from agentdesk.desk.pages.key import KeyPage

        self.covered.emit()
        page = KeyPage(tr(sentence))
        page.again.connect(again)
        page.session.connect(lambda: self._session_only(again))
        self.front.put(page)

    def _session_only(self, again: Callable[[], Any]) -> None:
        from agentdesk.desk import startup

        self.vault = startup.session_only()
        again()

    def show_trouble(self, error: BaseException | None) -> None:
        """The files do not open: a sentence of theirs, or a bug."""
        from agentdesk.desk.pages.trouble import TroublePage

        log.warning("could not open: %s", type(error).__name__)
        self.covered.emit()
        page = TroublePage(tr(str(error)) if error is not None else "")
        page.again.connect(self.again)
        self.front.put(page)


def finder(vault: Secrets | None) -> Callable[[], Secrets]:
    """Finds the keyring, off Qt's thread. Raises `NoKeyring`: a session that cannot be kept is not begun."""

    def safe() -> Secrets:
        from agentdesk.desk import glance

        return vault or glance.keyring()

    return safe


def opener(vault: Secrets | None, folder: Path, wake: Callable[[], None]) -> Callable[[Here, Any], Opened]:
    """Opens the desk of somebody who was let in, off Qt's thread."""
    safe = finder(vault)

    def opened(here: Here, granted: Any) -> Opened:
        from agentdesk.desk import startup

        found = safe()
        done = startup.entered(found, folder, here, granted)
        return startup.open_desk(found, done.folder, done.identity, done.passport, done.person, wake)

    return opened
