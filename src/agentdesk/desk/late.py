"""Stands in for the worker until it runs: keeps what is handed over, and passes it on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agentdesk.desk.clock import wall_clock
from agentdesk.domain.kernel import Command
from agentdesk.store.drafts import Draft
from agentdesk.sync.news import Heard, News, Pending, Status, Told

if TYPE_CHECKING:
    from agentdesk.store.staging import StagedFile
    from agentdesk.sync.passport import Passport, Tokens
    from agentdesk.sync.worker import Worker


class LateWorker:
    """The worker's door, from the first moment. Owned by Qt's thread."""

    def __init__(self, real: Worker | None = None) -> None:
        self._real = real
        self._kept: list[Callable[[Worker], object]] = []
        self._told: deque[Status | Told | Heard] = deque()
        self._news: deque[News] = deque()

    @property
    def running(self) -> bool:
        """Whether the worker is there."""
        return self._real is not None

    def attach(self, real: Worker) -> None:
        """The worker runs: it gets what was kept, in order."""
        self._real = real
        kept, self._kept = self._kept, []
        for call in kept:
            call(real)

    def _do(self, call: Callable[[Worker], object]) -> None:
        if self._real is None:
            self._kept.append(call)
        else:
            call(self._real)

    @property
    def news(self) -> deque[News]:
        """What has changed in the replica."""
        return self._news if self._real is None else self._real.news

    @property
    def told(self) -> deque[Status | Told | Heard]:
        """Everything else."""
        return self._told if self._real is None else self._real.told

    def now(self) -> int:
        """The server's clock; this device's own until that is known."""
        return wall_clock() if self._real is None else self._real.now()

    def submit(self, pending: Pending, needs: tuple[str, ...] = ()) -> None:
        """A command for the outbox."""
        self._do(lambda real: real.submit(pending, needs))

    def take_back(self, key: int, instead: Command) -> bool:
        """Whether a command has not left this device, and now never will. Known only once the worker runs."""
        return self._real is not None and self._real.take_back(key, instead)

    def let_go(self, held: str) -> None:
        """What was refused need not be kept any more."""
        self._do(lambda real: real.let_go(held))

    def signal(self, kind: str, *, on: bool = True, about: str = "") -> None:
        """Something fleeting: not kept."""
        if self._real is not None:
            self._real.signal(kind, on=on, about=about)

    def note(self, draft: Draft) -> None:
        """A keystroke."""
        self._do(lambda real: real.note(draft))

    def set_online(self, online: bool) -> None:
        """Connect, or pull the plug."""
        self._do(lambda real: real.set_online(online))

    @property
    def passport(self) -> Passport | None:
        """What this desk shows at its server; none before the worker runs."""
        return None if self._real is None else self._real.passport

    def use_tokens(self, tokens: Tokens, passport: Passport) -> None:
        """Another sign-in of the same person."""
        self._do(lambda real: real.use_tokens(tokens, passport))

    def ask(self, question: str, args: Any) -> Future[Any]:
        """A question for the server."""
        return self._future(lambda real: real.ask(question, args))

    def fetch(self, digest: str) -> Future[bytes]:
        """A blob's bytes."""
        return self._future(lambda real: real.fetch(digest))

    def read(self, where: str) -> Future[bytes]:
        """Something short that the server says."""
        return self._future(lambda real: real.read(where))

    def save(self, where: str, path: Path, so_far: Callable[[int], None]) -> Future[str]:
        """Something of the server's, into a file."""
        return self._future(lambda real: real.save(where, path, so_far))

    def stage(self, source: Path | bytes, name: str = "") -> Future[StagedFile]:
        """Take in a file that a command will name."""
        return self._future(lambda real: real.stage(source, name))

    def _future(self, call: Callable[[Worker], Future[Any]]) -> Future[Any]:
        if self._real is not None:
            return call(self._real)
        outer: Future[Any] = Future()
        self._kept.append(lambda real: call(real).add_done_callback(lambda inner: _pass_on(inner, outer)))
        return outer

    def stop(self) -> bool:
        """End it; whether it has ended."""
        return True if self._real is None else self._real.stop()


def _pass_on(inner: Future[Any], outer: Future[Any]) -> None:
    error = None if inner.cancelled() else inner.exception()
    if inner.cancelled():
        outer.cancel()
    elif error is not None:
        outer.set_exception(error)
    else:
        outer.set_result(inner.result())
