"""Files of the library: pictures that stand in documents, evidence for them, what goes with posts of the forum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from ..cases.walking import every
from ..kernel import (
    Actor,
    Change,
    Command,
    Denied,
    File,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    Remove,
    ShortText,
    View,
    clean,
    command,
    eq,
    file_name,
    media_type,
    need,
    record,
    ref,
)
from ..kernel.values import Stamp
from .records import LIBRARY, Document, DocumentId

Use = Literal["picture", "evidence", "post"]
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_AT_ONCE, MOST = 20, 200
"""Files that come with one command, if they are no pictures of a text; and that hang on one document or post."""
_NAMED = "attached:"
FileId = Annotated[str, ref("library_file")]


@record(
    "library_file",
    classes={"digest": "file", "name": "free", "note": "free"},
    public=("use", "type", "by", "document", "edition", "topic", "post"),
    about={"document": "document", "topic": "topic"},
)
class LibraryFile(Record, frozen=True):
    """A file and what it hangs on: a picture or evidence on a `document`, else on a `post` of a `topic`. It is read by
    whoever reads that, and lies where its words lie. A picture came with an `edition`, whose text names it; `note` says
    what evidence shows. The bytes are fetched by digest.
    """

    use: str
    digest: str
    name: Name
    size: int
    type: Name
    by: str
    at: Millis
    document: str = ""
    edition: str = ""
    topic: str = ""
    post: str = ""
    note: ShortText = ""
    stamp: Stamp = ""


FILES_OF = Question(
    "library_file.of_document", LibraryFile, (eq("document", ":document"), eq("use", ":use")), ("at", "id")
)
FILES_IN = Question("library_file.of_topic", LibraryFile, (eq("topic", ":topic"),), ("at", "id"))
FILES_WITH = Question("library_file.of_post", LibraryFile, (eq("post", ":post"),), ("at", "id"))
LIBRARY_BY_DIGEST = Question("library_file.by_digest", LibraryFile, (eq("digest", ":digest"),), ())


def address_of(file: str) -> str:
    """How the text of a document names a picture."""
    return f"{_NAMED}{file}"


def file_at(address: str) -> str:
    """The picture that an address in a text names; empty if it names none."""
    return address.removeprefix(_NAMED) if address.startswith(_NAMED) else ""


def named_in(text: str, file: str) -> bool:
    """Whether a text names a picture: this one, and none whose id only begins like it."""
    return re.search(rf"{re.escape(address_of(file))}(?![\w-])", text) is not None


def stands_in(file: LibraryFile, document: str, of: str) -> bool:
    """Whether a picture may stand in a document: it came with it, or with what it is a translation `of`."""
    return file.use == "picture" and bool(file.document) and file.document in (document, of)


def brought(
    view: View, files: tuple[File, ...], use: Use, who: Actor, now: int, already: int = 0, **on: str
) -> Iterator[Put]:
    """The files of a command, hung on what `on` says, which has `already` so many."""
    if use != "picture" and len(files) > MOST_AT_ONCE:
        raise Refusal("At most {n} files can go with this at once.", "files", n=MOST_AT_ONCE)
    if already + len(files) > MOST:
        raise Refusal("There are too many files here. Take some away first.", "files")
    for file in files:
        name, type = file_name(file.name), media_type(file.type)
        if view.get(LibraryFile, file.id) is not None:
            raise Refusal("{name} already belongs to something else.", "file", name=name)
        if use == "picture" and type not in PICTURES:
            raise Refusal("{name} is no picture. Choose a PNG, JPEG, GIF or WebP file.", "picture", name=name)
        yield Put(LibraryFile(file.id, LIBRARY, 0, use, file.digest, name, file.size, type, who.id, now, **on))


def pictures_of(view: View, document: str, edition: str) -> Iterable[LibraryFile]:
    """The pictures that came with one version."""
    return (one for one in every(view, FILES_OF(document=document, use="picture")) if one.edition == edition)


def illustrated(
    view: View, document: str, edition: str, text: str, files: tuple[File, ...], who: Actor, now: int, instead: str = ""
) -> Iterator[Change]:
    """The pictures of a new version: those that come with it, and those of the one it stands in the place of that its
    text still names; the others of that one go.
    """
    named = tuple(file for file in files if named_in(text, file.id))
    already = view.count(FILES_OF(document=document, use="picture")) if named else 0
    yield from brought(view, named, "picture", who, now, already, document=document, edition=edition)
    for picture in pictures_of(view, document, instead) if instead else ():
        if named_in(text, picture.id):
            yield Put(msgspec.structs.replace(picture, rev=0, edition=edition))
        else:
            yield Remove(LibraryFile, picture.id)


def without_files(view: View, document: str) -> Iterator[Change]:
    """All files of a document that goes."""
    for use in ("picture", "evidence"):
        for file in every(view, FILES_OF(document=document, use=use)):
            yield Remove(LibraryFile, file.id)


@command("governed.attach", "governed.write")
class Attach(Command, frozen=True):
    """Put evidence to a document: what shows that it is right, or what it goes back to."""

    document: DocumentId
    files: tuple[File, ...]
    note: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, "This document is no longer there.")
        if not self.files:
            raise Refusal("Choose a file first.", "empty")
        there = [view.get(LibraryFile, file.id) for file in self.files]
        if all(one is not None and (one.document, one.by) == (document.id, who.id) for one in there):
            return
        already = view.count(FILES_OF(document=document.id, use="evidence"))
        yield from brought(view, self.files, "evidence", who, now, already, document=document.id, note=clean(self.note))


@command("governed.detach", "governed.write")
class Detach(Command, frozen=True):
    """Take evidence away from a document: who brought it, its owner, or who approves."""

    file: FileId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        file = need(view, LibraryFile, self.file, "This file is no longer there.")
        if file.use != "evidence":
            raise Refusal("This file goes with a text: change the text.", "file")
        document = view.get(Document, file.document)
        if file.by != who.id and (document is None or document.owner != who.id) and not who.may("governed.approve"):
            raise Denied(
                "Only who brought it, its owner, or somebody who approves can take this away.", kind="document"
            )
        yield Remove(LibraryFile, file.id)
