"""Why a desk and its server do not come together though there is a network, and which of them is the older one."""

from __future__ import annotations

import re
from enum import StrEnum

from agentdesk.domain.kernel import SCHEMA
from agentdesk.protocol import BadMessage, Close

_WIDTH = re.compile(r"Expected `array` of length (\d+), got (\d+)")
"""A record's fields are only ever added at its end: whoever knows fewer of them is the older one."""


class Apart(StrEnum):
    """What keeps them apart, until somebody does something about it."""

    NOTHING = ""
    SERVER_OLD = "server_old"
    DESK_OLD = "desk_old"
    UNLIKE = "unlike"
    """One of them is older, and it cannot be told which."""
    REPLACED = "replaced"
    """The same files are open at another desk, which has taken this one's place."""


class Differing:
    """What is known of it since both were last at one."""

    def __init__(self) -> None:
        self.schema = SCHEMA
        """The server's, as far as it has named one."""
        self.unread: BadMessage | None = None
        """What could not be read here."""
        self.apart = Apart.NOTHING

    def closed(self, code: int) -> None:
        """The connection has ended. A network that fails afterwards changes nothing about the reason."""
        if code == Close.REPLACED:
            self.apart = Apart.REPLACED
        elif code == Close.BAD_FRAME:
            self.apart = self._older()

    def _older(self) -> Apart:
        width = _WIDTH.search(str(self.unread)) if self.unread is not None else None
        ours, theirs = (int(width[1]), int(width[2])) if width else (SCHEMA, self.schema)
        if ours == theirs:
            return Apart.UNLIKE
        return Apart.SERVER_OLD if theirs < ours else Apart.DESK_OLD
