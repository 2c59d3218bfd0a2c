"""Tells other regions what they may see of ours, from the place that they have reached, until they have all of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import msgspec

from agentdesk.domain.kernel import Record, spec_of
from agentdesk.domain.residency import End
from agentdesk_server.authority import Entry
from agentdesk_server.authority.database import open_reader
from agentdesk_server.authority.kept import Kept
from agentdesk_server.core import Core
from agentdesk_server.egress import Egress, EgressError
from agentdesk_server.turns import again

from .reading import Window, policy_of, window
from .settings import Receiver, receivers, regions_key
from .words import BEGIN, MOST, STUBS, Begin, Standing, Stubs

log = logging.getLogger(__name__)
BEAT = 60.0
GATHERED = 0.1
"""Seconds for which changes gather before they are told: on a busy day each would be a request of its own."""
SECONDS = 30.0
SHORTEST, LONGEST = 1.0, 300.0
"""Seconds until a region that cannot be reached is tried again: twice as long each time."""
PART = 256 * 1024
"""Bytes that a request aims at; one record may be more."""
FIELDS = {
    "customer": "customers",
    "case": "cases",
    "conversation": "conversations",
    "message": "messages",
    "attachment": "attachments",
}


class NotTaken(Exception):
    """Why a region did not take what it was told."""


@dataclass
class Line:
    """One region: under which key it is told, what it has (`at`), how far we have looked (`seen`), what failed."""

    key: str = ""
    at: int = 0
    seen: int = 0
    failures: int = 0
    due: float = 0.0


class Sending:
    """One loop for all regions. What a region has is asked of it alone: nothing that must survive is kept here, so no
    end, however sudden, of either side can make them differ.
    """

    def __init__(self, core: Core, egress: Egress) -> None:
        self._core, self._egress = core, egress
        self._key, self._kept = regions_key(core.folder), Kept(core.reader.conn)
        self._wake = asyncio.Event()
        self._lines: dict[str, Line] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def failing(self) -> int:
        """How many regions could not be told when they were last tried."""
        return sum(line.failures > 0 for line in self._lines.values())

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(again(self._turn, self._wake))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def heard(self, entries: list[Entry]) -> None:
        """A listener of the writer."""
        if self._lines:
            self._wake.set()

    def look(self) -> None:
        """The operator has changed something: try at once."""
        for line in self._lines.values():
            line.due = 0.0
        self._wake.set()

    async def _turn(self) -> float:
        """Tell each region a little; seconds until there may be more."""
        told = receivers(self._kept, self._key)
        self._lines = {region: self._lines.get(region, Line()) for region in told}
        if told:
            await asyncio.sleep(GATHERED)
        pauses = [await self._try(region, receiver) for region, receiver in told.items()]
        return min(pauses, default=BEAT)

    async def _try(self, region: str, receiver: Receiver) -> float:
        line, now = self._lines[region], asyncio.get_running_loop().time()
        if now < line.due:
            return line.due - now
        try:
            more = await self._tell(line, receiver)
        except (EgressError, NotTaken) as error:
            line.failures += 1
            line.key = ""  # whatever happened there: first ask how far it has come
            pause = min(LONGEST, SHORTEST * 2.0 ** min(line.failures - 1, 10))
            line.due = now + pause
            if line.failures == 1:
                log.warning("the region %s cannot be told: %s", region, error)
            return pause
        if line.failures:
            log.info("the region %s can be told again", region)
        line.failures, line.due = 0, 0.0
        return 0.0 if more else BEAT

    async def _tell(self, line: Line, receiver: Receiver) -> bool:
        """One step; whether there is more to do."""
        policy = policy_of(self._core.reader)
        if not policy.region:
            return False
        if line.key != policy.key:
            standing = await self._say(receiver, BEGIN, Begin(policy.region, policy.key))
            if standing.taken:
                line.key, line.at, line.seen = policy.key, standing.at, standing.at
            return True
        found = await asyncio.to_thread(self._window, line.seen)
        if found.policy.key != line.key:
            return True
        for stubs in parts(found, line.at):
            if policy_of(self._core.reader).key != line.key:  # pinned at this moment: not a word more of the old
                return True
            standing = await self._say(receiver, STUBS, stubs)
            if not standing.taken:
                raise NotTaken("it had been told something else before")
            line.at = standing.at
        line.seen = found.to
        return found.more

    def _window(self, after: int) -> Window:
        reader = open_reader(self._core.folder, self._core.key)
        try:
            return window(reader, after)
        finally:
            reader.close()

    async def _say(self, receiver: Receiver, path: str, what: Any) -> Standing:
        headers = {"Authorization": f"Bearer {receiver.token}", "Content-Type": "application/json"}
        reply = await self._egress.fetch(
            "POST", receiver.url + path, headers=headers, body=msgspec.json.encode(what), most=1 << 16, seconds=SECONDS
        )
        if reply.status == 401:
            raise NotTaken("it does not know our token")
        try:
            if reply.status == 200:
                return msgspec.json.decode(reply.body, type=Standing)
        except (msgspec.DecodeError, UnicodeError):
            raise NotTaken("its answer cannot be read") from None
        raise NotTaken(f"it answers {reply.status}")


def parts(found: Window, after: int) -> Iterator[Stubs]:
    """The window in requests of a size that fits; none if there is nothing to tell."""
    ends, records = list(found.ends), list(found.records)
    while ends or records:
        some, gone = _some(records), ends[:MOST]
        del records[: len(some)], ends[: len(gone)]
        yield _stubs(found, after, some, gone, last=not (ends or records))


def _some(records: list[Record]) -> list[Record]:
    """As many of the first ones as fit into one request."""
    size, count = 0, 0
    while count < min(len(records), MOST) and size < PART:
        size += len(msgspec.json.encode(records[count]))
        count += 1
    return records[:count]


def _stubs(found: Window, after: int, records: list[Record], ends: list[End], last: bool) -> Stubs:
    kinds: dict[str, list[Any]] = {}
    for record in records:
        kinds.setdefault(FIELDS[spec_of(record).kind], []).append(record)
    policy, some = found.policy, {name: tuple(many) for name, many in kinds.items()}
    return Stubs(home=policy.region, key=policy.key, after=after, to=found.to, last=last, ends=tuple(ends), **some)
