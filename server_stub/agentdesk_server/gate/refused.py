"""Sign-ins that were refused, summed up for the log: a stranger who tries for ever neither fills nor slows it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, Self

import msgspec

from agentdesk.domain.kernel import Actor
from agentdesk_server.authority import Outcome, Submission
from agentdesk_server.writer import Writer

EVERY = 600.0
"""Seconds between two sums."""
AT_ONCE, SUMMED, HELD = 20, 50, 2_000
"""In so many seconds: entries that are written as soon as somebody is refused, entries that sum up the rest, and sums
that are kept apart; what is more goes into one sum for all."""
NAME = "session.begin"
SENTENCE = "Signing in was refused."
Way = Literal["password", "code", "passkey", "provider", "device", "proof"]


class Tries(msgspec.Struct):
    """What the log seals: how often somebody was refused, with what, from which network, from when to when (UTC ms)."""

    way: str
    network: str
    since: int
    until: int
    times: int = 0


Key = tuple[str, Way, str]


class Refused:
    """Used on the loop; nobody waits for what is written. An end of the server writes what is left, a sudden one loses
    the sums of some minutes, never the first of their entries.
    """

    def __init__(self, writer: Writer, clock: Callable[[], int]) -> None:
        self._writer, self._clock = writer, clock
        self._sums: dict[Key, Tries] = {}
        self._left = AT_ONCE
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._again())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.sum_up()

    async def _again(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            self.sum_up()

    def note(self, person: str, way: Way, network: str) -> None:
        """Somebody was refused; `person` is empty if no account here was meant."""
        now, key = self._clock(), (person, way, network)
        if key not in self._sums and len(self._sums) >= HELD:
            key = ("", way, "")
        known = self._sums.get(key)
        if known is None:
            known = self._sums[key] = Tries(way, key[2], now, now)
            if self._left:
                self._left -= 1
                self._write(person, Tries(way, network, now, now, 1))
                return
        known.until, known.times = now, known.times + 1

    def sum_up(self) -> None:
        """Write what has come together, the most first, and begin anew."""
        sums, self._sums, self._left = self._sums, {}, AT_ONCE
        told = sorted(((key, tries) for key, tries in sums.items() if tries.times), key=lambda one: -one[1].times)
        for key, tries in told[:SUMMED]:
            self._write(key[0], tries)
        rest = [tries for _, tries in told[SUMMED:]]
        for way in dict.fromkeys(tries.way for tries in rest):
            self._write("", _as_one(way, [tries for tries in rest if tries.way == way]))

    def _write(self, person: str, tries: Tries) -> None:
        who = Actor(person or "gate", "nobody")
        args = msgspec.msgpack.encode(tries)
        with contextlib.suppress(ConnectionError):  # the server is stopping
            self._writer.hand_in(Submission(who, NAME, None, args, problem=SENTENCE, code="denied"), self)

    def answered(self, outcomes: Sequence[Outcome]) -> None:
        """Nobody waits."""

    def unanswered(self) -> None:
        """Nothing can be written: the writer has said so."""


def _as_one(way: str, many: Iterable[Tries]) -> Tries:
    """The sum of many, from wherever they came."""
    tries = list(many)
    since, until = min(one.since for one in tries), max(one.until for one in tries)
    return Tries(way, "", since, until, sum(one.times for one in tries))
