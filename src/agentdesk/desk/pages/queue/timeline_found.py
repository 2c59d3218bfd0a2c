"""What was looked for, in a timeline: every place that says it, and a step to the next one or the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.timeline_layout import Laid
from agentdesk.desk.pages.queue.timeline_said import said_of
from agentdesk.desk.pages.queue.timeline_text import units
from agentdesk.domain.kernel.terms import Term, places

if TYPE_CHECKING:
    from agentdesk.desk.pages.queue.timeline import Timeline

Place = tuple[str, int]
"""An entry, and which of its hits."""


class FoundWords:
    """Hits in the order of the timeline; `at` is the one that one has gone to, -1 for none."""

    def __init__(self, view: Timeline, desk: Desk) -> None:
        self._view, self._desk = view, desk
        self._terms: tuple[Term, ...] = ()
        self._places: dict[str, list[tuple[int, int]]] = {}
        self.hits: list[Place] = []
        self.at = -1

    def show(self, terms: tuple[Term, ...]) -> None:
        """Show where this is said; nothing for no terms."""
        self._terms, self.at = terms, -1
        self.look_again()
        self._view.viewport().update()

    def look_again(self) -> None:
        """The entries are others: what one has gone to stays, if it is still there."""
        now = self.hits[self.at] if 0 <= self.at < len(self.hits) else None
        if not self._terms:
            self._places, self.hits, self.at = {}, [], -1
            return
        said = {
            item.key: places(said_of(item, self._desk).words, self._terms)
            for item in self._view.entries.items
            if item.kind == "message"
        }
        self._places = {key: found for key, found in said.items() if found}
        self.hits = [(key, n) for key, found in self._places.items() for n in range(len(found))]
        self.at = self.hits.index(now) if now in self.hits else -1

    def step(self, by: int) -> None:
        """Go to the next hit or the one before, round and round; first to the newest."""
        if self.hits:
            begin = len(self.hits) - 1 if self.at < 0 else (self.at + by) % len(self.hits)
            self._go(begin)

    def go(self, key: str) -> bool:
        """Go to the first hit of an entry; whether it has any."""
        at = next((at for at, (one, _) in enumerate(self.hits) if one == key), -1)
        if at >= 0:
            self._go(at)
        return at >= 0

    def _go(self, at: int) -> None:
        self.at = at
        key, n = self.hits[at]
        row = self._view.entries.row_of(key)
        if row >= 0 and not _seen(self._view.sight.laid_at(row)[1], self._places[key][n]):
            self._view.show_whole(key)
        self.reveal(key)

    def reveal(self, key: str) -> None:
        """Go to an entry, if it is there."""
        row = self._view.entries.row_of(key)
        if row >= 0:
            self._view.setCurrentIndex(self._view.entries.index(row))
            self._view.scrollTo(self._view.entries.index(row))
        self._view.viewport().update()

    def places_in(self, laid: Laid) -> list[tuple[int, int, bool]]:
        """The hits of an entry as Qt counts, and which of them one has gone to."""
        found = self._places.get(laid.item.key, ())
        if not found or laid.document is None:
            return []
        text, now = laid.said.words, self.hits[self.at] if 0 <= self.at < len(self.hits) else None
        return [
            (units(text, a), units(text, b), now == (laid.item.key, n))
            for n, (a, b) in enumerate(found)
            if _seen(laid, (a, b))
        ]


def _seen(laid: Laid, at: tuple[int, int]) -> bool:
    """Whether this stretch of an entry's words stands there: neither folded away nor cut off."""
    return laid.shown[slice(*at)] == laid.said.words[slice(*at)]
