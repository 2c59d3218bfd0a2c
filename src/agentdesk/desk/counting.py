"""A number that is asked for anew while one types: how many there are, read beside Qt's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agentdesk.desk.desk import Desk
from agentdesk.domain.kernel import Asked


class Counting:
    """Tells only of what was asked last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: Asked[Any] | None = None

    def ask(self, asked: Asked[Any], tell: Callable[[int], None]) -> bool:
        """Call `tell` with how many there are; false if that comes later."""
        self._asked = asked

        def show() -> None:
            if asked is self._asked:
                self._asked = None
                tell(self._desk.view.count(asked))

        self._desk.prepare(asked, show)
        return self._asked is None

    def forget(self) -> None:
        """What was asked is not wanted any more."""
        self._asked = None
