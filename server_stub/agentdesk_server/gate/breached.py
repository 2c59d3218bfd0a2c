"""A file of leaked passwords that the operator brings, looked through where it lies, whatever its size."""

from __future__ import annotations

import os
import re
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import BinaryIO

from agentdesk_server.core import CannotStart

ENV = "AGENTDESK_BREACHED_FILE"
LINE = re.compile(rb"^([0-9A-Fa-f]{10,40})(?::[0-9]+)?\s*$")
LONGEST = 200


class Breached:
    """Lines of SHA-1 digests in hex, or of their first ten digits and more, sorted; a count may follow after a colon.

    That is the form in which such lists are published. Searched by halves: some 35 reads in a list of a billion.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        if path is not None:
            self._check(path)

    @staticmethod
    def _check(path: Path) -> None:
        """Raises `CannotStart` if it cannot be read or does not begin as such a list does."""
        try:
            with path.open("rb") as file:
                first = file.readline(LONGEST)
        except OSError as error:
            raise CannotStart(f"{ENV}: {path} cannot be read ({error.strerror}).") from None
        if not LINE.match(first):
            raise CannotStart(f"{ENV}: {path} is no sorted list of SHA-1 digests in hex, one a line.")

    def has(self, password: str) -> bool:
        """Whether the list has it. Raises `OSError` if the file has gone: no password is taken unseen."""
        if self._path is None:
            return False
        digest = sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._path.open("rb") as file:
            low, high = 0, file.seek(0, os.SEEK_END)
            while low < high:  # the line that is looked for begins in [low, high)
                middle = (low + high) // 2
                start, line = _line_at(file, middle)
                known = _digits(line)
                if known and digest.startswith(known):
                    return True
                if line and known < digest[: len(known)]:
                    low = start + len(line)
                else:
                    high = middle
        return False


def _line_at(file: BinaryIO, offset: int) -> tuple[int, bytes]:
    """The first line that begins at this byte or after it, and where it does; empty at the end of the file."""
    file.seek(max(0, offset - 1))
    if offset:
        file.readline(LONGEST)
    return file.tell(), file.readline(LONGEST)


def _digits(line: bytes) -> bytes:
    found = LINE.match(line)
    return found.group(1).upper() if found else b""


@cache
def breached_list() -> Breached:
    """The list that the environment names, or an empty one. Raises `CannotStart`."""
    named = os.environ.get(ENV)
    return Breached(Path(named) if named else None)
