"""Faults planted one by one: an oracle that does not catch them proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from agentdesk.protocol.frames import Ack
from agentdesk.sync import confirmed
from agentdesk.sync.outgoing import Outgoing
from agentdesk.sync.shelf import Shelf
from agentdesk_server.authority import devices, effects, shown
from agentdesk_server.hub import filling, hub, ring

Fault = Callable[[], AbstractContextManager[None]]


@contextmanager
def instead(owner: Any, name: str, other: Callable[[Any], Any]) -> Iterator[None]:
    """Put a faulty thing in place of a good one for a while."""
    good = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
    setattr(owner, name, other(good))
    try:
        yield
    finally:
        setattr(owner, name, good)


def skipped_exit() -> AbstractContextManager[None]:
    """A record that leaves a scope is not bidden farewell."""

    def tell(good: Any) -> Any:
        def faulty(self: Any, before: Any, after: Any) -> None:
            good(self, before, after)
            for part in self.parts.values():
                part.gone = {key: gone for key, gone in part.gone.items() if gone[2] != "left"}

        return faulty

    return instead(effects.Effects, "_tell", tell)


def stale_tombstone() -> AbstractContextManager[None]:
    """A farewell carries a revision from before the record's last change."""

    def leave(good: Any) -> Any:
        return lambda self, scope, kind, ids, rev: good(self, scope, kind, ids, rev - 2)

    return instead(Shelf, "leave", leave)


def ack_before_delta() -> AbstractContextManager[None]:
    """A command leaves the outbox with its answer, before its effect has come."""
    return instead(confirmed, "_is_settled", lambda good: lambda ack, held: True)


def ignored_gap() -> AbstractContextManager[None]:
    """The server says that each delta follows on whatever the desk has."""

    def delta(good: Any) -> Any:
        def faulty(self: Any, entry: Any, scope: str, *rest: Any) -> bytes:
            entry.parts[scope].previous = 0
            return good(self, entry, scope, *rest)  # type: ignore[no-any-return]

        return faulty

    return instead(ring.Ring, "delta", delta)


def forgotten_gone() -> AbstractContextManager[None]:
    """A catch-up brings rows, but not what is no more."""

    def read(good: Any) -> Any:
        def faulty(*args: Any, **kwargs: Any) -> Any:
            page = good(*args, **kwargs)
            page.gone.clear()
            return page

        return faulty

    return instead(filling, "read_page", read)


def children_left_behind() -> AbstractContextManager[None]:
    """A case moves, and its messages stay where they were."""
    return instead(effects.Effects, "_move_children", lambda good: lambda self: None)


def kept_scopes() -> AbstractContextManager[None]:
    """Somebody leaves a team, and is still told of it."""
    return instead(hub.Hub, "_rescope", lambda good: lambda self, desk, held: None)


def shared_once() -> AbstractContextManager[None]:
    """What is shown for two reasons is gone with the first of them."""

    def change(good: Any) -> Any:
        def faulty(self: Any, key: Any, scope: str, by: int, rev: int) -> int:
            held = self._load(key)
            if by < 0 and scope in held:
                held[scope] = (1, *held[scope][1:])
            return good(self, key, scope, by, rev)  # type: ignore[no-any-return]

        return faulty

    return instead(shown.Shown, "change", change)


def pending_not_replayed() -> AbstractContextManager[None]:
    """What waits is lost from sight when the laptop is closed and opened."""
    return instead(Outgoing, "pending", lambda good: lambda self: ())


def forgotten_answer() -> AbstractContextManager[None]:
    """A command that is sent again is refused, though it was done."""
    return instead(devices.Devices, "answered", lambda good: lambda self, key, n: Ack(n=n, status="refused"))


def torn_page() -> AbstractContextManager[None]:
    """A page of catch-up ends in the middle of a transaction."""

    def read(good: Any) -> Any:
        def faulty(*args: Any, **kwargs: Any) -> Any:
            page = good(*args, **kwargs)
            del page.records[5:]
            return page

        return faulty

    return instead(filling, "read_page", read)


def thrown_away_early() -> AbstractContextManager[None]:
    """A desk takes every revision for safe: what a restore loses is not sent again."""

    def settle(good: Any) -> Any:
        def faulty(self: Any, acks: Any, now: int) -> Any:
            kept = good(self, acks, now)
            self.safe(2**53, now)
            return kept

        return faulty

    return instead(Outgoing, "settle", settle)


FAULTS: tuple[Fault, ...] = (
    skipped_exit,
    stale_tombstone,
    ack_before_delta,
    ignored_gap,
    forgotten_gone,
    children_left_behind,
    kept_scopes,
    shared_once,
    pending_not_replayed,
    forgotten_answer,
    torn_page,
    thrown_away_early,
)
