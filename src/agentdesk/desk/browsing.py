"""Errands in the system's browser: opens a page, waits at the loopback, and goes on with what came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from agentdesk.desk.bridge import Bridge
from agentdesk.desk.texts import tr
from agentdesk.sync.loopback import Loopback

Done = Callable[[Any, BaseException | None], None]
REASONS = {
    "denied": "You have cancelled the sign-in in the browser.",
    "nobody": "The provider knows you, but you have no account here. Ask your administrator.",
    "provider": "The provider's answer could not be used. Try again, or use your e-mail and password.",
}


def open_page(url: str) -> bool:
    """In the system's browser."""
    return QDesktopServices.openUrl(QUrl(url))


class Browsing:
    """One errand. `url` is there once the page is open; `cancel` ends it, and nothing is told any more."""

    def __init__(self, bridge: Bridge, open_url: Callable[[str], bool] = open_page) -> None:
        self._bridge, self._open = bridge, open_url
        self._wanted = True
        self.url = ""

    def run(
        self, begin: Callable[[Loopback], str], opened: Callable[[], None],
        finish: Callable[[dict[str, str], Loopback], Any], done: Done,
    ) -> None:  # fmt: skip
        """`begin` gives the page's address and `finish` takes what came back, both off Qt's thread."""
        said = (tr("en"), tr("Done. You can close this window and go back to AgentDesk."))

        def first() -> tuple[Loopback, str]:
            loopback = Loopback(said)
            try:
                return loopback, begin(loopback)
            except BaseException:
                loopback.close()
                raise

        def then(found: Any, error: BaseException | None) -> None:
            if found is None or not self._wanted:
                if found is not None:
                    found[0].close()
                elif self._wanted:
                    done(None, error)
                return
            loopback, self.url = found
            opened()
            self.again()
            self._bridge.run(lambda: finish(loopback.wait(lambda: self._wanted), loopback), self._told(done))

        self._bridge.run(first, then)

    def _told(self, done: Done) -> Done:
        def told(result: Any, error: BaseException | None) -> None:
            if self._wanted:
                done(result, error)

        return told

    def again(self) -> bool:
        """Open the page, or open it once more."""
        return self._open(self.url)

    def cancel(self) -> None:
        """Wait no longer."""
        self._wanted = False


def reason(fields: dict[str, str]) -> str:
    """Why the browser brought no code; empty if it did."""
    if fields.get("code"):
        return ""
    return REASONS.get(fields.get("error", ""), REASONS["provider"])
