"""Who was erased, kept outside the database as well, by ids alone: a backup from before must forget them once more."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from agentdesk.domain.privacy import ERASURES, Erasure
from agentdesk.store.records import Records

from .authority import Outcome

log = logging.getLogger(__name__)
ENV = "AGENTDESK_ERASURES_FILE"
FILE = "erasures.jsonl"
MOST = 10_000_000


class Line(msgspec.Struct, frozen=True):
    """One erasure: its id, the customer's id, which leads nowhere any more, the ground, and when it began (UTC ms)."""

    erasure: str
    customer: str
    ground: str
    at: int


class Damaged(ValueError):
    """The list is not one; the text is a sentence for the operator."""


class Register:
    """A file to which a line is added for each erasure, on the disk before anybody hears that it was done.

    On the authority's thread. What could not be written is tried again with the next commit, and at the next start.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._owed: list[Line] = []

    def read(self) -> list[Line]:
        """All lines. The last one may be half of one: a sudden end was faster, and its erasure is told again. Raises
        `Damaged`, or `OSError`.
        """
        if not self.path.exists():
            return []
        *lines, _ = self.path.read_bytes().split(b"\n")
        return [self._line(number, line) for number, line in enumerate(lines, 1) if line.strip()]

    def _line(self, number: int, line: bytes) -> Line:
        try:
            return msgspec.json.decode(line, type=Line)
        except (msgspec.DecodeError, UnicodeError):
            wrong = f"Line {number} of {self.path} is no erasure. Put back the list as the server wrote it."
            raise Damaged(wrong) from None

    def add(self, lines: Iterable[Line]) -> None:
        """Add those that are not there yet. Raises `Damaged` or `OSError`."""
        known = {line.erasure for line in self.read()}
        fresh = [line for line in lines if line.erasure not in known]
        if fresh:
            self._append(fresh)

    def _append(self, lines: Sequence[Line]) -> None:
        data = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        with open(self.path, "a+b", buffering=0, opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)  # half of a line from before must not swallow this one
            file.write(data)
            os.fsync(file.fileno())

    def heard(self, outcomes: Sequence[Outcome]) -> None:
        """A commit is on the disk: what it has erased is told here before it is told to anybody."""
        entries = [outcome.entry for outcome in outcomes if outcome.entry is not None]
        self._owed += [line_of(new) for entry in entries for _, new in entry.changes if isinstance(new, Erasure)]
        if self._owed:
            try:
                self.add(self._owed)
                self._owed = []
            except (OSError, Damaged) as error:
                log.error("the list of erasures cannot be written: %s", error)

    def agree(self, records: Records) -> None:
        """Add what the database knows and the list does not. There is one from the first start on, be it empty: so that
        nobody wonders after a fire whether it is lost. Raises `Damaged` or `OSError`.
        """
        self.add(line_of(one) for one in records.page(ERASURES(), limit=MOST))
        if not self.path.exists():
            self._append([])


def register_of(folder: Path) -> Register:
    """Where the operator wants it, else beside the database."""
    named = os.environ.get(ENV)
    return Register(Path(named) if named else folder / FILE)


def line_of(one: Erasure) -> Line:
    """An erasure as the list has it."""
    return Line(one.id, one.customer, one.ground, one.since)
