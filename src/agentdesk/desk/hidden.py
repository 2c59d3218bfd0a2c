"""Hidden values on the screen: what stands for them in words, and those that were revealed for a moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from agentdesk.desk.texts import mark, tr
from agentdesk.domain.kernel import Masked, Record, spec_of
from agentdesk.domain.masking import is_hidden

R = TypeVar("R", bound=Record)
Then = Callable[[str], None]
CLASSES = {
    "name": mark("name"),
    "contact": mark("contact"),
    "payment": mark("payment"),
    "health": mark("health"),
    "identity": mark("identity"),
    "free": mark("text"),
    "file": mark("file"),
}


def class_word(data_class: str) -> str:
    """What stands for a hidden value: "hidden: contact"."""
    return tr("hidden: {what}", what=tr(CLASSES.get(data_class, data_class)))


def words(text: str) -> str:
    """A text as it is shown, read out and copied: in place of each mask what kind of thing it hides."""
    return Masked.shown(text, lambda data_class: f"[{class_word(data_class)}]")


def words_and_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The same, and where those places are (start, length)."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = end = 0
    for start, stop, data_class in Masked.spans(text):
        before, shown = text[end:start], f"[{class_word(data_class)}]"
        parts += (before, shown)
        places.append((at + len(before), len(shown)))
        at += len(before) + len(shown)
        end = stop
    return "".join((*parts, text[end:])), places


class Revealed(QObject):
    """Values that the server has revealed to this person: each is forgotten when its time is over. Kept in memory
    alone: nothing of it is written to the disk.
    """

    changed = Signal()

    def __init__(self, ask: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask = ask
        self._values: dict[tuple[str, str], dict[str, Any]] = {}

    def over(self, record: R) -> R:
        """The record with what was revealed of it."""
        values = self._values.get((spec_of(record).kind, record.id))
        return msgspec.structs.replace(record, **values) if values else record

    def ask(self, place: tuple[str, str, str], purpose: str, reason: str, then: Then) -> None:
        """Have a field (kind, id, field) revealed; `then` gets why not, or nothing."""
        kind, id, field = place

        def answered(result: Any, sentence: str) -> None:
            if sentence or not isinstance(result, dict) or "value" not in result:
                then(sentence or tr("The server could not reveal this. Try again in a moment."))
                return
            self._keep(place, result["value"], int(result.get("seconds", 0)))
            then("")

        wish = {"kind": kind, "record": id, "field": field, "purpose": purpose, "reason": reason}
        self._ask("reveal", wish, answered)

    def forget_all(self) -> None:
        """They were for other eyes than those which look now."""
        if self._values:
            self._values.clear()
            self.changed.emit()

    def _keep(self, place: tuple[str, str, str], value: Any, seconds: int) -> None:
        kind, id, field = place
        value = tuple(value) if isinstance(value, list) else value
        self._values.setdefault((kind, id), {})[field] = value
        QTimer.singleShot(seconds * 1000, self, lambda: self._forget(place, value))
        self.changed.emit()

    def _forget(self, place: tuple[str, str, str], value: Any) -> None:
        kind, id, field = place
        values = self._values.get((kind, id), {})
        if values.get(field) is value:  # revealed again in the meantime, it stays for its own time
            del values[field]
            if not values:
                del self._values[kind, id]
            self.changed.emit()


def hidden_fields(record: Record | None) -> list[tuple[str, str]]:
    """(field, class) of what is hidden of a record."""
    classes = spec_of(record).classes.items() if record is not None else ()
    return [(field, data_class) for field, data_class in classes if is_hidden(getattr(record, field))]
