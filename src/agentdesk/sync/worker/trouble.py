"""Tells why there is no connection, where waiting does not help: once, until it is for another reason."""

from __future__ import annotations

from collections.abc import Callable

from ..news import Told
from ..way import TO_ACT_ON


class Trouble:
    """Remembers what was told last: a desk tries again every few seconds, and a person wants to hear it once."""

    def __init__(self) -> None:
        self._last = ""

    def heard(self, sentence: str, tell: Callable[[Told], None]) -> None:
        """A connection has ended; `sentence` is empty if it was there."""
        if sentence != self._last and sentence in TO_ACT_ON:
            tell(Told("network", sentence))
        self._last = sentence
