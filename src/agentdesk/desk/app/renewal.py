"""Signing in again while the desk stays open: the same person, by password or browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from agentdesk.desk.app.steps import Steps
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.front import Front
from agentdesk.desk.here import Here
from agentdesk.desk.texts import tr

if TYPE_CHECKING:
    from agentdesk.desk.glance import Identity
    from agentdesk.desk.pages.sign_in import SignInPage
    from agentdesk.store.vault import Secrets


class Renewal(QObject):
    """`use` gets the new tokens and their passport, when there are some."""

    def __init__(
        self, front: Front, bridge: Bridge, identity: Identity, vault: Secrets, use: Callable[[Any, Any], None],
        open_url: Callable[[str], bool], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._front, self._identity, self._vault, self._use = front, identity, vault, use
        self._steps = Steps(front, lambda: bridge, lambda: lambda: vault, self.show, self)
        self._steps.open_url = open_url

    def show(self) -> SignInPage:
        """Ask the person whose files are open."""
        from agentdesk.desk.pages.sign_in import SignInPage

        page = SignInPage(self._identity.server, self._identity.email)
        page.keep_person()
        page.asked.connect(lambda _server, _email, password: self._by_password(page, password))
        page.browser.connect(lambda _server: self._by_browser(page))
        self._front.put(page)
        page.shown()
        return page

    def _here(self, _email: str = "") -> Here:
        """The device and the person are those whose files are open, whoever comes."""
        return Here(self._identity.server, self._identity.email, self._identity.device)

    def _by_password(self, page: SignInPage, password: str) -> None:
        here, vault = self._here(), self._vault

        def ask() -> Any:
            from agentdesk.desk import startup

            return startup.by_password(vault, here, password)

        self._steps.run(page, here, ask, self._keep, self._done)

    def _by_browser(self, page: SignInPage) -> None:
        self._steps.by_provider(page, self._identity.server, self._here, self._keep, self._done)

    def _keep(self, here: Here, granted: Any) -> Any:
        from agentdesk.desk import startup

        return startup.entered_again(self._vault, here, granted, self._identity.person)

    def _done(self, entered: Any, error: BaseException | None) -> None:
        if entered is None:
            self.show().refuse(tr(str(error)), 500)
            return
        self._front.hide()
        self._use(entered.tokens, entered.passport)
