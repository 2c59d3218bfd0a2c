"""Hidden values shown for a reason: the wish is written to the audit log first, then its answer leaves, for a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from agentdesk.domain.kernel import Actor, MaskView, Record, spec_of
from agentdesk.domain.kernel.errors import Refusal
from agentdesk.domain.masking import SHOWN_FOR, Reveal, revealed
from agentdesk.protocol.frames import Answer
from agentdesk_server.authority import Outcome, Submission
from agentdesk_server.limits import Buckets
from agentdesk_server.writer import Writer

from .desks import Desk
from .refusing import refused

AT_ONCE, A_SECOND = 20, 1 / 30
"""How many values one person may have revealed: some at once, then one in half a minute."""
KEPT = 10_000
FAILED = "The server could not do this. It was written to its log; please tell your administrator."
NOTHING = "There is nothing to reveal here."
OVERTAKEN = "What you may see has just changed. Try again."
TOO_MANY = "You have had many values revealed in a short time. Please wait a minute."


class Revealed:
    """Which files have been revealed to whom, until when; and how many values somebody asks for."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], int] = {}
        self._asked = Buckets(AT_ONCE, A_SECOND)

    def too_many(self, person: str) -> bool:
        """Whether somebody asks for more than one needs to help customers. Counts this wish."""
        return self._asked.take(person) > 0

    def open_file(self, person: str, digest: str, until: int) -> None:
        """Somebody may fetch these bytes until then (ms, UTC)."""
        while len(self._files) >= KEPT:
            del self._files[next(iter(self._files))]
        self._files[person, digest] = until

    def forget(self, person: str) -> None:
        """Somebody may see other things than before: what was opened for them was opened for other eyes."""
        self._files = {key: until for key, until in self._files.items() if key[0] != person}

    def is_open(self, person: str, digest: str, now: int) -> bool:
        return self._files.get((person, digest), 0) > now


class Revealing:
    """Answers one desk's wishes to see what is hidden from it."""

    def __init__(
        self, desk: Desk, writer: Writer, clock: Callable[[], int], told: Revealed, fresh: Callable[[], bool]
    ) -> None:
        self._desk, self._writer, self._clock, self._told, self._fresh = desk, writer, clock, told, fresh

    def take(self, number: int, wish: Reveal, look: Callable[[str, str], Record | None]) -> None:
        """Have the wish decided and logged; then answer. `look` gives a record if the desk may see it."""
        fresh = self._fresh()
        if self._told.too_many(self._desk.person):
            self._desk.say(Answer(id=number, sentence=TOO_MANY))
            return
        who = Actor(self._desk.person, "nobody", self._desk.name, device=self._desk.device, at=self._clock())
        view = self._desk.view
        future = self._writer.post(Submission(who, "masking.reveal", wish, msgspec.msgpack.encode(wish), fresh=fresh))
        future.add_done_callback(lambda done: self._desk.say(self._answer(number, wish, done, look, view)))

    def _answer(
        self, number: int, wish: Reveal, done: asyncio.Future[Outcome], look: Callable[[str, str], Record | None],
        view: MaskView,
    ) -> Answer:  # fmt: skip
        if done.cancelled() or done.exception() is not None:
            return Answer(id=number, sentence=FAILED)
        ack = done.result().ack
        if ack.status != "done":
            return refused(number, Refusal(ack.sentence, ack.code, **ack.data))
        if view != self._desk.view:  # it was granted to a role or a region which they have no more
            return Answer(id=number, sentence=OVERTAKEN)
        record = look(wish.kind, wish.record)
        if record is None:
            return Answer(id=number, sentence=NOTHING)
        until = self._clock() + SHOWN_FOR
        value: Any = revealed(record, wish.field, wish.purpose, self._desk.view)
        if spec_of(record).classes[wish.field] == "file":
            self._told.open_file(self._desk.person, value, until)
        return Answer(id=number, result={"value": value, "seconds": SHOWN_FOR // 1000})
