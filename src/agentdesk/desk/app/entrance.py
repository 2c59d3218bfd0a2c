"""How one comes to an open desk: what the last run left, a sign-in, or a page that says why not."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.app import held
from agentdesk.desk.app.network import go_by, keeper
from agentdesk.desk.app.renewal import Renewal
from agentdesk.desk.app.steps import Steps
from agentdesk.desk.app.whose import Known, Whose
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.front import Front
from agentdesk.desk.here import Here
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity, Opened
    from agentdesk.desk.pages.sign_in import SignInPage
    from agentdesk.store.vault import Secrets

log = logging.getLogger(__name__)


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
        self.folder, self.settings, self.vault = folder, settings, vault
        self.front, self.bridge, self._code = Front(closed), Bridge(parent=self), ""
        self.who = Whose(settings, server)
        go_by(settings, lambda: self.vault)
        self.keep_login = keeper(lambda: self.vault, lambda work, then: self.bridge.run(work, then))
        self.steps = Steps(self.front, lambda: self.bridge, lambda: finder(self.vault), self.show_sign_in, self)

    def forget_person(self) -> None:
        """Nobody is signed in; a new bridge, for the old one may still bring news of the person before."""
        self.who.forget()
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
                self.who.remember(opened.identity)
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
        server, email = self.who.fields()
        page = SignInPage(server, email)
        page.asked.connect(lambda *typed: self.sign_in(page, *typed))
        page.network.connect(lambda: self._show_network(page))
        page.browser.connect(lambda server: self._by_browser(page, server))
        self.front.put(page)
        page.shown()
        if (last := self.who.last_server()) and not email:
            ask_who(self, last, page)
        return page

    def sign_in(self, page: SignInPage, server: str, email: str, password: str) -> None:
        safe, here = finder(self.vault), self._here(server, email)
        self.who.typed = server, email

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
        self.who.typed = server, self.who.typed[1]

        def again(code: str = "") -> None:
            self._code = code
            self.show_sign_in()

        done = held.guarded(self, Here(server, self.who.typed[1], ""), again, self._signed_in)
        then = opener(self.vault, self.folder, self.bridge.wake)
        self.steps.by_provider(page, server, partial(self._here, server), then, done)

    def _here(self, server: str, email: str) -> Here:
        lasting = self.vault is None or self.vault.lasting
        return Here(server, email, self.who.device(server, email, lasting), code=self._code)

    def _signed_in(self, opened: Opened | None, error: BaseException | None, again: Callable[[], Any]) -> None:
        from agentdesk.desk import glance
        from agentdesk.desk.holding import KeyLost

        if opened is not None:
            if opened.vault.lasting:
                self.who.remember(opened.identity)
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

        self.who.typed = page.server.text(), page.email.text()
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


def ask_who(entrance: Entrance, server: str, page: SignInPage) -> None:
    """Who signed in here last is in the keyring: their address is filled in unless another one is typed."""
    safe, who = finder(entrance.vault), entrance.who

    def found(email: str | None, _error: BaseException | None) -> None:
        who.email = who.email or email or ""
        if email and entrance.front.page is page and not page.email.text():
            page.email.line.setText(email)
            page.shown()

    entrance.bridge.run(lambda: safe().account(server), found)


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
