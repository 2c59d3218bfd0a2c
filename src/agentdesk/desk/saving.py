"""A file that is fetched and saved where the person wants it, under a name that leads nowhere else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from agentdesk.desk import choosing
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.texts import tr
from agentdesk.domain.governed import LibraryFile
from agentdesk.domain.kernel import Masked


def fetched_into(parent: QWidget, desk: Desk, name: str, digest: str) -> None:
    """Ask where to, fetch the bytes, write them."""

    def chosen(path: Path) -> None:
        desk.fetch(digest, lambda data, why: _write(desk, path, data, why))

    choosing.save_file(parent, tr("Save {name}", name=name), safe_name(name), chosen)


def save_library_file(parent: QWidget, desk: Desk, id: str) -> None:
    """Save a file of the library; what is hidden from somebody is not fetched."""
    file = desk.view.get(LibraryFile, id)
    if file is None:
        desk.say(tr("This file is no longer there."))
    elif Masked.read(file.digest):
        desk.say(tr("This file is hidden for your role."))
    else:
        fetched_into(parent, desk, words(file.name), file.digest)


def safe_name(name: str) -> str:
    """A name from outside as the name of one file: no folders, no signs that turn it round, not hidden."""
    kept = "".join(sign for sign in name if sign.isprintable() and sign not in '/\\:*?"<>|')
    return kept.lstrip(". ")[-120:] or "file"


def _write(desk: Desk, path: Path, data: bytes | None, why: str) -> None:
    if data is None:
        desk.say(why)
        return
    why = choosing.write(path, data)
    desk.say(tr("Could not be saved: {why}", why=why) if why else tr("Saved as {path}.", path=str(path)))
