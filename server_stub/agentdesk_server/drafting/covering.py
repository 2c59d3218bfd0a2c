"""Words of a case without personal data: each value has a placeholder, and it is known where it stands, never what."""

from __future__ import annotations

from collections.abc import Sequence

from agentdesk.domain.suggestions.drafting import Place
from agentdesk.text.personal import find

BEGIN, END = "⟦", "⟧"
_SIGNS = str.maketrans({BEGIN: "[", END: "]"})


class Cover:
    """Of one question. The same value has the same placeholder, wherever it stands."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [(name, "name") for name in names if name]
        self._known: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self.places: list[Place] = []
        for name in names:
            if name:
                self._placeholder("name", name, Place("", "", 0, len(name)))

    def text(self, message: str, text: str) -> str:
        """A text as it may leave the house; what only looks like a placeholder is none afterwards."""
        parts, at = list[str](), 0
        for span in find(text, self._names):
            place = Place("", message, span.start, span.end)
            name = self._placeholder(span.data_class, text[span.start : span.end], place)
            parts += (text[at : span.start].translate(_SIGNS), name)
            at = span.end
        return "".join((*parts, text[at:].translate(_SIGNS)))

    def _placeholder(self, data_class: str, value: str, place: Place) -> str:
        key = (data_class, " ".join(value.split()).casefold())
        if key not in self._known:
            count = self._counts[data_class] = self._counts.get(data_class, 0) + 1
            self._known[key] = f"{BEGIN}{data_class.upper()}_{count}{END}"
            self.places.append(Place(self._known[key], place.message, place.start, place.end))
        return self._known[key]
