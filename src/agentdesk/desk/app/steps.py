"""From a first proof to a session: the second step, the browser, and what is said when one of them does not work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.browsing import Browsing, Done, open_page, reason
from agentdesk.desk.front import Front
from agentdesk.desk.here import Here
from agentdesk.desk.texts import tr

if TYPE_CHECKING:
    from agentdesk.store.vault import Secrets
    from agentdesk.sync.http import Granted, Needed
    from agentdesk.sync.loopback import Loopback
    from agentdesk.sync.signing import Offered

Then = Callable[["Here", "Granted"], Any]
"""What is done with a session, off Qt's thread."""


class Page(Protocol):
    """What asks a person for something."""

    def refuse(self, sentence: str, status: int) -> None: ...


class Steps(QObject):
    """`safe` gives what finds the keyring off Qt's thread, `back` shows where one begins."""

    def __init__(
        self, front: Front, bridge: Callable[[], Bridge], safe: Callable[[], Callable[[], Secrets]],
        back: Callable[[], Page], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._front, self._bridge, self._safe, self._back = front, bridge, safe, back
        self.open_url: Callable[[str], bool] = open_page
        """Opens the system's browser."""

    def run(self, page: Page, here: Here, ask: Callable[[], Granted], then: Then, done: Done) -> None:
        """Ask for a session, by as many steps as it needs; `done` hears when there is one, or when none can be."""
        self._bridge().run(lambda: then(here, ask()), self._after(page, here, then, done))

    def _after(self, page: Page, here: Here | None, then: Then, done: Done) -> Done:
        def after(result: Any, error: BaseException | None) -> None:
            from agentdesk.sync.http import Needed, Problem
            from agentdesk.sync.loopback import Cancelled

            if isinstance(error, Needed) and here is not None:
                self._second(here, error, then, done)
            elif isinstance(error, Cancelled):
                self._back()
            elif isinstance(error, Problem) and (error.shut_out or error.not_enrolled):
                done(result, error)
            elif isinstance(error, Problem):
                (self._back() if error.code.endswith(":ticket") else page).refuse(tr(str(error)), error.status)
            else:
                done(result, error)

        return after

    # --- The second step ---

    def _second(self, here: Here, needed: Needed, then: Then, done: Done) -> None:
        if needed.enrol:
            self._enrol(here, needed.ticket, then, done)
        else:
            self._show_second(here, needed.ticket, needed.ways, None, then, done)

    def _enrol(self, here: Here, ticket: str, then: Then, done: Done) -> None:
        def work() -> Any:
            from agentdesk.sync import signing

            return signing.first_app(here.server, ticket)

        def offered(found: Any, error: BaseException | None) -> None:
            if found is None:
                self._after(self._back(), here, then, done)(None, error)
            else:
                self._show_second(here, found.ticket, (), found, then, done)

        self._bridge().run(work, offered)

    def _show_second(
        self, here: Here, ticket: str, ways: tuple[str, ...], app: Offered | None, then: Then, done: Done
    ) -> None:  # fmt: skip
        from agentdesk.desk.pages.second_step import SecondStepPage

        page, safe = SecondStepPage(ways, app.secret if app else "", app.uri if app else ""), self._safe()

        def ask(code: str) -> Granted:
            from agentdesk.desk import startup

            return startup.by_factor(safe(), here, ticket, code)

        def begin(loopback: Loopback) -> str:
            from agentdesk.sync import signing

            return signing.passkey_page(here.server, ticket, loopback)

        page.given.connect(lambda code: self.run(page, here, lambda: ask(code), then, done))
        page.passkey.connect(lambda: self._browse(page, begin, here, then, done))
        page.cancelled.connect(self._back)
        self._front.put(page)
        page.shown()

    # --- In the browser ---

    def by_provider(
        self, page: Page, server: str, comes: Callable[[str], Here], then: Then, done: Done
    ) -> None:  # fmt: skip
        """Sign in through the company's provider. `comes` tells by the e-mail who is about to sign in here."""

        def begin(loopback: Loopback) -> str:
            from agentdesk.sync import signing

            return signing.provider_page(server, loopback)

        def who(fields: dict[str, str], loopback: Loopback) -> Here:
            from agentdesk.sync import signing

            return comes(signing.who_comes(server, fields["code"], loopback.verifier))

        self._browse(page, begin, None, then, done, who)

    def _browse(
        self, page: Page, begin: Callable[[Loopback], str], known: Here | None, then: Then, done: Done,
        who: Callable[[dict[str, str], Loopback], Here] | None = None,
    ) -> None:  # fmt: skip
        from agentdesk.desk.pages.in_browser import InBrowserPage

        errand, safe = Browsing(self._bridge(), self.open_url), self._safe()
        here: list[Here] = [known] if known is not None else []
        gone: list[bool] = []

        def opened() -> None:
            gone.append(True)
            waiting = InBrowserPage()
            waiting.again.connect(errand.again)
            waiting.cancelled.connect(errand.cancel)
            waiting.cancelled.connect(self._back)
            self._front.put(waiting)
            waiting.shown()

        def finish(fields: dict[str, str], loopback: Loopback) -> Any:
            from agentdesk.desk import startup

            if wrong := reason(fields):
                raise startup.Problem(wrong, 409)
            if who is not None:
                here.append(who(fields, loopback))
            return then(here[0], startup.by_browser(safe(), here[0], fields["code"], loopback.verifier))

        def ended(result: Any, error: BaseException | None) -> None:
            from agentdesk.sync.http import Problem

            # The page that asked is gone once the browser was opened: what is wrong is said where one begins.
            asker = self._back() if gone and isinstance(error, Problem) else page
            self._after(asker, here[0] if here else None, then, done)(result, error)

        errand.run(begin, opened, finish, ended)
