"""Reads the words of attached files, one after the other, each in a process of its own that the system holds short."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from pathlib import Path

import msgspec

from agentdesk.domain.cases import Attachment, KeepFileText
from agentdesk.domain.kernel import Command, Record
from agentdesk.text.files import MOST_TEXT, Told, kind_of
from agentdesk.text.personal import find

from .blobs import path_of
from .core import Core

log = logging.getLogger(__name__)
PATIENCE = 30.0
"""Seconds for one file, by the clock; in its own process it has fewer."""
MOST_ANSWER = 4 * 1024 * 1024
AT_ONCE = 200
NEVER_KEPT = frozenset({"payment", "identity", "health"})
"""What of a file is hidden from most of those who may open it is not kept as words to be found by."""
PASSED_ON = ("PATH", "PYTHONPATH", "SYSTEMROOT", "LANG")


class FileWords:
    """One walk over all files that were there when the server began, then each new one. `wake` says there is more."""

    def __init__(self, core: Core, give: Callable[[Command], Awaitable[bool]]) -> None:
        self._core, self._give = core, give
        self._after: str | None = ""
        self._new: deque[str] = deque()
        self.wake = asyncio.Event()

    def heard(self, changed: Iterable[Record | None]) -> None:
        """A commit brought files."""
        new = [one.id for one in changed if isinstance(one, Attachment)]
        if new:
            self._new += new
            self.wake.set()

    async def turn(self) -> float:
        """Read the next file, or walk on to more of them; seconds until there may be another."""
        if not self._new:
            if self._after is None:
                return 3600.0
            self._walk_on(self._after)
            return 0
        file = self._core.reader.records.of(Attachment, self._new.popleft())
        if file is not None and has_words(file) and not self._read((file.id,)):
            told = await words_in(path_of(self._core.folder, file.digest), kind_of(file.type, file.name))
            await self._give(KeepFileText(attachment=file.id, state=told.state, text=kept(told.text)))
        return 0

    def _walk_on(self, after: str) -> None:
        """Look at some more of those that were there: most are pictures, or were read, and others want the loop."""
        statement = f"SELECT id FROM attachment WHERE id > ? ORDER BY id LIMIT {AT_ONCE}"
        ids = [id for (id,) in self._core.reader.conn.execute(statement, (after,))]
        self._after = ids[-1] if ids else None
        files, read = self._core.reader.records.get_many("attachment", ids), self._read(ids)
        self._new += [id for id, file in files.items() if id not in read and has_words(file)]

    def _read(self, files: Sequence[str]) -> Collection[str]:
        """Those of the files whose words are there."""
        return self._core.reader.records.heads("file_text", files)


def has_words(file: Record) -> bool:
    """Whether this is a file of a kind that is read, and one that can be there."""
    return isinstance(file, Attachment) and bool(kind_of(file.type, file.name)) and len(file.digest) == 64


def kept(text: str) -> str:
    """The words without numbers of cards, people and the like: by those nobody finds a file."""
    for span in sorted(find(text, []), key=lambda span: -span.start):
        if span.data_class in NEVER_KEPT:
            text = f"{text[: span.start]} {text[span.end :]}"
    return text


async def words_in(path: Path, kind: str) -> Told:
    """What a file says. Whatever it does to the process that reads it, this one only waits, and not for long."""
    try:
        with path.open("rb") as file:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-s", "-B", "-m", "agentdesk.text.files", kind,
                stdin=file, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            )  # fmt: skip
    except FileNotFoundError:
        return Told("missing")
    try:
        return _told(await asyncio.wait_for(_answer(child), PATIENCE))
    except TimeoutError:
        return Told("large")
    finally:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


async def _answer(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None
    answer = b""
    while len(answer) <= MOST_ANSWER and (more := await child.stdout.read(1 << 16)):
        answer += more
    if len(answer) <= MOST_ANSWER:
        await child.wait()
    return answer


def _told(answer: bytes) -> Told:
    """What the process said; one that was ended said nothing, or half of it."""
    try:
        told = msgspec.json.decode(answer, type=Told)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Told("large")
    return msgspec.structs.replace(told, text=told.text[:MOST_TEXT])
