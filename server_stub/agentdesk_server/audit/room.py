"""The reading room of the audit log: decides who may look, writes down that they did, and has it read off the loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import IO, Any, Self, TypeVar

import msgspec

from agentdesk.domain.audit import (
    CompareHeads,
    ExportAudit,
    ListHeads,
    Look,
    ProveEntry,
    PublishHead,
    SearchAudit,
    UnsealEntry,
)
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import Consistency, Inclusion, SignedBytes
from agentdesk.domain.audit.published import MOST_KEYS
from agentdesk.domain.kernel import Actor, Command, Denied, Refusal
from agentdesk.domain.kernel.commands import command_spec
from agentdesk_server.audit.exporting import Source, source_now, write_bundle
from agentdesk_server.audit.reading import Reading
from agentdesk_server.authority import Authority, Submission
from agentdesk_server.core import Core

T = TypeVar("T")
log = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds after which the index follows the log, unless somebody asks before."""
HOUR = 3_600_000
DAY = 24 * HOUR
CLOCK = Actor("clock", "system", "AgentDesk", device="clock")
AT_ONCE = 40
"""Steps of the index that a question waits for."""


class Room:
    """`look` answers one question of one person. Between questions the index follows the log.

    `fresh` says whether a person has proved anew at a device that it is them.
    """

    def __init__(self, core: Core, fresh: Callable[[str, str], bool]) -> None:
        self.core, self._fresh = core, fresh
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._reading: Reading | None = None
        self._task: asyncio.Task[None] | None = None
        self._exporting = False
        self._publishes_at = core.clock() + HOUR

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._pool.shutdown(wait=True)
        if self._reading is not None:
            self._reading.close()

    async def _follow(self) -> None:
        while True:
            try:
                if not await self.on_thread(Reading.step):
                    if self.core.clock() >= self._publishes_at or await self._has_new_key():
                        self._publishes_at = self.core.clock() + HOUR
                        await self.publish()
                    await asyncio.sleep(EVERY)
            except Exception:
                log.exception("the index of the audit log cannot follow it")
                await asyncio.sleep(EVERY)

    async def _has_new_key(self) -> bool:
        """Whether what everybody was shown last is signed with a key that was replaced since."""
        newest = await self.on_thread(Reading.published)
        return newest is not None and newest.key != self.core.writer.authority.ledger.public_key.hex()

    async def publish(self) -> None:
        """Show everybody the head of the log as it is now, unless that was done within a day with this key."""
        newest = await self.on_thread(Reading.published)
        now, public = self.core.clock(), self.core.writer.authority.ledger.public_key
        known = newest is not None and newest.key == public.hex()
        if newest is not None and known and now < head_.decode(bytes.fromhex(newest.data)).time + DAY:
            return
        signed = await self.core.writer.call(lambda authority: authority.sign_head())
        size, first = head_.decode(signed.data).size, newest.size if newest is not None else 0
        while await self.on_thread(lambda reading: reading.index.size < size and reading.step()):
            pass
        path = await self.on_thread(lambda reading: reading.growth(first, size)) if first else ()
        public, chain = await self.on_thread(Reading.keys)
        told = PublishHead(
            size=size, data=signed.data.hex(), signature=signed.signature.hex(), key=public.hex(), previous=first,
            path=tuple(step.hex() for step in path), chain=tuple(piece.hex() for piece in chain[-MOST_KEYS:]),
        )  # fmt: skip
        args = msgspec.msgpack.encode(told)
        ack = (await self.core.writer.submit(Submission(CLOCK, "audit.publish", told, args))).ack
        if ack.status != "done":
            log.warning("the head of the audit log was not published: %s", ack.code)

    # --- Who may look ---

    async def admit(self, who: Actor, command: Command, kept: bytes | None = None) -> None:
        """Have it decided and written into the log. Raises `Denied` or `Refusal`. `kept`: what the log is to hold of
        its arguments, if not all.
        """
        name, args = command_spec(command).name, msgspec.msgpack.encode(command) if kept is None else kept
        told = Submission(who, name, command, args, fresh=self._fresh(who.id, who.device))
        ack = (await self.core.writer.submit(told)).ack
        if ack.status == "denied":
            raise Denied(ack.sentence, **ack.data)
        if ack.status != "done":
            raise Refusal(ack.sentence, ack.code, **ack.data)

    async def look(self, who: Actor, command: Look) -> Any:
        """The answer, as plain values or structs. Raises `Denied`, or `Refusal` with a sentence."""
        await self.admit(who, command)
        await self.catch_up()
        match command:
            case SearchAudit():
                return await self.on_thread(lambda reading: reading.search(command))
            case ListHeads():
                return await self.on_thread(lambda reading: reading.heads(command))
            case ProveEntry():
                return await self._prove(command)
            case CompareHeads():
                return await self._compare(command)
            case UnsealEntry():
                return await self._unseal(command)
            case _:
                raise Refusal("The server does not know this question.", "question")

    async def prove_about(self, record: str, commands: Sequence[str]) -> list[Inclusion]:
        """The newest entry of each of these commands that has changed a record, with what proves it."""
        await self.catch_up()

        def find(reading: Reading) -> list[int]:
            found = (reading.newest(record, command) for command in commands)
            return sorted(number for number in found if number is not None)

        return [await self._prove(ProveEntry(entry=number)) for number in await self.on_thread(find)]

    async def catch_up(self) -> None:
        """Let the index follow to the end, or as far as one may be made to wait."""
        for _ in range(AT_ONCE):
            if not await self.on_thread(Reading.step):
                return

    async def export(self, who: Actor, asked: ExportAudit) -> tuple[IO[bytes], int]:
        """A bundle, open, and its length. Raises as `look`, and OSError."""
        await self.admit(who, asked)
        if self._exporting:
            raise Refusal("Another export is being made. Try again in a minute.", "busy")
        self._exporting = True
        try:
            return await self._export(asked)
        finally:
            self._exporting = False

    async def _export(self, asked: ExportAudit) -> tuple[IO[bytes], int]:
        source: Source = await self.core.writer.call(partial(source_now, self.core))
        size = head_.decode(source.signed.data).size
        if not asked.whole and asked.last >= size:
            raise Refusal("The log has no entry {number}.", "entry", number=asked.last)
        while await self.on_thread(lambda reading: reading.index.size < size and reading.step()):
            pass
        return await asyncio.to_thread(write_bundle, source, asked)

    async def _compare(self, asked: CompareHeads) -> Consistency:
        return await self.on_thread(lambda reading: reading.compare(asked))

    async def _prove(self, asked: ProveEntry) -> Inclusion:
        def find(reading: Reading) -> SignedBytes | None:
            reading.leaf(asked.entry)  # no head is signed for an entry that is not there
            return reading.head(asked.size) if asked.size else reading.oldest_over(asked.entry)

        head = await self.on_thread(find)
        if head is None and asked.size:
            raise Refusal("No head of {size} entries was signed.", "head", size=asked.size)
        if head is None:
            signed = await self.core.writer.call(lambda authority: authority.sign_head())
            head = SignedBytes(*signed)
            await self.catch_up()
        covering = head
        return await self.on_thread(lambda reading: reading.prove(asked.entry, covering))

    async def _unseal(self, asked: UnsealEntry) -> dict[str, Any]:
        def unseal(authority: Authority) -> dict[str, Any]:
            return authority.ledger.unseal(asked.entry)

        names = await self.on_thread(lambda reading: reading.names(asked.entry))
        opened: dict[str, Any] = await self.core.writer.call(unseal)
        return {**names, **opened}

    # --- The thread ---

    async def on_thread(self, work: Callable[[Reading], T]) -> T:
        """Have the log read by the thread that does so."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: work(self._here()))

    def _here(self) -> Reading:
        """The connections, made by the thread that uses them."""
        if self._reading is None:
            authority = self.core.writer.authority
            ledger = authority.ledger
            core = self.core
            self._reading = Reading(core.folder, core.key, authority.epoch, ledger.public_key, ledger.pseudonym)
        return self._reading
