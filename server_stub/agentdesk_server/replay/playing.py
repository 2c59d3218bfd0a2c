"""Plays dialogues: so many visitors at a time, each saying its lines in order, the next one when the last is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .book import Book
from .dialogues import Dialogue, message_id
from .entrance import CannotEnter, Later, Place, Ticket, enter
from .visitor import NotTaken, Visitor

LONGEST_PAUSE = 600.0
REASONS = 5
"""So many different reasons are told; the rest is counted."""


@dataclass(frozen=True)
class Manner:
    """How to play: `speed` 1 as recorded, 60 a minute in a second, 0 without any pause."""

    speed: float = 1.0
    visitors: int = 20
    run: str = ""
    patience: float = 120.0


@dataclass
class Tally:
    """What came of it."""

    dialogues: int = 0
    messages: int = 0
    acknowledged: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        return self.messages - self.acknowledged

    def blame(self, reason: str) -> None:
        """Count why a message was not taken."""
        known = reason in self.reasons or len(self.reasons) < REASONS
        key = reason if known else "other reasons"
        self.reasons[key] = self.reasons.get(key, 0) + 1


async def play(
    dialogues: Iterator[Dialogue], place: Place, manner: Manner, book: Book, told: Callable[[Tally], None]
) -> Tally:
    """Play all of them; `told` hears of each that is over."""
    tally = Tally()

    async def one_after_another() -> None:
        for dialogue in dialogues:
            await _play_one(dialogue, place, manner, book, tally)
            tally.dialogues += 1
            told(tally)

    async with asyncio.TaskGroup() as group:
        for _ in range(manner.visitors):
            group.create_task(one_after_another())
    return tally


async def _play_one(dialogue: Dialogue, place: Place, manner: Manner, book: Book, tally: Tally) -> None:
    tally.messages += len(dialogue.lines)
    try:
        ticket = await _ticket(dialogue, place, manner, book)
        async with Visitor(place, ticket, patience=manner.patience) as visitor:
            for line in dialogue.lines:
                if manner.speed:
                    await asyncio.sleep(min(LONGEST_PAUSE, line.pause) / manner.speed)
                await visitor.say(message_id(manner.run, dialogue, line), line.text)
                tally.acknowledged += 1
    except (NotTaken, CannotEnter) as reason:
        tally.blame(str(reason))


async def _ticket(dialogue: Dialogue, place: Place, manner: Manner, book: Book) -> Ticket:
    """Come in as the visitor who began this dialogue, or as a new one, and note it before anything is said."""
    known = book.ticket(dialogue.id)
    ends = asyncio.get_running_loop().time() + manner.patience
    while True:
        try:
            ticket = await enter(place, known)
        except Later as later:
            if asyncio.get_running_loop().time() > ends:
                raise CannotEnter("The server did not answer.") from None
            await asyncio.sleep(later.seconds)
        else:
            book.note(dialogue.id, ticket)
            return ticket
