"""The articles that customers may read at a moment: which, in which language, and those that a search finds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

import msgspec

from agentdesk.domain.governed import DOCUMENTS, Document, LibraryFile, blocked
from agentdesk.domain.governed.files import named_in, stands_in
from agentdesk.domain.kernel.terms import says, terms_of, tokens
from agentdesk.domain.knowledge import ARTICLE, Article, article_of
from agentdesk.store.records import Records
from agentdesk.text.markdown import public_part
from agentdesk_server.authority import Entry

from .words import plain

PAGE = 500
FEW, MOST_HITS = 100, 2_000
RESULTS = 20
FIRST_WORDS = 12
"""Words of a question that has no exact answer by which something like it is looked for."""
FOREVER = 2**53


class Shown(msgspec.Struct, frozen=True):
    """An article on the shelf: the document without its text, and its fields."""

    document: Document
    about: Article

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def group(self) -> str:
        """What all translations of one article have in common."""
        return self.document.of or self.document.id

    def is_in(self, language: str) -> bool:
        """Whether it is in this language, whichever country's."""
        return plain(self.document.language) == plain(language)

    @property
    def ends(self) -> int:
        """When it stops being shown by itself (ms, UTC)."""
        return min(filter(None, (self.document.until, self.document.expires_at)), default=FOREVER)


class Place(msgspec.Struct, frozen=True):
    """Where somebody reads: the region whose customers a site serves, the language they want, the time (ms, UTC)."""

    region: str
    language: str
    now: int


def is_open(shown: Shown, place: Place) -> bool:
    """Whether customers may read it here and now. Nobody who comes without a name belongs to a tier."""
    about = shown.about
    here = not about.regions or place.region.casefold() in {one.casefold() for one in about.regions}
    return here and not about.tiers and not blocked(shown.document, "show", place.now)


class Shelf:
    """Follows the documents as they change, so that no page has to read them all. Lives on the event loop."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._kept: dict[str, Shown] = {}
        self._groups: dict[str, set[str]] = {}
        self._numbers: dict[str, int] = {}
        """Document → number of the version that holds: whether a translation is of an older one."""
        self._listed: dict[tuple[str, str], tuple[int, int, list[Shown]]] = {}
        """(Region, language) → from when until when the list is right, and the list."""
        self._filled = False
        self._turn = asyncio.Lock()

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the writer."""
        for entry in entries:
            for old, new in entry.changes:
                about = new or old
                if isinstance(about, Document) and about.register == ARTICLE:
                    self._changed(about.id, new if isinstance(new, Document) else None)

    def _changed(self, id: str, document: Document | None) -> None:
        self._listed.clear()
        self._numbers.pop(id, None)
        if (old := self._kept.pop(id, None)) is not None:
            self._groups[old.group].discard(id)
        if document is None or document.state != "published":
            return
        self._numbers[id] = document.number
        about = article_of(document)
        if about.audience != "agents":
            self._kept[id] = made = Shown(msgspec.structs.replace(document, text=""), about)
            self._groups.setdefault(made.group, set()).add(id)

    async def ready(self) -> None:
        """Read all documents once, in parts between which others have their turn."""
        async with self._turn:
            asked, after = DOCUMENTS(register=ARTICLE), None
            while not self._filled:
                found = self._records.page(asked, after, PAGE)
                for one in found:
                    self._changed(one.id, one)
                self._filled = len(found) < PAGE
                after = asked.key(found[-1]) if found else None
                await asyncio.sleep(0)

    def get(self, id: str, place: Place) -> Shown | None:
        """An article, if customers may read it here and now."""
        found = self._kept.get(id)
        return found if found is not None and is_open(found, place) else None

    def text(self, id: str) -> str:
        """What an article says to customers, in Markdown."""
        found = self._records.of(Document, id)
        return public_part(found.text) if found is not None else ""

    def picture(self, shown: Shown, id: str) -> LibraryFile | None:
        """A picture of an article, if what it says to customers names it."""
        found = self._records.of(LibraryFile, id)
        if found is None or not stands_in(found, shown.id, shown.document.of):
            return None
        return found if named_in(self.text(shown.id), id) else None

    def all(self, place: Place) -> list[Shown]:
        """One article of each group, in the wanted language where there is one, by title."""
        since, until, listed = self._listed.get((place.region, place.language), (0, 0, []))
        if not since <= place.now < until:
            found = self._chosen(self._kept.values(), place)
            listed = sorted(found, key=lambda one: (one.document.title.casefold(), one.id))
            until = min((one.ends for one in self._kept.values() if one.ends > place.now), default=FOREVER)
            if len(self._listed) > FEW:  # languages are whatever a stranger asks for
                self._listed.clear()
            self._listed[place.region, place.language] = (place.now, until, listed)
        return listed

    def versions(self, shown: Shown, place: Place) -> list[Shown]:
        """The same article in all its languages, the wanted one first, then the original."""
        found = [one for id in self._groups.get(shown.group, ()) if (one := self.get(id, place)) is not None]
        return sorted(found, key=lambda one: (not one.is_in(place.language), bool(one.document.of), one.id))

    def is_old(self, shown: Shown) -> bool:
        """Whether it is a translation of an older version than the one that holds."""
        original = shown.document.of
        return bool(original) and self._numbers.get(original, 0) > shown.document.of_number

    def found(self, words: str, place: Place) -> list[Shown]:
        """What has all these words, the best first; what is most like them if nothing has. Only what customers may read
        is looked at: no answer tells what stands in the part for agents.
        """
        terms, limit = terms_of(words), FEW
        exact: list[Shown] = []
        while terms and limit:
            hits = [one for _, one in self._records.find.best("document", terms, limit) if isinstance(one, Document)]
            seen = ((one, self.get(one.id, place)) for one in hits)
            exact = [shown for one, shown in seen if shown is not None and says(_said(one), terms)]
            limit = MOST_HITS if len(exact) < RESULTS and len(hits) == limit < MOST_HITS else 0
        return self._chosen(exact or self._like(words, place), place)[:RESULTS]

    def _like(self, words: str, place: Place) -> Iterator[Shown]:
        short = " ".join(words.split()[:FIRST_WORDS])
        asked = {word for word, _, _ in tokens(short)}
        for one in self._records.alike("document", short, FEW):
            shown = self.get(one.id, place)
            if shown is None or not isinstance(one, Document):
                continue
            if asked & {word for word, _, _ in tokens(_said(one))}:
                yield shown

    def _chosen(self, found: Iterable[Shown], place: Place) -> list[Shown]:
        """One of each group, where the first of it stood."""
        groups = {one.group: one for one in found if is_open(one, place)}
        return [self.versions(one, place)[0] for one in groups.values()]


def _said(document: Document) -> str:
    return f"{document.title}\n{public_part(document.text)}"
