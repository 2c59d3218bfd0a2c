"""Pictures that a mail wants from the network, brought by the server, a few at a time, once somebody asks for them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from agentdesk.desk.desk import Desk
from agentdesk.desk.pictures import decoded
from agentdesk.domain.mail import Mail
from agentdesk.text.pictures import picture_type

REMOTE = "remote"
"""The scheme of the placeholders in a page, with the number of the picture behind it."""
LARGEST = QSize(2_000, 2_000)
UNCLEAR = "The server's answer could not be read."


class Sight(Protocol):
    """What shows a page."""

    pictures: dict[str, QImage]

    def show_page(self, html: str) -> None: ...


class Loading:
    """Brings the pictures of one mail into its page. Asked again after a failure, it goes on where it was; after its
    end it begins anew.
    """

    def __init__(self, desk: Desk, mail: Mail, page: Sight, html: str) -> None:
        self._desk, self._mail, self._page, self._html = desk, mail, page, html
        self._next = 0

    def go_on(self, then: Callable[[int, str], None], over: Callable[[], bool]) -> None:
        """Load the rest; `then` is told how many could not be had, and why there is no more of them for now."""
        asked = {"mail": self._mail.id, "start": self._next}
        self._desk.ask("mail.pictures", asked, lambda result, why: self._came(result, why, then, over))

    def _came(self, result: Any, why: str, then: Callable[[int, str], None], over: Callable[[], bool]) -> None:
        if over():
            return
        if why or not isinstance(result, dict):
            then(self._missing(), why or UNCLEAR)
            return
        for number, told in enumerate(result.get("pictures", ()), self._next):
            picture = _picture(told)
            if picture is not None:
                self._page.pictures[str(number)] = picture
        self._page.show_page(self._html)
        after = result.get("next", 0)
        if isinstance(after, int) and after > self._next:
            self._next = after
            self.go_on(then, over)
        else:
            self._next = 0
            then(self._missing(), "")

    def _missing(self) -> int:
        """Of those that stand in the page; what only a style asks for is never shown."""
        wanted = (number for number in range(self._mail.images) if f'"{REMOTE}:{number}"' in self._html)
        return sum(str(number) not in self._page.pictures for number in wanted)


def _picture(told: object) -> QImage | None:
    try:
        data = base64.b64decode(told, validate=True) if isinstance(told, str) else b""
    except (binascii.Error, ValueError):
        return None
    kind = picture_type(data)
    return decoded(data, kind, LARGEST) if kind else None
