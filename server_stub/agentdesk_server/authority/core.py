"""The authority itself: a group of commands in, decisions, one commit, answers out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any, Literal

import msgspec

from agentdesk.domain.kernel import (
    INTERNAL_ROLES,
    RECORDS,
    Actor,
    Change,
    Denied,
    Fact,
    Record,
    Refusal,
    Unseen,
    decide,
)
from agentdesk.domain.kernel.residing import ELSEWHERE
from agentdesk.protocol.frames import Ack
from agentdesk.store.crypt import disk_words

from .acting import beside, known, view_for
from .checks import Checks
from .database import Database
from .devices import Devices
from .effects import Effects, withdrawn
from .entries import Entry, Outcome, Submission
from .erasing import Erasing
from .ledger import Ledger, concerned, subject_of
from .shown import Shown
from .truth import Truth
from .uploads import Uploads

log = logging.getLogger(__name__)
TOUCHED_LIMIT = 1_000
"""A leaf names at most so many records; a merge of long cases touches more, and its arguments tell the rest."""


BROKEN = "The server could not do this. It was written to its log; please tell your administrator."


class Authority:
    """Decides commands against truth, in order, and commits them together with their traces.

    `clock` gives UTC milliseconds. Not for more than one thread at a time; see `Writer` for the thread it lives on.
    """

    def __init__(self, database: Database, master: bytes, clock: Callable[[], int]) -> None:
        self._conn: Any = database.conn
        self._clock = clock
        head = database.head()
        self.epoch, self.rev, self._at, self._tree = head.epoch, head.rev, head.at, head.tree
        self.min_rev, self.safe = head.min_rev, head.safe
        self._started = head.rev
        self.shown = Shown(self._conn)
        self.checks = Checks(self._conn)
        self.truth = Truth(database.records, self.shown)
        self.uploads = Uploads(self._conn, self.truth)
        self.devices = Devices(self._conn)
        self.ledger = Ledger(self._conn, master, head.epoch, head.tree)
        self.erasing = Erasing(self._conn, self.ledger.keys, self.devices)
        self.committed: list[Callable[[Sequence[Outcome]], None]] = []
        """Called on this thread once a commit is on the disk, before anybody is told of it; they must not raise."""
        self._last_change: dict[str, int] = {}
        self._facts: list[tuple[int, int, str, str, str, str, int]] = []
        self._gone: dict[tuple[str, str, str], tuple[str, int] | None] = {}

    def commit(self, group: Sequence[Submission]) -> list[Outcome]:
        """Decide all of them in one transaction, each with its own revision. What is returned has reached the disk.

        Raises only when not even a refusal can be written (a full disk, say): then nothing of the group happened.
        """
        try:
            return self._commit(group)
        except Exception as error:
            self._roll_back()
            if disk_words(error):
                raise
            if len(group) == 1:
                log.exception("a command could not be committed: %s", group[0].name)
                return self._commit_broken(group[0])
        return [outcome for one in group for outcome in self.commit([one])]

    def _commit_broken(self, told: Submission) -> list[Outcome]:
        """Our own failure: the command is refused and counted, so that those behind it are not held up."""
        try:
            return self._commit([msgspec.structs.replace(told, problem=BROKEN, code="error")])
        except Exception:
            self._roll_back()
            raise

    def _commit(self, group: Sequence[Submission]) -> list[Outcome]:
        self._conn.execute("BEGIN IMMEDIATE")
        if len(group) > 1:
            self.truth.expect(told.command for told in group if told.command is not None)
        outcomes = [self._one(told) for told in group]
        self._flush()
        self._conn.execute("COMMIT")
        self._settle()
        for listener in self.committed:
            listener(outcomes)
        return outcomes

    def _one(self, told: Submission) -> Outcome:
        if told.n == 0:
            return self._decide(told)
        key = Devices.key(told.who.id, told.who.device)
        done = self.devices.done(key)
        if told.n <= done:
            return Outcome(self.devices.answered(key, told.n))
        if told.n > done + 1:
            sentence = "Command {n} came before command {expected}."
            data = {"n": told.n, "expected": done + 1}
            return Outcome(Ack(n=told.n, status="refused", code="gap", sentence=sentence, data=data))
        if told.command is not None and self.devices.orphan(key, told.command):
            problem = "This depends on something that was refused before."
            told = msgspec.structs.replace(told, problem=problem, code="depends")
        outcome = self._decide(told)
        self.devices.settle(key, told.who.id, outcome.ack)
        if told.command is not None:
            remember = self.devices.created if outcome.ack.status == "done" else self.devices.refused
            remember(key, told.command)
        return outcome

    def _decide(self, told: Submission) -> Outcome:
        self._at = max(self._at, self._clock())
        who = known(self.truth, told.who)
        try:
            if told.command is None or told.problem:
                kind = Denied if told.code == Denied.code else Refusal
                raise kind(told.problem or "There is no such command.", told.code)
            fresh = told.fresh or who.role in INTERNAL_ROLES
            changes = decide(self.uploads.checked(told.command, who), self.truth, who, self._at, fresh=fresh)
            result = beside(self._conn, self, told.command, told.work)
        except Refusal as refusal:
            return self._refused(told, who, refusal)
        done = self._done(told, who, changes)
        return done if told.work is None else msgspec.structs.replace(done, result=result)

    def _refused(self, told: Submission, who: Actor, refusal: Refusal) -> Outcome:
        status: Literal["denied", "refused"] = "denied" if isinstance(refusal, Denied) else "refused"
        # What one may not see answers like what is not there; the log tells them apart.
        logged = "denied" if isinstance(refusal, Unseen) else status
        self.ledger.write(_kept_of(told, refusal), logged, self.rev, self._at, (), concerned(told, self.truth))
        shown = refusal.told(view_for(self.truth, who))  # a refusal shows no more of a record than its desk does
        data = {name: value for name, value in shown.items() if isinstance(value, str | int)}
        return Outcome(Ack(n=told.n, status=status, code=refusal.code, sentence=refusal.sentence, data=data))

    def _done(self, told: Submission, who: Actor, changes: list[Change]) -> Outcome:
        rev = self.rev + 1
        effects = Effects(self.truth, self.shown, self.checks, rev)
        own = effects.apply(changes)
        self.erasing.forget(gone := effects.erased, withdrawn=withdrawn(effects.touched))
        facts = [change for change in changes if isinstance(change, Fact)]
        if not effects.touched:
            self._note(told, who, facts)
            return Outcome(Ack(n=told.n, status="done", rev=self.rev))
        self.rev = rev
        pairs = tuple(effects.touched[key] for key in own)
        # Who erased what, and why, stays readable: it names nobody but the one who did it.
        about = () if gone else tuple(record for old, new in pairs if (record := new or old) is not None)
        subject = subject_of(about, self.truth, who.id)
        self.ledger.write(told, "done", rev, self._at, own[:TOUCHED_LIMIT], subject)
        self._facts += [(rev, self._at, f.name, who.id, f.kind, f.id, f.value) for f in facts]
        entry = self._entry(told, who, effects, pairs)
        scopes = sorted(who.scopes.intersection(effects.parts))
        return Outcome(Ack(n=told.n, status="done", rev=rev, scopes=scopes), entry)

    def _note(self, told: Submission, who: Actor, facts: list[Fact]) -> None:
        """What changes nothing may still concern somebody: a hidden value that was revealed, say."""
        named = [(fact.kind, fact.id) for fact in facts]
        found = [record for key in named if key[0] in RECORDS and (record := self.truth.find(*key))]
        subject = subject_of(found, self.truth, concerned(told, self.truth))
        self.ledger.write(told, "done", self.rev, self._at, named[:TOUCHED_LIMIT], subject)
        self._facts += [(self.rev, self._at, f.name, who.id, f.kind, f.id, f.value) for f in facts]

    def _entry(
        self, told: Submission, who: Actor, effects: Effects, pairs: tuple[tuple[Record | None, Record | None], ...]
    ) -> Entry:
        for scope, part in effects.parts.items():
            part.previous = self._last_change.get(scope, self._started)
            self._last_change[scope] = self.rev
            for (kind, id), farewell in part.gone.items():
                self._gone[scope, kind, id] = (farewell[2], self.rev)
        for place in effects.entered:
            self._gone[place] = None
        return Entry(self.rev, self._at, who.id, told.who.device, effects.parts, pairs)

    def _flush(self) -> None:
        self.truth.flush()
        self.shown.flush()
        self.checks.flush()
        self.devices.flush()
        _write(self._conn, "INSERT INTO fact VALUES (?,?,?,?,?,?,?)", self._facts)
        stay = [(*place, *how) for place, how in self._gone.items() if how is not None]
        void = [place for place, how in self._gone.items() if how is None]
        _write(self._conn, "INSERT OR REPLACE INTO gone (scope, kind, id, how, rev) VALUES (?,?,?,?,?)", stay)
        _write(self._conn, "DELETE FROM gone WHERE scope=? AND kind=? AND id=?", void)
        self._facts.clear()
        self._gone.clear()
        tree = self.ledger.flush()
        # The head row comes last: what other databases lock must be locked for as short a time as can be.
        self._conn.execute("UPDATE head SET rev=?, at=?, tree=?", (self.rev, self._at, tree))
        self._pending_tree = tree

    def _settle(self) -> None:
        self._tree = self._pending_tree
        self.truth.forget()
        self.shown.forget()

    def _roll_back(self) -> None:
        """Back to what the disk holds. Whatever failed, nothing of it remains in memory either."""
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")
        self.rev, self._at, self._tree = self._conn.execute("SELECT rev, at, tree FROM head").fetchone()
        self.truth.forget(always=True)
        self.shown.forget(always=True)
        self.devices.forget()
        self.checks.reload()
        self.ledger.back_to(self._tree)
        self._facts.clear()
        self._gone.clear()
        # A lost transaction may have moved these ahead; too low a value only costs a desk one pull.
        self._last_change = {scope: min(rev, self.rev) for scope, rev in self._last_change.items()}

    def sign_head(self) -> Any:
        """Sign the log as it is now (hourly, at shutdown and on request)."""
        return self.ledger.sign(self.rev, max(self._at, self._clock()))

    def rotate(self, keys: Collection[str]) -> None:
        """Replace keys (see `RotateKeys`) within the transaction that is open: all of them change, or none."""
        self.ledger.rotate(keys, self.rev, self._at)

    def mark_safe(self, rev: int) -> None:
        """A backup covers everything up to this revision."""
        self.safe = max(self.safe, rev)
        self._conn.execute("UPDATE head SET safe=?", (self.safe,))


def _kept_of(told: Submission, refusal: Refusal) -> Submission:
    """What the log seals of a refused command: of words that belong to another region nothing is kept here."""
    return msgspec.structs.replace(told, args=b"") if refusal.code == ELSEWHERE else told


def _write(conn: Any, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Each statement hands the interpreter to another thread and has to wait for it: none is made for nothing."""
    if rows:
        conn.executemany(statement, rows)
