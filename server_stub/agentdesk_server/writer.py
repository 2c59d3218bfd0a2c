"""The authority's thread: gathers commands that wait together into one commit, and brings the answers back."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from agentdesk.store.crypt import disk_words
from agentdesk_server.authority import Authority, Entry, Outcome, Submission

log = logging.getLogger(__name__)
GROUP = 200
"""At most so many commands share a commit, so that none waits long for the others' decisions."""


class Submitter(Protocol):
    """Who hands in commands and awaits nothing: a desk. It is called on the loop."""

    def answered(self, outcomes: Sequence[Outcome]) -> None:
        """The answers of one commit to all that it had handed in, in order."""

    def unanswered(self) -> None:
        """Nothing could be written: what it had handed in did not happen."""


Waiting = tuple[Submission | Callable[[Authority], Any], asyncio.Future[Any] | Submitter]


class Writer:
    """Lets an event loop await commands. While one group is on its way to the disk, the next one gathers.

    `listeners` are called on the loop with the entries of each commit, in commit order, before those who await go on;
    a desk's own answer leaves before that, for it comes before the changes.
    """

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.listeners: list[Callable[[list[Entry]], None]] = []
        self._loop = asyncio.get_running_loop()
        self._handed_in: SimpleQueue[Waiting | None] = SimpleQueue()
        """From the loop to the thread; None is the last."""
        self._waiting: deque[Waiting] = deque()
        """What the thread took from there and has not begun."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="authority", daemon=True)
        self._thread.start()

    async def submit(self, told: Submission) -> Outcome:
        """The answer to a command, once it is on the disk."""
        return await self.post(told)

    def post(self, told: Submission) -> asyncio.Future[Outcome]:
        """As `submit`, without waiting: commands posted one after another are decided in that order."""
        return self._put(told)

    async def call(self, work: Callable[[Authority], Any]) -> Any:
        """Run something else on the authority's thread, between two groups; its exception is raised here."""
        return await self._put(work)

    def hand_in(self, told: Submission, by: Submitter) -> None:
        """As `post`, for one who is told the answer in the same turn of the loop in which it arrives."""
        self._line_up(told, by)

    def _put(self, work: Submission | Callable[[Authority], Any]) -> asyncio.Future[Any]:
        future = self._loop.create_future()
        self._line_up(work, future)
        return future

    def _line_up(self, work: Submission | Callable[[Authority], Any], by: asyncio.Future[Any] | Submitter) -> None:
        if self._stopping:
            raise ConnectionError("the server is stopping")
        self._handed_in.put((work, by))

    async def stop(self) -> None:
        """Finish what was accepted, then end the thread."""
        if not self._stopping:
            self._stopping = True
            self._handed_in.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        more = True
        while more or self._waiting:
            if more:
                more = self._take()
            if self._waiting:
                self._work(self._next_group())

    def _take(self) -> bool:
        """Take in what was handed in, waiting for the first if there is nothing to do; False if no more will come."""
        try:
            one = self._handed_in.get(block=not self._waiting)
            while one is not None:
                self._waiting.append(one)
                one = self._handed_in.get_nowait()
        except Empty:
            return True
        return False

    def _next_group(self) -> list[Waiting]:
        """As many commands as stand in a row; anything else goes by itself."""
        group = [self._waiting.popleft()]
        if isinstance(group[0][0], Submission):
            while self._waiting and len(group) < GROUP and isinstance(self._waiting[0][0], Submission):
                group.append(self._waiting.popleft())
        return group

    def _work(self, group: list[Waiting]) -> None:
        work, first = group[0]
        if not isinstance(work, Submission):
            assert isinstance(first, asyncio.Future)
            self._call(work, first)
            return
        submitters = [by for _, by in group]
        try:
            outcomes = self.authority.commit([told for told, _ in group if isinstance(told, Submission)])
        except Exception as error:
            words = disk_words(error)
            log.error("nothing can be written: %s", words or error, exc_info=not words)
            self._loop.call_soon_threadsafe(self._disappoint, error, submitters)
        else:
            self._loop.call_soon_threadsafe(self._deliver, outcomes, submitters)

    def _call(self, work: Callable[[Authority], Any], future: asyncio.Future[Any]) -> None:
        try:
            result = work(self.authority)
        except Exception as error:
            self._loop.call_soon_threadsafe(_fail, future, error)
        else:
            self._loop.call_soon_threadsafe(_finish, future, result)

    def _deliver(self, outcomes: list[Outcome], submitters: list[asyncio.Future[Any] | Submitter]) -> None:
        desks: dict[Submitter, list[Outcome]] = {}
        for outcome, by in zip(outcomes, submitters, strict=True):
            if not isinstance(by, asyncio.Future):
                desks.setdefault(by, []).append(outcome)
        for desk, own in desks.items():
            _guarded(desk.answered, own)
        entries = [outcome.entry for outcome in outcomes if outcome.entry is not None]
        if entries:
            for listener in self.listeners:
                _guarded(listener, entries)
        for outcome, by in zip(outcomes, submitters, strict=True):
            if isinstance(by, asyncio.Future):
                _finish(by, outcome)

    def _disappoint(self, error: Exception, submitters: list[asyncio.Future[Any] | Submitter]) -> None:
        for by in dict.fromkeys(submitters):
            if isinstance(by, asyncio.Future):
                _fail(by, error)
            else:
                by.unanswered()


def _guarded(listener: Callable[[list[Any]], None], news: list[Any]) -> None:
    """One who stumbles over the news must not keep them from the others."""
    try:
        listener(news)
    except Exception:
        log.exception("a listener failed")


def _finish(future: asyncio.Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
