"""Many articles at once, as Markdown or as web pages: which file is which article, and the links between them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from agentdesk.domain.knowledge import article_path
from agentdesk.text.enclosed import Enclosed, file_name, path_in, pictures_of, taken_in, written_out
from agentdesk.text.folders import MARKDOWN, Sheet, archived, named, read, texts_of, written
from agentdesk.text.links import linked
from agentdesk.text.pages import page_read, page_written

T = TypeVar("T")
PAGES = (".html", ".htm")
ENDINGS = (*MARKDOWN, *PAGES)
HELP = article_path("")
"""How one article links to another."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,119}")
NONE: Mapping[str, bytes] = {}
Form = Literal["markdown", "html"]


class Note(NamedTuple):
    """What of a file was not taken. `what`: link, picture, letters, empty, twice, or the tag that was left out."""

    name: str
    what: str
    about: str


NOTES = {
    "link": "a link leads to no article of these files: {about}",
    "picture": "a picture was left out, only its words stand: {about}",
    "deep": "its parts are nested too deep to be read",
    "letters": "some letters of it cannot be read: save it as UTF-8",
    "empty": "there is no text in it",
    "twice": "the same article was there already",
}
"""What notes say in a sentence that is still to be filled in, and translated."""
LEFT_OUT = "“{tag}” is not known here and was left out, {n} times"
"""The same of a tag."""


def told(note: Note) -> tuple[str, dict[str, str]]:
    """The sentence of a note, and what it is filled in with."""
    if note.what in NOTES:
        return NOTES[note.what], {"about": note.about}
    return LEFT_OUT, {"tag": note.what, "n": note.about}


class Bundle(NamedTuple):
    """The articles of some files, each with its id in its facts, and what was not understood."""

    sheets: list[Sheet]
    notes: list[Note]
    pictures: Mapping[str, Enclosed]
    """SHA-256 of its bytes, by which the texts name it, → a picture."""


def bundle(name: str, data: bytes) -> Bundle:
    """The articles of a file or of an archive. The same files give the same ids, so that they can come again; links
    from one to another lead to the articles. Raises `Unreadable`.
    """
    return bundled(texts_of(name, data, ENDINGS), dict(pictures_of(name, data)))


def bundled(files: Iterable[tuple[str, str]], pictures: Mapping[str, bytes] = NONE) -> Bundle:
    """As `bundle`, of files that are read already, beside pictures by their names."""
    return done(bundling(files, pictures))


def done(work: Generator[None, None, T]) -> T:
    """What comes of work that goes step by step, at once."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found


def bundling(files: Iterable[tuple[str, str]], pictures: Mapping[str, bytes] = NONE) -> Generator[None, None, Bundle]:
    """As `bundled`, step by step, for those who cannot wait for all of it."""
    notes, sheets, ids, used = list[Note](), list[Sheet](), dict[str, str](), dict[str, Enclosed]()
    taken = taken_in(pictures, used)
    for name, content in files:
        sheet = _page(name, content, notes, pictures) if name.lower().endswith(PAGES) else read(name, content)
        id = id_of(sheet)
        if "\ufffd" in content:
            notes.append(Note(name, "letters", ""))
        if not sheet.text:
            notes.append(Note(name, "empty", ""))
        elif id in ids.values():
            notes.append(Note(name, "twice", ""))
        else:
            ids[posixpath.normpath(name)] = id
            sheets.append(Sheet(name, {**sheet.facts, "id": id}, sheet.text))
        yield
    stems = {posixpath.splitext(posixpath.basename(name))[0]: id for name, id in ids.items()}
    for at, one in enumerate(sheets):
        sheets[at] = one._replace(text=_mended(one, ids, stems, notes, taken))
        yield
    return Bundle(sheets, notes, used)


def id_of(sheet: Sheet) -> str:
    """The article that a file is: as it says itself, or made of its name and title."""
    told = sheet.facts.get("id", "")
    if _ID.fullmatch(told):
        return told
    said = sha256(f"{sheet.name} {sheet.facts['title']}".encode("utf-8", "replace"))
    return f"from-{said.hexdigest()[:40]}"


def packed_as(form: Form, sheets: Sequence[Sheet], pictures: Mapping[str, bytes] = NONE) -> bytes:
    """An archive of articles that know their ids, with links that work in a folder, and of the pictures (by id) that
    they name.
    """
    files = named(sheets, ".md" if form == "markdown" else ".html")
    names = {sheet.facts.get("id", ""): name for name, sheet in files}
    picture = written_out(pictures)
    texts = [(name, _file(form, sheet, names, picture)) for name, sheet in files]
    return archived([*texts, *((file_name(id, data), data) for id, data in pictures.items())])


def _file(form: Form, sheet: Sheet, names: Mapping[str, str], picture: Callable[[str], str]) -> str:
    def away(link: str) -> str:
        return names.get(link.removeprefix(HELP), link) if link.startswith(HELP) else picture(link)

    text = linked(sheet.text, away)
    return written(sheet.facts, text) if form == "markdown" else page_written(sheet.facts, text, text)


def _page(name: str, content: str, notes: list[Note], pictures: Mapping[str, bytes]) -> Sheet:
    folder = posixpath.dirname(name)
    page = page_read(content, lambda href: href, lambda src: path_in(folder, src) in pictures)
    notes += [Note(name, tag, str(count)) for tag, count in page.lost.items()]
    notes += [Note(name, "picture", address) for address in page.pictures]
    stem = posixpath.splitext(posixpath.basename(name))[0] or name
    return Sheet(name, {"title": stem, **page.facts}, page.text)


def _mended(
    sheet: Sheet,
    ids: Mapping[str, str],
    stems: Mapping[str, str],
    notes: list[Note],
    picture: Callable[[str, str], str],
) -> str:
    folder = posixpath.dirname(sheet.name)

    def home(link: str) -> str:
        if address := picture(folder, link):
            return address
        try:
            parts = urlsplit(link)
        except ValueError:
            return link
        path = unquote(parts.path)
        if parts.scheme or parts.netloc:
            found = stems.get(posixpath.splitext(posixpath.basename(path))[0]) if "/articles/" in path else None
            return f"{HELP}{found}" if found else link
        if not path.lower().endswith(ENDINGS):
            return link
        found = ids.get(posixpath.normpath(posixpath.join(folder, path)))
        if found is None:
            notes.append(Note(sheet.name, "link", link[:200]))
        return f"{HELP}{found}" if found else link

    return linked(sheet.text, home)
