"""Simulated customers: they keep arriving through the visitor sockets, type, wait for answers, and react."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence

import msgspec

from agentdesk.store.ids import new_id
from agentdesk_server.replay.entrance import Place
from agentdesk_server.replay.visitor import NotTaken, Visitor

from .script import Beat, Role, role

log = logging.getLogger(__name__)
MOST_AT_ONCE = 60
LETTERS_A_SECOND = 9.0
LONGEST_TYPING = 7.0
LINGER_SECONDS = 45.0
AT_FIRST, AT_FIRST_SECONDS = 4, 2.0
"""The first few come quickly, for somebody is waiting to see the first one."""


class Pace(msgspec.Struct, frozen=True):
    """How they come: `rate` a minute; `hurry` 2 plays at double speed; `seed` fixes who does what."""

    rate: float = 4.0
    hurry: float = 1.0
    seed: int = 1


async def keep_arriving(place: Place, pace: Pace, said: Callable[[Role], None] = lambda role: None) -> None:
    """Customers without end: the first few at once, the others `rate` a minute. Ends when it is cancelled."""
    dice = random.Random(f"{pace.seed}:arrivals")  # noqa: S311 plays a part, guards nothing
    seats = asyncio.Semaphore(MOST_AT_ONCE)
    number = 0
    async with asyncio.TaskGroup() as group:
        while True:
            await seats.acquire()
            coming = group.create_task(play(place, role(number, pace.seed), pace, said))
            coming.add_done_callback(lambda _: seats.release())
            number += 1
            rest = dice.expovariate(pace.rate / 60.0)
            await asyncio.sleep(min(rest, AT_FIRST_SECONDS) if number < AT_FIRST else rest)


async def play(place: Place, part: Role, pace: Pace, said: Callable[[Role], None] = lambda role: None) -> None:
    """One customer from coming to leaving."""
    place = msgspec.structs.replace(place, language=part.scenario.lang)
    customer = _Customer(part, pace, said)
    try:
        async with Visitor(place, name=part.name) as visitor:
            await visitor.settle_in()
            await customer.go_through(visitor, part.scenario.steps)
            await customer.pause(LINGER_SECONDS)
    except NotTaken as reason:
        log.info("a customer left: %s", reason)


class _Customer:
    """Somebody who plays a role."""

    def __init__(self, part: Role, pace: Pace, said: Callable[[Role], None]) -> None:
        self._part, self._hurry, self._told = part, pace.hurry, said
        self._dice = part.dice(pace.seed)

    async def go_through(self, visitor: Visitor, steps: Sequence[str | Beat]) -> None:
        """Say and do one thing after another."""
        for step in steps:
            if isinstance(step, str):
                await self._say(visitor, step)
            elif step.away:
                await visitor.go_away(step.away / self._hurry)
            else:
                answered = await self._hears(visitor, step.wait)
                await self.go_through(visitor, step.answered if answered else step.silent)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._hurry)

    async def _say(self, visitor: Visitor, text: str) -> None:
        typing = min(LONGEST_TYPING, 0.8 + len(text) / LETTERS_A_SECOND) * self._dice.uniform(0.7, 1.3)
        await visitor.type_for(typing / self._hurry)
        await visitor.say(new_id(time.time_ns() // 1_000_000), text)
        self._told(self._part)

    async def _hears(self, visitor: Visitor, seconds: float) -> bool:
        """Whether an agent answers in time; what was said is read before one goes on."""
        try:
            async with asyncio.timeout(seconds * self._dice.uniform(0.8, 1.4) / self._hurry):
                heard = await visitor.inbox.get()
        except TimeoutError:
            return False
        await self.pause(min(6.0, 1.0 + len(heard.text) / 30.0))
        while not visitor.inbox.empty():
            visitor.inbox.get_nowait()
        return True
