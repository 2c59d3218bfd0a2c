"""Articles as files: Markdown with a few lines of facts before it, one by one or many in a ZIP archive."""

from __future__ import annotations

import codecs
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agentdesk.text.archives import BROKEN
from agentdesk.text.mail.charsets import decode_short

LONGEST = 200_000
"""Characters of one article; bytes are at most four times as many."""
MOST_FILES = 5_000
MOST_BYTES = 50 * 1024 * 1024
"""Of all articles of an archive together."""
MARKDOWN = (".md", ".markdown", ".txt")
_FACT = re.compile(r"([a-z_]{1,40}):[ \t]?(.{0,2000})")
_ODD = re.compile(r"[^\w.-]+")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?\bcharset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD = 4_096
"""Bytes at the beginning of a page in which it says in which letters it is written."""


class Sheet(NamedTuple):
    """One article as a file has it."""

    name: str
    facts: Mapping[str, str]
    text: str


class Unreadable(Exception):
    """What is wrong with a file, as a sentence; `about` names the one of an archive."""

    def __init__(self, sentence: str, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


def written(facts: Mapping[str, str], text: str) -> str:
    """The file of an article."""
    lines = (f"{name}: {' '.join(value.split())}" for name, value in facts.items() if value.strip())
    return "\n".join(("---", *lines, "---", "", text.strip(), ""))


def read(name: str, content: str) -> Sheet:
    """An article from its file; without facts the first heading, or else the file's name, is its title."""
    content = content.replace("\r\n", "\n").lstrip("\ufeff")
    head, body = "", content
    if content.startswith("---\n") and (end := content.find("\n---", 3)) > 0:
        head, body = content[4:end], content[end + 4 :]
    facts = {found[1]: found[2].strip() for line in head.split("\n") if (found := _FACT.fullmatch(line))}
    first, _, rest = body.strip().partition("\n")
    if "title" not in facts and first.startswith("# "):
        facts["title"], body = first[2:].strip(), rest
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    return Sheet(name, {"title": stem, **facts}, body.strip())


def named(sheets: Iterable[Sheet], ending: str) -> list[tuple[str, Sheet]]:
    """Each with a file name of its own, which leads nowhere else."""
    taken, found = set[str](), list[tuple[str, Sheet]]()
    for sheet in sheets:
        stem = _ODD.sub("-", sheet.name).strip("-.")[:80] or "article"
        names = itertools.chain((stem,), (f"{stem}-{number}" for number in itertools.count(2)))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        found.append((f"{name}{ending}", sheet))
    return found


def packed(sheets: Iterable[Sheet]) -> bytes:
    """Many articles in one archive, each under a name of its own."""
    return archived((name, written(sheet.facts, sheet.text)) for name, sheet in named(sheets, ".md"))


def archived(files: Iterable[tuple[str, str | bytes]]) -> bytes:
    """An archive of texts and other files, each under its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(name: str, data: bytes) -> list[Sheet]:
    """The articles of a file: one of Markdown, or an archive of such. Raises `Unreadable`; nothing is read further than
    an article may be long, whatever an archive promises.
    """
    return [read(one, text) for one, text in texts_of(name, data, MARKDOWN)]


def texts_of(name: str, data: bytes, endings: tuple[str, ...]) -> list[tuple[str, str]]:
    """The file, or the files with these endings of an archive, each with its name and its text. As `unpacked`."""
    if not data.startswith(b"PK"):
        return [(name, _text(name, data))]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [one for one in archive.namelist() if is_one_of(one, endings)]
            sizes = (archive.getinfo(one).file_size for one in names)
            if len(names) > MOST_FILES or sum(min(size, 4 * LONGEST) for size in sizes) > MOST_BYTES:
                raise Unreadable("This archive has too many files. Import it in parts.")
            return [(one, _text(one, _bounded(archive, one))) for one in names]
    except BROKEN as error:
        raise Unreadable("This archive cannot be read. Pack it anew, without a password.") from error


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(4 * LONGEST + 1)


def is_one_of(name: str, endings: tuple[str, ...]) -> bool:
    """Whether a file is one of these by its name: not what a system has put beside them, as a Mac does."""
    *folders, last = name.split("/")
    return last.lower().endswith(endings) and not last.startswith(".") and "__MACOSX" not in folders


def _text(name: str, data: bytes) -> str:
    text = _decoded(data) if len(data) <= 4 * LONGEST else ""
    if len(data) > 4 * LONGEST or len(text) > LONGEST:
        raise Unreadable("An article in it is too long. Divide it first.", name)
    return text.replace("\0", "")


def _decoded(data: bytes) -> str:
    """As UTF-8 if it can be, for that is hardly right by chance; else in the letters it names, or Western."""
    if not data.isascii():
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    told = _CHARSET.search(data[:_HEAD])
    label = (
        "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else told[1].decode() if told else ""
    )
    return decode_short(data, label)
