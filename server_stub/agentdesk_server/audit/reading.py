"""Reading the log for those who may: pages of entries, heads, proofs, names behind pseudonyms. On one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from agentdesk.domain.audit import AuditHead, CompareHeads, ListHeads, SearchAudit
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import Consistency, Inclusion, SignedBytes
from agentdesk.domain.audit.handover import decode as decode_handover
from agentdesk.domain.audit.leaf import decode
from agentdesk.domain.audit.proofs import prove_consistency, prove_inclusion
from agentdesk.domain.audit.published import HEADS, KEPT
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.queue import BY_NUMBER
from agentdesk_server.audit.index import AuditIndex, Wanted
from agentdesk_server.audit.lines import ProofLine
from agentdesk_server.authority.database import Database, open_reader
from agentdesk_server.authority.signer import handovers

Pseudonym = Callable[[Literal["actor", "device"], str], bytes]
ADAPTERS = ("operator", "clock", "system", "webchat", "channel", "directory", "gate", "provider")
"""Actors that are no people."""


class Reading:
    """Its own connections, opened on the thread that uses it; `step` keeps the index up with the log."""

    def __init__(self, folder: Path, key: bytes | None, epoch: str, public: bytes, pseudonym: Pseudonym) -> None:
        self._public, self._pseudonym = public, pseudonym
        self._database: Database = open_reader(folder, key)
        self._log = self._database.conn
        self.index = AuditIndex(folder, key, self._log, epoch)

    def close(self) -> None:
        """Let go of both files."""
        self.index.close()
        self._database.close()

    def step(self) -> int:
        """Take more of the log into the index; returns how many leaves."""
        return self.index.step()

    def size(self) -> int:
        """How many leaves there are."""
        row = self._log.execute("SELECT max(number) FROM leaf").fetchone()
        return 0 if row[0] is None else int(row[0]) + 1

    # --- Entries ---

    def search(self, asked: SearchAudit) -> dict[str, Any]:
        """A page: leaves as they were hashed, and where the next page begins (0: there is none)."""
        wanted = self._wanted(asked)
        numbers = [] if wanted is None else self.index.find(wanted, asked.before or 1 << 62, asked.limit + 1)
        more, numbers = len(numbers) > asked.limit, numbers[: asked.limit]
        return {
            "entries": [self.leaf(number) for number in numbers],
            "before": numbers[-1] if more else 0,
            "size": self.size(),
            "indexed": self.index.size,
        }

    def newest(self, record: str, command: str) -> int | None:
        """The newest entry in which a command was granted that touched a record (by id)."""
        wanted = Wanted(equal={"command": command, "outcome": "done"}, record=record)
        return next(iter(self.index.find(wanted, 1 << 62, 1)), None)

    def _wanted(self, asked: SearchAudit) -> Wanted | None:
        equal: dict[str, bytes | str] = {}
        if asked.person:
            equal["actor"] = self._pseudonym("actor", asked.person)
        if asked.device:
            equal["device"] = self._pseudonym("device", asked.device)
        equal |= {name: getattr(asked, name) for name in ("command", "outcome") if getattr(asked, name)}
        record = asked.record.strip()
        if record.startswith("#"):
            record = self._case(record[1:].strip())
            if not record:
                return None
        return Wanted(asked.since, asked.until, equal, record)

    def _case(self, number: str) -> str:
        """The id of the case with this number, if there is one."""
        if not number.isdecimal() or len(number) > 15:
            return ""
        found = self._database.records.page(BY_NUMBER(number=int(number)), limit=1)
        return found[0].id if found else ""

    def leaf(self, number: int) -> bytes:
        """The bytes of an entry. Raises `Refusal` if there is none."""
        row = self._log.execute("SELECT data FROM leaf WHERE number=?", (number,)).fetchone()
        if row is None:
            raise Refusal("The log has no entry {number}.", "entry", number=number)
        return bytes(row[0])

    def names(self, number: int) -> dict[str, str]:
        """Who stands behind the pseudonyms of an entry; empty where nobody who is known does."""
        leaf = decode(self.leaf(number))
        people = [row[0] for row in self._log.execute("SELECT id FROM person")]
        devices = [row[0].rpartition("|")[2] for row in self._log.execute("SELECT id FROM device")]
        devices += [row[0] for row in self._log.execute("SELECT DISTINCT device FROM session")]
        actor = self._behind("actor", leaf.actor, [*ADAPTERS, *people])
        return {"actor": actor, "device": self._behind("device", leaf.device, ["", "admin", "clock", *devices])}

    def _behind(self, what: Literal["actor", "device"], pseudonym: bytes, ids: Sequence[str]) -> str:
        return next((id for id in ids if self._pseudonym(what, id) == pseudonym), "")

    # --- Heads ---

    def heads(self, asked: ListHeads) -> dict[str, Any]:
        """Signed heads, newest first, and where the next page begins."""
        query = "SELECT size, data, signature FROM signed_head WHERE size<? ORDER BY size DESC, rowid DESC LIMIT ?"
        rows = self._log.execute(query, (asked.before or 1 << 62, asked.limit + 1)).fetchall()
        more, rows = len(rows) > asked.limit, rows[: asked.limit]
        before = rows[-1][0] if more else 0
        key, chain = self.keys()
        return {"heads": [SignedBytes(*row[1:]) for row in rows], "before": before, "key": key, "chain": chain}

    def keys(self) -> tuple[bytes, tuple[bytes, ...]]:
        """The key that signs now, and all handovers that led to it."""
        passed = handovers(self._log)
        newest = decode_handover(passed[-1].data).new if passed else self._public
        return newest, tuple(one.packed() for one in passed)

    def head(self, size: int) -> SignedBytes | None:
        """The newest signed head over exactly so many leaves."""
        query = "SELECT data, signature FROM signed_head WHERE size=? ORDER BY rowid DESC LIMIT 1"
        row = self._log.execute(query, (size,)).fetchone()
        return SignedBytes(*row) if row else None

    def oldest_over(self, entry: int) -> SignedBytes | None:
        """The oldest signed head that covers an entry, of those that are signed with today's key."""
        passed = handovers(self._log)
        least = max(entry, decode_handover(passed[-1].data).size if passed else 0)
        query = "SELECT data, signature FROM signed_head WHERE size>? ORDER BY size, rowid LIMIT 1"
        row = self._log.execute(query, (least,)).fetchone()
        return SignedBytes(*row) if row else None

    # --- Proofs ---

    def prove(self, entry: int, head: SignedBytes) -> Inclusion:
        """That an entry stands in the log of a head."""
        size, leaf = head_.decode(head.data).size, self.leaf(entry)
        if entry >= size:
            raise Refusal("That head is older than the entry {number}.", "entry", number=entry)
        self._reach(size)
        path = tuple(prove_inclusion(self.index.nodes.at, entry, size))
        return Inclusion(entry, leaf, path, head, *self.keys())

    def proof_line(self, entry: int, size: int) -> ProofLine:
        """The same as a line of a file, under a head of so many entries."""
        self._reach(size)
        return ProofLine(size, entry, self.leaf(entry), tuple(prove_inclusion(self.index.nodes.at, entry, size)))

    def compare(self, asked: CompareHeads) -> Consistency:
        """That the log of one head goes on from the log of another."""
        first, second = sorted((asked.first, asked.second))
        older, newer = self.head(first), self.head(second)
        if older is None or newer is None:
            size = first if older is None else second
            raise Refusal("No head of {size} entries was signed.", "head", size=size)
        self._reach(second)
        path = tuple(prove_consistency(self.index.nodes.at, first, second))
        return Consistency(older, newer, path, *self.keys())

    def growth(self, first: int, second: int) -> list[bytes]:
        """What shows that the log of `second` leaves goes on from that of `first`."""
        self._reach(second)
        return prove_consistency(self.index.nodes.at, first, second)

    def published(self) -> AuditHead | None:
        """The newest head that everybody is shown."""
        shown = self._database.records.page(HEADS(), limit=2 * KEPT)
        return shown[-1] if shown else None

    def _reach(self, size: int) -> None:
        if self.index.size < size:
            raise Refusal(
                "The log is still being read: {done} of {size} entries. Try again in a moment.",
                "reading",
                done=self.index.size,
                size=size,
            )
