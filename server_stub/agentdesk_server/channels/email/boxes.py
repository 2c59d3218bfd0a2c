"""Mails in files: single ones (.eml), mbox, Maildir, and folders of them. Reads only, one mail at a time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from errno import EINVAL
from pathlib import Path
from typing import BinaryIO

from agentdesk.text.mail import DEFAULT

_MAILDIR = ("cur", "new")
_ENVELOPE = re.compile(rb"From .*\d\d:\d\d")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_CHUNK = 64 * 1024


def files(path: Path) -> Iterator[Path]:
    """The files that hold the mails of a path: itself, or all in it. Of a Maildir those that are delivered, not those
    that are still being written. Links to folders are not followed.
    """
    if not path.is_dir():
        yield path
        return
    for folder, inside, names in os.walk(path):
        here = Path(folder)
        if all(name in inside for name in _MAILDIR):
            inside[:] = sorted(name for name in inside if name != "tmp")
            continue  # beside the mails lie only the notes of programs
        inside.sort()
        yield from (here / name for name in sorted(names) if not name.startswith(".") and (here / name).is_file())


def mails(path: Path, most: int = DEFAULT.mail) -> Iterator[bytes]:
    """The mails of one file, raw. Of each at most `most` + 1 bytes are read, so that it is seen to be too large.

    Raises OSError if it cannot be read, or is a pipe or a device, which could be waited for for ever.
    """
    return (raw for raw, _ in mails_from(path, 0, most))


def mails_from(path: Path, offset: int, most: int = DEFAULT.mail) -> Iterator[tuple[bytes, int]]:
    """As `mails`, each with where the next one begins. Goes on at such an offset; where no mail begins there any more,
    from the start.
    """
    if path.exists() and not path.is_file():
        raise OSError(EINVAL, "it is no file", str(path))
    with path.open("rb") as file:
        if file.read(5) == b"From ":
            file.seek(offset)
            begins = file.readline(_CHUNK)
            file.seek(offset if not begins or _ENVELOPE.match(begins) else 0)
            yield from _divided(file, most)
        elif not offset:
            file.seek(0)
            yield file.read(most + 1), 1


def _divided(file: BinaryIO, most: int) -> Iterator[tuple[bytes, int]]:
    """The mails of an mbox: each begins at a "From " line after an empty one; `>From ` was `From ` (mboxrd)."""
    kept: list[bytes] = []
    at, size, first, empty_before, at_line_start = file.tell(), 0, True, True, True
    while line := file.readline(_CHUNK):
        if at_line_start and empty_before and _ENVELOPE.match(line):
            if not first:
                yield _mail(kept), at
            kept, size, first = [], 0, False
        elif size <= most:
            kept.append(line[: most + 1 - size])
            size += len(line)
        at += len(line)
        empty_before = at_line_start and not line.strip()
        at_line_start = line.endswith(b"\n")
    yield _mail(kept), at


def _mail(lines: list[bytes]) -> bytes:
    """Without the empty line that divides it from the next."""
    if lines and not lines[-1].strip():
        lines.pop()
    return _ESCAPED.sub(rb"\1", b"".join(lines))
