"""The replica: truth as this desk knows it, with what waits laid over it. What pages look at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, TypeVar, cast

import msgspec

from agentdesk.domain.kernel import Actor, Asked, Command, Record, Sought, spec_of
from agentdesk.domain.kernel.values import whole
from agentdesk.protocol.fitting import fit
from agentdesk.protocol.frames import Who

from .news import News, Pending
from .overlay import Key, Layered, Overlay, Pair
from .reader import Index, Reader

R = TypeVar("R", bound=Record)


class Touched(msgspec.Struct, frozen=True):
    """A record that is not as it was; None stands for not there."""

    kind: str
    id: str
    old: Record | None
    new: Record | None


KEPT_COUNTS = 64
Over = dict[str, dict[str, Record | None]]
"""What wishes lay over truth, by kind and id."""
Listener = Callable[[Sequence[Touched] | None], None]
"""Is called with what was touched, or None when it was too much to tell: ask anew."""


def actor_of(who: Who, device: str) -> Actor:
    """The person of a session as the one who gives commands."""
    return Actor(id=who.id, role=who.role, name=who.name, teams=who.teams, device=device)


class Replica:
    """A View for pages. Owned by Qt's thread; pure but for the reader's SQL.

    `send` puts a command into the outbox, with the digests of the blobs it needs; `clock` is the server's time.
    """

    def __init__(
        self,
        reader: Reader,
        who: Actor,
        *,
        send: Callable[[Pending, tuple[str, ...]], None],
        clock: Callable[[], int],
        pending: Sequence[Pending] = (),
    ) -> None:
        self.reader, self.index = reader, Index(reader)
        self._send = send
        self._clock = clock
        self._overlay = Overlay(reader, who)
        self._overlay.replace(pending)
        self._next_key = max((one.key for one in pending), default=0) + 1
        self._withdrawn: set[int] = set()
        self._counts: dict[Asked[Any], int] = {}
        self._listeners: dict[str, list[Listener]] = {}

    @property
    def who(self) -> Actor:
        """Who works here."""
        return self._overlay.who

    @property
    def pending(self) -> tuple[Pending, ...]:
        """What waits, in order."""
        return tuple(wish.pending for wish in self._overlay.wishes)

    @property
    def _view(self) -> Layered:
        return self._overlay.view

    # --- View ---

    def get(self, cls: type[R], id: str) -> R | None:
        """The record, or None."""
        return self._view.get(cls, id)

    def knows(self, cls: type[Record], id: str) -> bool:
        """Whether a record that `get` does not find is really missing."""
        return self._view.knows(cls, id)

    def page(self, asked: Asked[R], after: tuple[Any, ...] | None = None, limit: int = 50) -> Sequence[R]:
        """Up to `limit` answers after the given key."""
        return self._view.page(asked, after, limit)

    def count(self, asked: Asked[Any]) -> int:
        """How many answers there are: asked of the disk once, then kept."""
        if asked not in self._counts:
            _forget_some(self._counts)
            self._counts[asked] = self.reader.count(asked)
        return self._counts[asked] + self._view.surplus(asked, spec_of(asked.question.cls).kind)

    def scopes(self, kind: str, id: str) -> frozenset[str]:
        """The scopes that show a record, as far as a desk can tell."""
        return self._view.scopes(kind, id)

    def waits(self, kind: str, id: str) -> bool:
        """Whether something here has changed this record and the server has not confirmed it yet."""
        return id in self._view.over.get(kind, ())

    # --- Search ---

    def search(self, cls: type[R], text: str, limit: int = 30, *, ranked: bool = False) -> list[R]:
        """Confirmed records that have these words, the newest or the best first."""
        find = self.reader.now.records.find
        kind = spec_of(cls).kind
        words = whole(text)
        hits = find.ranked(kind, words, limit) if ranked else find.newest(kind, words, limit)
        return [cast(R, record) for _, record in hits]

    # --- Wishes ---

    def submit(self, command: Command, needs: Iterable[str] = ()) -> int:
        """Decide here and now, show the effect, send it on its way. Returns its key.

        Raises `Refusal`, and then nothing has happened.
        """
        pending = Pending(self._next_key, fit(whole(command)), self._clock())
        wish = self._overlay.weigh(pending)
        old = {key: self._value(key) for key in wish.effect}
        self._next_key += 1
        self._send(pending, tuple(needs))
        self._overlay.lay(wish)
        self._tell([Touched(*key, old[key], new) for key, new in wish.effect.items()], set())
        return pending.key

    def _value(self, key: Key) -> Record | None:
        kind, id = key
        over = self._view.over.get(kind, {})
        return over[id] if id in over else self.reader.get(kind, id)

    def withdraw(self, key: int) -> None:
        """A wish that will never be sent: all is as if it had not been, also in news that still speak of it."""
        self._withdrawn.add(key)
        before = self._view.over
        relaid = self._overlay.rebase({}, [key])
        self._tell(_differences(self._same(relaid), before, self._view.over), set())

    # --- News ---

    def take(self, news: deque[News]) -> list[News]:
        """Move to what is there now, take the news that belong to it out of the queue, and tell those who listen."""
        applied = self.reader.advance()
        taken: list[News] = []
        while news and news[0].applied <= applied:
            taken.append(news.popleft())
        try:
            if taken:
                self._follow(taken)
        finally:
            self.reader.release()
        return taken

    def _follow(self, news: Sequence[News]) -> None:
        bulk = {kind for one in news if one.bulk for kind in one.touched}
        confirmed = self._confirmed_pairs(news, bulk)
        self._count(confirmed, bulk)
        before = self._view.over
        relaid = self._rebase(news, None if bulk else confirmed)
        same = self._same(key for key in relaid if key not in confirmed and key[0] not in bulk)
        self._tell(_differences(confirmed | same, before, self._view.over), bulk)

    def _same(self, keys: Iterable[Key]) -> dict[Key, Pair]:
        """Records that did not change where it is confirmed."""
        found = ((key, self.reader.get(*key)) for key in keys)
        return {key: (record, record) for key, record in found}

    def _confirmed_pairs(self, news: Sequence[News], bulk: set[str]) -> dict[Key, Pair]:
        """What each touched record was in the last snapshot, and what it is in this one."""
        pairs: dict[Key, Pair] = {}
        for kind, some in _touched(news, bulk).items():
            old = self.reader.get_before(kind, some)
            new = self.reader.get_many(kind, some)
            pairs.update(((kind, id), (old.get(id), new.get(id))) for id in some)
        return pairs

    def _rebase(self, news: Sequence[News], changed: dict[Key, Pair] | None) -> set[Key]:
        touched: set[Key] = set()
        for one in news:
            if one.who is not None:
                self._overlay.who = actor_of(one.who, self.who.device)
            if one.who is not None or one.scopes is not None or one.filled is not None:
                changed = None
            if one.pending is not None:
                touched |= self._overlay.replace(self._merged(one.pending))
        return touched | self._overlay.rebase(changed, [key for one in news for key in one.settled])

    def _merged(self, pending: Sequence[Pending]) -> list[Pending]:
        """What the outbox holds, and after it what is on its way there; not what was taken back meanwhile."""
        have = {one.key for one in pending}
        highest = max(have, default=0)
        held = (one for one in pending if one.key not in self._withdrawn)
        return [*held, *(one for one in self.pending if one.key not in have and one.key > highest)]

    def _count(self, pairs: dict[Key, Pair], bulk: set[str]) -> None:
        """Bring the kept counts up to date by what has changed."""
        counted: dict[str, list[Asked[Any]]] = {}
        for asked in list(self._counts):
            kind = spec_of(asked.question.cls).kind
            if kind in bulk or not asked.beside.isdisjoint((*bulk, *(touched for touched, _ in pairs))):
                del self._counts[asked]
            else:
                counted.setdefault(kind, []).append(asked)
        for kind, old, new in _weighty(pairs, counted):
            for asked in counted[kind]:
                self._counts[asked] += _fits(asked, new) - _fits(asked, old)

    def _tell(self, touched: Sequence[Touched], bulk: set[str]) -> None:
        """Each listener once, with all that concerns it."""
        told: dict[Listener, list[Touched]] = {}
        for one in touched:
            for listener in self._listeners.get(one.kind, ()):
                told.setdefault(listener, []).append(one)
        anew = {listener for kind in bulk for listener in self._listeners.get(kind, ())}
        for listener in anew:
            listener(None)
        for listener, some in told.items():
            if listener not in anew:
                listener(some)

    def listen(self, kinds: Iterable[str], listener: Listener) -> Callable[[], None]:
        """Call this whenever records of these kinds are touched. Returns what ends it."""
        kinds = tuple(kinds)
        for kind in kinds:
            self._listeners.setdefault(kind, []).append(listener)

        def end() -> None:
            for kind in kinds:
                if listener in self._listeners.get(kind, ()):
                    self._listeners[kind].remove(listener)

        return end


def become(replica: Replica, who: Actor) -> None:
    """The person's rights are others than they were: what waits is decided anew, and all who listen ask anew."""
    if who != replica.who:
        replica._overlay.who = who
        replica._overlay.rebase(None)
        replica._tell((), set(replica._listeners))


def counted(replica: Replica, asked: Asked[Any]) -> bool:
    """Whether it is known how many answers there are."""
    return asked in replica._counts


def _forget_some(counts: dict[Asked[Any], int]) -> None:
    """Of the questions that nobody declared there may be ever new ones: the oldest counts go."""
    open_ = [asked for asked in counts if isinstance(asked, Sought)]
    for asked in open_[: max(0, len(open_) - KEPT_COUNTS)]:
        del counts[asked]


def _fits(asked: Asked[Any], record: Record | None) -> int:
    return int(record is not None and asked.matches(record))


def _weighty(
    pairs: dict[Key, Pair], counted: dict[str, list[Asked[Any]]]
) -> Iterator[tuple[str, Record | None, Record | None]]:
    """The changes that can move a count: most are to fields by which nothing is counted."""
    weighed = {kind: _weighed(some) for kind, some in counted.items()}
    for (kind, _), (old, new) in pairs.items():
        weigh = weighed.get(kind)
        if weigh is not None and (old is None or new is None or weigh(old) != weigh(new)):
            yield kind, old, new


def _weighed(some: Sequence[Asked[Any]]) -> Callable[[Record], Any]:
    """Reads all fields of a record by which these questions choose."""
    return attrgetter("id", *{field for asked in some for field in asked.fields})


def _touched(news: Sequence[News], bulk: set[str]) -> dict[str, list[str]]:
    """The ids of all that was touched, each once, but of the kinds with too many."""
    ids: dict[str, dict[str, None]] = {}
    for one in news:
        for kind, touched in one.touched.items():
            if kind not in bulk:
                ids.setdefault(kind, {}).update(dict.fromkeys(touched))
    return {kind: list(some) for kind, some in ids.items()}


def _differences(pairs: dict[Key, Pair], before: Over, after: Over) -> list[Touched]:
    """Which of these look otherwise than before, with the effects that lie over them."""
    touched = []
    for (kind, id), (old, new) in pairs.items():
        old = before[kind][id] if id in before.get(kind, ()) else old
        new = after[kind][id] if id in after.get(kind, ()) else new
        if old != new:
            touched.append(Touched(kind, id, old, new))
    return touched
