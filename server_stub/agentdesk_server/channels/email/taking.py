"""Mails on their way in: files to the disk first, then one commit with the mail and how far its mailbox was read."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from agentdesk.domain.kernel import Actor, Refusal
from agentdesk.store.crypt import private_folder
from agentdesk_server.authority import Authority, Outcome
from agentdesk_server.authority.mailing import MailLedger
from agentdesk_server.blobs import path_of
from agentdesk_server.core import Core, sync_folder
from agentdesk_server.gate.seen import Work, given

from .arrivals import Taken

CHANNEL = Actor("email", "channel", "E-mail", device="email")
Word = Literal["taken", "known", "refused"]


class Answer(msgspec.Struct, frozen=True):
    """What became of a mail, and the sentence if it was refused."""

    word: Word
    sentence: str = ""


class Taking:
    """Takes mails in. Each exactly once: it is remembered in the transaction that makes its message."""

    def __init__(self, core: Core) -> None:
        self._core, self._known = core, MailLedger(core.reader.conn)
        self._written = MailLedger(core.database.conn)

    def known(self, identity: str) -> bool:
        """Whether a mail was taken in before. On the reader's thread."""
        return self._known.known(identity)

    async def take(self, mails: Sequence[Taken], beside: Work | None = None) -> list[Answer]:
        """Take them in, in their order; `beside` is done in the transaction of the last one."""
        new = list({one.identity: one for one in mails if not self.known(one.identity)}.values())
        await asyncio.to_thread(store, self._core.folder, [one.files for one in new])
        last = new[-1] if new else None
        works = [self._work(one.identity, beside if one is last else None) for one in new]
        posted = [
            self._core.writer.post(given(CHANNEL, one.command, work)) for one, work in zip(new, works, strict=True)
        ]
        outcomes = await asyncio.gather(*posted)
        answers = {one.identity: _answer(outcome) for one, outcome in zip(new, outcomes, strict=True)}
        refused = last is not None and answers[last.identity].word == "refused"
        if beside is not None and (last is None or refused):  # nothing is left undone with a mail that was not taken
            await self._core.writer.call(beside)
        return [answers.get(one.identity, Answer("known")) for one in mails]

    def _work(self, identity: str, beside: Work | None) -> Work:
        def work(authority: Authority) -> None:
            self._written.remember(identity)
            if beside is not None:
                beside(authority)

        return work


def _answer(outcome: Outcome) -> Answer:
    ack = outcome.ack
    return Answer("taken") if ack.status == "done" else Answer("refused", str(Refusal(ack.sentence, **ack.data)))


def store(folder: Path, files: Sequence[dict[str, bytes]]) -> None:
    """Put bytes under their digests, on the disk before this returns: a message never names what is not there."""
    whole = {path_of(folder, digest): data for some in files for digest, data in some.items()}
    missing = {place: data for place, data in whole.items() if not _is_there(place)}
    folders = {place.parent for place in missing}
    for one in folders:
        private_folder(one.parent)
        private_folder(one)
    parts = {place: _part(place, data) for place, data in missing.items()}
    _settle(parts.values())
    for place, part in parts.items():  # only now: what stands under its digest has reached the disk
        part.replace(place)
    if os.name == "posix":
        _settle(folders)


def _is_there(place: Path) -> bool:
    """Whether these bytes are here. They count as new again: nobody sweeps them away before a message names them."""
    try:
        os.utime(place)
    except FileNotFoundError:
        return False
    return True


MANY = 16
"""With more files than this the whole disk is told to write what waits, which costs less than one wait for each."""


def _settle(paths: Collection[Path]) -> None:
    if len(paths) > MANY and hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        if path.is_dir():
            sync_folder(path)
            continue
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _part(place: Path, data: bytes) -> Path:
    part = place.parent / f".{secrets.token_hex(8)}.part"
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
    return part
