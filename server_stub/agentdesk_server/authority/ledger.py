"""The audit log as commands fill it: one leaf each, what they said sealed beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, MutableMapping, Sequence
from typing import Any, Literal

import msgspec

from agentdesk.domain.audit import merkle
from agentdesk.domain.kernel import Record, Refusal, spec_of
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.domain.kernel.records import is_carried
from agentdesk_server.audit import head, leaf, seal
from agentdesk_server.audit.keys import KeyLostError, Keys, derive

from .effects import carried
from .entries import Submission
from .families import NEXT_LEASE
from .signer import Signer
from .truth import Key, Truth, root_of


class KeyTable(MutableMapping[str, bytes]):
    """The wrapped keys of persons, in their table."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._cache: dict[str, bytes | None] = {}

    def __getitem__(self, subject: str) -> bytes:
        if subject not in self._cache:
            row = self._conn.execute("SELECT wrapped FROM subject_key WHERE subject=?", (subject,)).fetchone()
            self._cache[subject] = None if row is None else row[0]
        found = self._cache[subject]
        if found is None:
            raise KeyError(subject)
        return found

    def __setitem__(self, subject: str, wrapped: bytes) -> None:
        self._conn.execute("INSERT OR REPLACE INTO subject_key VALUES (?,?)", (subject, wrapped))
        self._cache[subject] = wrapped

    def __delitem__(self, subject: str) -> None:
        raise TypeError("a destroyed key leaves a mark, it is never deleted")

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._conn.execute("SELECT subject FROM subject_key"))

    def __len__(self) -> int:
        return int(self._conn.execute("SELECT count(*) FROM subject_key").fetchone()[0])

    def forget(self) -> None:
        self._cache.clear()


class Ledger:
    """Writes leaves within the transaction of their commands, and signs heads."""

    def __init__(self, conn: Any, master: bytes, epoch: str, tree: bytes) -> None:
        self._conn = conn
        self._epoch = epoch
        self._table = KeyTable(conn)
        self.keys = Keys(master, self._table)
        self._pseudonyms = derive(master, "pseudonym")
        self.signer = Signer(conn, master)
        self._subjects: dict[str, str] = {}
        self.tree = merkle.tree_from_bytes(tree)
        self._rows: list[tuple[int, bytes, str, bytes]] = []

    @property
    def public_key(self) -> bytes:
        """The key that signs heads now."""
        return self.signer.public

    def pseudonym(self, what: Literal["actor", "device"], id: str) -> bytes:
        """The name of a person or a device in the log. May be called on any thread."""
        return leaf.pseudonym(self._pseudonyms, what, id)

    def unseal(self, number: int) -> dict[str, Any]:
        """Whom an entry concerns, and with what arguments it was given; None where it cannot be read any more.

        Raises `Refusal` if there is no such entry.
        """
        row = self._row(number)
        details = self.details(number)
        if details is None:
            return {"subject": "", "arguments": None, "genuine": False}
        told = leaf.decode(row[0])
        genuine = seal.tells_arguments(told, details) and seal.sealed_digest(row[2]) in told.sealed
        try:
            arguments = msgspec.msgpack.decode(details.arguments)
        except (msgspec.DecodeError, UnicodeError):  # of a command that could not be read, the first bytes are kept
            arguments = details.arguments
        return {"subject": row[1], "arguments": arguments, "genuine": genuine}

    def details(self, number: int) -> seal.Details | None:
        """What is sealed beside an entry; None where it cannot be read any more. Raises `Refusal` as `unseal`."""
        _, subject, sealed = self._row(number)
        try:
            return seal.open_details(self.keys, subject, sealed or b"")
        except (KeyLostError, ValueError):
            return None

    def _row(self, number: int) -> tuple[bytes, str, bytes]:
        row = self._conn.execute("SELECT data, subject, sealed FROM leaf WHERE number=?", (number,)).fetchone()
        if row is None:
            raise Refusal("The log has no entry {number}.", "entry", number=number)
        data, subject, sealed = row
        return data, subject, sealed

    def write(
        self,
        told: Submission,
        outcome: Literal["done", "refused", "denied"],
        rev: int,
        at: int,
        touched: Sequence[Key],
        subject: str,
    ) -> None:
        """One leaf for one command, whatever became of it."""
        salt = leaf.new_salt()
        details = seal.Details(salt=salt, arguments=told.args)
        sealed, digest = seal.seal_details(self.keys, subject, details)
        data = leaf.encode(
            leaf.Leaf(
                index=self.tree.size,
                rev=rev,
                time=at,
                actor=leaf.pseudonym(self._pseudonyms, "actor", told.who.id),
                device=leaf.pseudonym(self._pseudonyms, "device", told.who.device),
                command=told.name,
                outcome=outcome,
                touched=tuple(touched),
                arguments=leaf.arguments_digest(salt, told.args),
                sealed=(digest,),
            )
        )
        self._rows.append((self.tree.size, data, subject, sealed))
        self.tree, _ = self.tree.append([data])

    def flush(self) -> bytes:
        """Write the leaves of this group; returns the frontier for the head row."""
        self._conn.executemany("INSERT INTO leaf VALUES (?,?,?,?)", self._rows)
        self._rows.clear()
        return merkle.tree_to_bytes(self.tree)

    def back_to(self, tree: bytes) -> None:
        """After a rollback."""
        self.tree = merkle.tree_from_bytes(tree)
        self._rows.clear()
        self._table.forget()
        self.signer.reload()

    def sign(self, rev: int, at: int) -> head.SignedHead:
        """A signed head of the log as it is now, kept in the log's table too."""
        return self.signer.sign(self._epoch, self.tree, rev, at)

    def rotate(self, keys: Collection[str], rev: int, at: int) -> None:
        """Replace keys. The last head of the old one covers all that is there so far."""
        if "heads" in keys:
            self.sign(rev, at)
            self.signer.hand_over(self._epoch, self.tree.size, at)
        if "seals" in keys:
            self.keys.rotate()
        if "laptops" in keys:
            self._conn.execute(NEXT_LEASE)


def subject_of(records: Sequence[Record], truth: Truth, actor: str) -> str:
    """Whom a command concerns: the customer, or the customer of a case, that it touched; else the actor."""
    for record in records:
        root = truth.find(*root_of(record)) or record
        if is_carried(spec_of(root).kind):
            return root.id
        for _kind, id in carried(root):
            return id
    return actor


def concerned(told: Submission, truth: Truth) -> str:
    """Whom a command without effect concerns: its words may speak of a customer all the same."""
    if told.command is None:
        return told.who.id
    spec = command_spec(told.command)
    named = [(kind, getattr(told.command, field)) for field, kind in (*spec.refs, *spec.creates)]
    found = [record for key in named if (record := truth.find(*key)) is not None]
    return subject_of(found, truth, "") or next((id for kind, id in named if is_carried(kind) and id), told.who.id)
