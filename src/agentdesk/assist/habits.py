"""How whoever works here begins and ends what they write, in each language: learned of their own replies, and kept."""

from __future__ import annotations

from .columns import base
from .shelf import Shelf
from .wording import Wording, learned

MOST_OWN = 600
"""Own replies that are looked at, in all languages."""


class Habits:
    """In memory alone, of what lies on the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._of: dict[str, Wording] = {}

    def of(self, language: str) -> Wording:
        """In this language: from one reply of each case, so that nobody's name in one of them becomes a habit."""
        spoken = base(language)
        if spoken not in self._of:
            said: dict[str, str] = {}
            for one in self._shelf.own(MOST_OWN):
                if base(one.language) == spoken:
                    said.setdefault(one.id.rpartition(":")[0], one.text)
            self._of[spoken] = learned(said.values(), spoken)
        return self._of[spoken]

    def forget(self) -> None:
        """Something came or went."""
        self._of.clear()
