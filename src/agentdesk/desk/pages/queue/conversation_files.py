"""Saving an attachment where the person wants it; nothing that came in is ever opened by itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from agentdesk.desk import choosing
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.reveal import open_reveal, targets_of
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Attachment
from agentdesk.domain.kernel import Masked


def fetch_file(parent: QWidget, desk: Desk, id: str) -> None:
    """Save a file; one that is hidden is revealed first, if the person may have that."""
    found = desk.view.get(Attachment, id)
    if found is None:
        return
    file = desk.revealed.over(found)
    if Masked.read(file.digest):
        if open_reveal(desk, targets_of(file) if desk.me.may("field.reveal") else [], parent) is None:
            desk.say(tr("This file is hidden for your role."))
        return
    save_file(parent, desk, file)


def save_file(parent: QWidget, desk: Desk, file: Attachment) -> None:
    """Ask where to, fetch the bytes, write them."""
    name = words(file.name)

    def chosen(path: Path) -> None:
        desk.fetch(file.digest, lambda data, why: _write(desk, path, data, why))

    choosing.save_file(parent, tr("Save {name}", name=name), safe_name(name), chosen)


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
