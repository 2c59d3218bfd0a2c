"""Pictures of articles that go out as files or come in from them: fetched for the one, known again for the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

import msgspec

from agentdesk.desk.desk import Desk
from agentdesk.desk.pictures import lightened
from agentdesk.domain.governed import FILES_OF, LibraryFile
from agentdesk.domain.governed.files import MOST, address_of, file_at
from agentdesk.domain.kernel import File, Masked, Refusal
from agentdesk.text.enclosed import MOST_BYTES, Enclosed
from agentdesk.text.folders import Sheet
from agentdesk.text.links import linked
from agentdesk.text.markdown import links_of

New = Sequence[tuple[str, Enclosed]]
"""Pictures that are not here yet, each with the id by which the text names it."""


def named(desk: Desk, sheets: Sequence[Sheet]) -> list[LibraryFile]:
    """The pictures that these articles name, each once."""
    ids = dict.fromkeys(id for sheet in sheets for link in links_of(sheet.text) if (id := file_at(link)))
    return [file for id in ids if (file := desk.view.get(LibraryFile, id)) is not None]


class Fetching:
    """Has the bytes of these files, one after the other; `then` gets them by id, and how many could not be had."""

    def __init__(
        self, desk: Desk, files: Sequence[LibraryFile], then: Callable[[Mapping[str, bytes], int], None]
    ) -> None:
        self._desk, self._left, self._then = desk, list(files), then
        self._had: dict[str, bytes] = {}
        self._missed = self._size = 0

    def go_on(self) -> None:
        """The next one."""
        while self._left and self._is_out(self._left[0]):
            self._left.pop(0)
            self._missed += 1
        if not self._left:
            self._then(self._had, self._missed)
            return
        file = self._left.pop(0)
        self._desk.fetch(file.digest, lambda data, _why: self._came(file, data))

    def _is_out(self, file: LibraryFile) -> bool:
        return bool(Masked.read(file.digest)) or self._size + file.size > MOST_BYTES

    def _came(self, file: LibraryFile, data: bytes | None) -> None:
        if data is None:
            self._missed += 1
        else:
            self._had[file.id] = data
            self._size += len(data)
        self.go_on()


def with_pictures(desk: Desk, sheet: Sheet, pictures: Mapping[str, Enclosed]) -> tuple[Sheet, New, list[str]]:
    """An article whose text names its pictures as they are named here; those that are new; and what is no picture.

    What the article has already is known by its bytes, as they come and as they would be drawn anew.
    """
    documents = (sheet.facts["id"], sheet.facts.get("of", ""))
    there = (one for id in documents if id for one in desk.view.page(FILES_OF(document=id, use="picture"), limit=MOST))
    known = {one.digest: one.id for one in there}
    new: dict[str, tuple[str, Enclosed]] = {}
    wrong: list[str] = []

    def made(digest: str) -> str:
        """The id by which this picture is named here; nothing if it is none."""
        if digest in known or digest in wrong:
            return known.get(digest, "")
        drawn = lightened(pictures[digest].data)
        if drawn is None:
            wrong.append(digest)
            return ""
        id = known.get(sha256(drawn[0]).hexdigest()) or desk.new_id()
        if id not in known.values():
            new[digest] = (id, Enclosed(pictures[digest].name, drawn[0]))
        known[digest] = known[sha256(drawn[0]).hexdigest()] = id
        return id

    def here(link: str) -> str:
        digest = file_at(link)
        return address_of(made(digest) or digest) if digest in pictures else link

    text = linked(sheet.text, here)
    return sheet._replace(text=text), list(new.values()), [pictures[one].name for one in wrong]


def staged(desk: Desk, new: New) -> tuple[File, ...]:
    """New pictures, taken in for sending under their ids. One that cannot be is left out, and said."""
    files: list[File] = []
    for id, picture in new:
        try:
            files.append(msgspec.structs.replace(desk.stage(picture.data, picture.name), id=id))
        except Refusal as refusal:
            desk.say(str(refusal))
    return tuple(files)
