"""The registry of models on this desk: which packs the worker may read, and what becomes of that while it runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.assist.feeding import Looking
from agentdesk.domain.models import registered


class Models(QObject):
    """`changed`: others may be read now than when `look` was last called."""

    changed = Signal()

    def __init__(self, desk: Looking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._trials: frozenset[str] = frozenset()
        self.listed: tuple[str, ...] = ()
        self.withdrawn: tuple[str, ...] = ()
        self._forget = desk.listen(("model",), lambda _: self._heard())

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def on_trial(self, model: str) -> bool:
        """Whether a model is tried only."""
        return model in self._trials

    def look(self) -> None:
        """What may be read now."""
        found = registered(self._desk.view)
        self._trials = frozenset(id for id, one in found.items() if one.state == "trial")
        self.listed = tuple(sorted(id for id, one in found.items() if one.state != "withdrawn"))
        self.withdrawn = tuple(sorted(id for id, one in found.items() if one.state == "withdrawn"))

    def _heard(self) -> None:
        before = self.listed, self.withdrawn, self._trials
        self.look()
        if before != (self.listed, self.withdrawn, self._trials):
            self.changed.emit()
