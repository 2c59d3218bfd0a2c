"""Articles as files: Markdown with a few lines of facts before it, one by one or many in a ZIP archive."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agentdesk.text.archives import BROKEN

LONGEST = 200_000
"""Characters of one article; bytes are at most four times as many."""
MOST_FILES = 5_000
MOST_BYTES = 50 * 1024 * 1024
"""Of all articles of an archive together."""
MARKDOWN = (".md", ".markdown", ".txt")
_FACT = re.compile(r"([a-z_]{1,40}):[ \t]?(.{0,2000})")
_ODD = re.compile(r"[^\w.-]+")


class Sheet(NamedTuple):
    """One article as a file has it."""

    name: str
    facts: Mapping[str, str]
    text: str


class Unreadable(Exception):
    """What is wrong with a file, as a sentence."""


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


def archived(files: Iterable[tuple[str, str]]) -> bytes:
    """An archive of texts, each under its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return out.getvalue()


def unpacked(name: str, data: bytes) -> list[Sheet]:
    """The articles of a file: one of Markdown, or an archive of such. Raises `Unreadable`; nothing is read further than
    an article may be long, whatever an archive promises.
    """
    return [read(one, text) for one, text in texts_of(name, data, MARKDOWN)]


def texts_of(name: str, data: bytes, endings: tuple[str, ...]) -> list[tuple[str, str]]:
    """The file, or the files with these endings of an archive, each with its name and its text. As `unpacked`."""
    if not data.startswith(b"PK"):
        return [(name, _text(data))]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [one for one in archive.namelist() if one.lower().endswith(endings)]
            sizes = (archive.getinfo(one).file_size for one in names)
            if len(names) > MOST_FILES or sum(min(size, 4 * LONGEST) for size in sizes) > MOST_BYTES:
                raise Unreadable("This archive has too many files. Import it in parts.")
            return [(one, _text(_bounded(archive, one))) for one in names]
    except BROKEN as error:
        raise Unreadable("This archive cannot be read. Pack it anew, without a password.") from error


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(4 * LONGEST + 1)


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "replace") if len(data) <= 4 * LONGEST else ""
    if len(data) > 4 * LONGEST or len(text) > LONGEST:
        raise Unreadable("An article in it is too long. Divide it first.")
    return text.replace("\0", "")
