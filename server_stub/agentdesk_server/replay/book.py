"""Which visitor plays which dialogue, kept in a file: a replay that was killed goes on as the same visitors."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import IO

import msgspec

from .entrance import Place, Ticket


class Entry(msgspec.Struct, frozen=True):
    """One line of the file."""

    dialogue: str
    visitor: str
    token: str


class Book:
    """The tickets by dialogue. The file is for its owner alone: a ticket is all that a visitor has."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tickets = dict(_read(path))
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Book:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.fdopen(os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "ab")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def ticket(self, dialogue: str) -> Ticket | None:
        return self._tickets.get(dialogue)

    def note(self, dialogue: str, ticket: Ticket) -> None:
        """Remember a visitor before it says its first word."""
        if self._tickets.get(dialogue) == ticket or self._file is None:
            return
        self._tickets[dialogue] = ticket
        # A line that a kill cut in two must not swallow this one.
        self._file.write(b"\n" + msgspec.json.encode(Entry(dialogue, ticket.visitor, ticket.token)) + b"\n")
        self._file.flush()


def _read(path: Path) -> dict[str, Ticket]:
    tickets: dict[str, Ticket] = {}
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.DecodeError:
            continue  # cut in two by a kill: its visitor had not yet said a word
        tickets[entry.dialogue] = Ticket(entry.visitor, entry.token)
    return tickets


def default_path(place: Place, file: Path, run: str) -> Path:
    """One book for each server, site, file and run."""
    digest = sha256(msgspec.json.encode([place.server, place.site, str(file.resolve()), run])).hexdigest()[:24]
    return _state_folder() / "replay" / f"{digest}.jsonl"


def _state_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "AgentDesk"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "AgentDesk"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "agentdesk"
