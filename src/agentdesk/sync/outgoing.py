"""The outbox at work: what waits, under which number, and what becomes of it when the server has spoken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from agentdesk.domain.kernel import Command
from agentdesk.domain.kernel.commands import command_spec, draft_place
from agentdesk.domain.kernel.typed import typed_words
from agentdesk.protocol import BadMessage, decode_command
from agentdesk.protocol.frames import Ack, CommandFrame, Welcome
from agentdesk.store import drafts, held, outbox
from agentdesk.store.crypt import Connection
from agentdesk.store.drafts import Draft
from agentdesk.store.held import Held
from agentdesk.store.outbox import Entry
from agentdesk.store.precious import keep, kept, transaction

from .news import Pending, Refused
from .recall import Recall

_EPOCH = "outbox.epoch"
FIRST_HELD = -1_000_000_000
"""Keys of what was refused before this start are below all that are given to what waits."""
NOTHING = "nothing"
"""The name of a command that there is not: it is refused, and its number is used."""
_pack = msgspec.msgpack.Encoder()


class Waiting(msgspec.Struct, frozen=True):
    """A command in the outbox: its entry on disk, and the key by which this run of the desk knows it."""

    key: int
    entry: Entry


class Outgoing:
    """The precious file's outbox, with what waits also in memory. One thread at a time.

    A command keeps its key, while a new epoch may give it another number.
    """

    def __init__(self, db: Connection) -> None:
        self.db = db
        self._waiting: dict[int, Waiting] = {entry.n: Waiting(entry.n, entry) for entry in outbox.waiting(db)}
        self._revived = 0
        self.next_key = outbox.next_n(db)
        self.recall = Recall(sent=max(self._waiting, default=0))

    @property
    def last(self) -> int:
        """The highest number given so far."""
        return outbox.next_n(self.db) - 1

    @property
    def answered(self) -> int:
        """All up to this number are answered."""
        return min(self._waiting, default=self.last + 1) - 1

    def __len__(self) -> int:
        return len(self._waiting)

    def pending(self) -> tuple[Pending, ...]:
        """What waits, in order; a command that this program cannot read any more has no effect to show."""
        found = ((one.key, one.entry) for _, one in sorted(self._waiting.items()))
        return tuple(pending for key, entry in found if (pending := _pending(key, entry)) is not None)

    def add(self, wishes: Sequence[tuple[Pending, tuple[str, ...]]]) -> None:
        """Give these the next numbers; they are on the disk when this returns."""
        first = outbox.next_n(self.db)
        entries = [_entry(first + i, pending, needs) for i, (pending, needs) in enumerate(wishes)]
        outbox.add_all(self.db, entries)
        for (pending, _), entry in zip(wishes, entries, strict=True):
            self._waiting[entry.n] = Waiting(pending.key, entry)

    def entry(self, n: int) -> Entry | None:
        """What waits under this number."""
        found = self._waiting.get(n)
        return None if found is None else found.entry

    def supplied(self, digest: str) -> None:
        """This blob is at the server: who waited for it waits no more."""
        outbox.supplied(self.db, digest)
        for n, one in self._waiting.items():
            if digest in one.entry.needs:
                left = tuple(need for need in one.entry.needs if need != digest)
                self._waiting[n] = Waiting(one.key, one.entry._replace(needs=left))

    # --- Taken back ---

    def may_go(self, n: int) -> bool:
        """Whether nobody has taken this one back; asked when it is about to leave."""
        return self.recall.may_go(self._waiting[n].key)

    def withdraw(self) -> None:
        """Replace what was taken back, each in one commit: its text is a draft, something harmless has its number."""
        wanted = self.recall.todo()
        if not wanted:
            return
        for n, one in list(self._waiting.items()):
            instead = wanted.get(one.key)
            if instead is not None:
                self._replace(n, one, instead)
                self.recall.done(one.key)

    def _replace(self, n: int, one: Waiting, instead: Command) -> None:
        pending = _pending(one.key, one.entry)
        draft = None if pending is None else _draft(pending)
        entry = _entry(n, Pending(one.key, instead, one.entry.at), ())
        with transaction(self.db):
            outbox.replace(self.db, entry)
            if draft is not None:
                drafts.put_back_within(self.db, draft)
        self._waiting[n] = Waiting(self._key(None), entry)

    # --- Answers ---

    def settled(self, acks: Iterable[Ack]) -> tuple[tuple[int, ...], tuple[Refused, ...]]:
        """Which keys these answers settle, and what was refused. Changes nothing."""
        known = [ack for ack in acks if ack.n in self._waiting]
        refused = tuple(_refused(*found, ack) for ack in known if (found := self._came_back(ack)) is not None)
        return tuple(self._waiting[ack.n].key for ack in known), refused

    def settle(self, acks: Sequence[Ack], now: int) -> list[Draft]:
        """Take note of settled answers: texts of what was refused are drafts again.

        Returns those drafts that gave way to a newer one and are in its history.
        """
        beside = [drafts.put_back(self.db, draft) for draft in map(self._draft, acks) if draft is not None]
        back = [found for ack in acks if (found := self._held(ack)) is not None]
        with transaction(self.db):
            held.hold_within(self.db, back)
            for ack in acks:
                if ack.status == "done" and ack.rev:
                    outbox.mark_acked(self.db, ack.n, ack.rev, now)
                else:
                    outbox.drop(self.db, ack.n)
        for ack in acks:
            self._waiting.pop(ack.n, None)
        return [draft for draft in beside if draft is not None]

    def _came_back(self, ack: Ack) -> tuple[Waiting, Pending] | None:
        """What a refusal is about, if that can still be read."""
        one = self._waiting.get(ack.n)
        pending = None if one is None or ack.status == "done" else _pending(one.key, one.entry)
        return None if one is None or pending is None else (one, pending)

    def _draft(self, ack: Ack) -> Draft | None:
        found = self._came_back(ack)
        return None if found is None else _draft(found[1])

    def _held(self, ack: Ack) -> Held | None:
        """What is kept of a refused command, so that whoever typed something in it finds it again."""
        found = self._came_back(ack)
        if found is None or not _refused(*found, ack).held:
            return None
        entry = found[0].entry
        return Held(_held_id(entry), entry.name, entry.args, entry.at, _pack.encode(ack))

    def let_go(self, id: str) -> None:
        """The person has dealt with what was held back under this id."""
        held.let_go(self.db, id)

    def safe(self, rev: int, now: int) -> None:
        """A backup covers everything up to here."""
        outbox.settle(self.db, rev, now)

    def erase(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Forget what speaks of erased records. Returns the blobs that nothing in the outbox waits for any more.

        What waits keeps its number, for the server counts without gaps, but says nothing any more.
        """
        needed: set[str] = set()
        for id in ids:
            outbox.forget(self.db, id)
            drafts.purge(self.db, id)
            held.purge(self.db, id)
            for n, one in list(self._waiting.items()):
                if _pack.encode(id) in one.entry.args:  # as a whole value: an id may begin another one
                    needed.update(one.entry.needs)
                    self._empty(n, one)
        return tuple(sorted(needed.difference(*(one.entry.needs for one in self._waiting.values()))))

    def _empty(self, n: int, one: Waiting) -> None:
        entry = Entry(n, NOTHING, _pack.encode({}), one.entry.at)
        outbox.replace(self.db, entry)
        self._waiting[n] = Waiting(one.key, entry)

    # --- Numbers ---

    def reconcile(self, welcome: Welcome) -> bool:
        """Agree with the server on numbers; True if everything waits again, under new ones."""
        known = kept(self.db, _EPOCH)
        epoch = welcome.epoch.encode()
        # A server that counts less than was answered, or more than was ever sent, counts something else.
        astray = welcome.done < self.answered or welcome.done > self.last
        if (known is not None and known != epoch) or (astray and (welcome.done or self.answered)):
            self._renumber(welcome.done + 1)
            keep(self.db, _EPOCH, epoch)
            return True
        if known is None:
            keep(self.db, _EPOCH, epoch)
        return False

    def _renumber(self, first: int) -> None:
        keys = {n: one.key for n, one in self._waiting.items()}
        moved = outbox.renumber(self.db, first)
        by_new = {new: keys.get(old) for old, new in moved.items()}
        self._waiting = {entry.n: Waiting(self._key(by_new.get(entry.n)), entry) for entry in outbox.waiting(self.db)}

    def _key(self, known: int | None) -> int:
        """Keys that no desk gave are below zero: one that counts upwards never meets them."""
        if known is not None:
            return known
        self._revived -= 1
        return self._revived


def frame_of(entry: Entry) -> CommandFrame:
    """The entry as it is sent."""
    return CommandFrame(n=entry.n, name=entry.name, args=msgspec.Raw(entry.args), at=entry.at)


def _entry(n: int, pending: Pending, needs: tuple[str, ...]) -> Entry:
    return Entry(n, command_spec(pending.command).name, _pack.encode(pending.command), pending.at, needs)


def _pending(key: int, entry: Entry) -> Pending | None:
    try:
        return Pending(key, decode_command(entry.name, entry.args, binary=True), entry.at)
    except (KeyError, BadMessage):
        return None


def held_back(db: Connection) -> list[Refused]:
    """What was refused before and nobody has dealt with yet, oldest first, under keys of its own."""
    found: list[Refused] = []
    for number, one in enumerate(held.held(db)):
        pending = _pending(0, Entry(0, one.name, one.args, one.at))
        if pending is not None:
            ack = msgspec.msgpack.decode(one.answer, type=Ack)
            found.append(Refused(FIRST_HELD - number, pending.command, ack, _draft_text(pending), one.id, one.at))
    return found


def _refused(one: Waiting, pending: Pending, ack: Ack) -> Refused:
    quiet = command_spec(pending.command).quiet or ack.code == "step_up"  # asked for again by itself, after a proof
    kept = "" if quiet or not typed_words(pending.command) else _held_id(one.entry)
    return Refused(one.key, pending.command, ack, _draft_text(pending), kept, one.entry.at)


def _held_id(entry: Entry) -> str:
    """Numbers are given anew in a new epoch, times are not."""
    return f"{entry.n}-{entry.at}"


def _draft_text(pending: Pending) -> str:
    field = command_spec(pending.command).draft
    return str(getattr(pending.command, field)) if field else ""


def _draft(pending: Pending) -> Draft | None:
    """The draft that a command was made of."""
    text = _draft_text(pending)
    return Draft(*draft_place(pending.command), text, len(text), pending.at) if text else None
