"""What each device has sent: its count, the stored answers, and what it can never refer to."""

from __future__ import annotations

from typing import Any

import msgspec

from agentdesk.domain.kernel import Command
from agentdesk.domain.kernel.commands import command_spec
from agentdesk.protocol.frames import Ack

KEPT = 1_000
WORDS = ("text", "name", "email", "subject")
"""What a refusal says in the words of people."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Ack).decode


class Devices:
    """Commands are numbered 1, 2, 3 … per device of a person: each takes effect once, and in order."""

    def __init__(self, conn: Any) -> None:
        self._conn = conn
        self._done: dict[str, int] = {}
        self._never: dict[str, set[str]] = {}
        self._rows: list[tuple[str, int, bytes]] = []
        self._dirty: dict[str, str] = {}

    @staticmethod
    def key(person: str, device: str) -> str:
        """Two people at one device count apart."""
        return f"{person}|{device}"

    def done(self, key: str) -> int:
        """The number of the last command that was processed."""
        found = self._done.get(key)
        if found is None:
            row = self._conn.execute("SELECT done FROM device WHERE id=?", (key,)).fetchone()
            found = self._done[key] = row[0] if row else 0
        return found

    def answered(self, key: str, n: int) -> Ack:
        """The stored answer to a repeat; too old ones were settled long ago and count as done."""
        for row in self._rows:
            if row[:2] == (key, n):
                return _decode(row[2])
        row = self._conn.execute("SELECT ack FROM result WHERE device=? AND n=?", (key, n)).fetchone()
        return _decode(row[0]) if row else Ack(n=n, status="done", code="repeat")

    def settle(self, key: str, person: str, ack: Ack) -> None:
        """Remember the answer with the effect."""
        self._done[key] = ack.n
        self._dirty[key] = person
        self._rows.append((key, ack.n, _encode(ack)))

    def orphan(self, key: str, command: Command) -> bool:
        """Whether a command names something whose creation was refused."""
        never = self._of(key)
        return bool(never) and any(getattr(command, field) in never for field, _ in command_spec(command).refs)

    def refused(self, key: str, command: Command) -> None:
        """What this command would have created will never be, unless a later one creates it."""
        ids = [getattr(command, field) for field, _ in command_spec(command).creates]
        if ids:
            self._of(key).update(ids)
            self._conn.executemany("INSERT OR IGNORE INTO never VALUES (?,?)", [(key, id) for id in ids])

    def created(self, key: str, command: Command) -> None:
        never = self._of(key)
        if not never:
            return
        ids = [id for field, _ in command_spec(command).creates if (id := getattr(command, field)) in never]
        never.difference_update(ids)
        if ids:
            self._conn.executemany("DELETE FROM never WHERE device=? AND id=?", [(key, id) for id in ids])

    def _of(self, key: str) -> set[str]:
        found = self._never.get(key)
        if found is None:
            rows = self._conn.execute("SELECT id FROM never WHERE device=?", (key,))
            found = self._never[key] = {row[0] for row in rows}
        return found

    def forget_words(self) -> None:
        """Take what people wrote out of the stored answers: a refusal may quote them. An answer that has to be given
        again after this has gaps in its sentence.
        """
        stored = self._conn.execute("SELECT device, n, ack FROM result WHERE instr(ack, CAST('refused' AS BLOB))")
        rows = [(_wordless(ack), device, n) for device, n, ack in stored.fetchall()]
        self._conn.executemany("UPDATE result SET ack=? WHERE device=? AND n=?", rows)
        self._rows = [(key, n, _wordless(ack)) for key, n, ack in self._rows]

    def flush(self) -> None:
        upsert = "INSERT INTO device VALUES (?,?,?) ON CONFLICT (id) DO UPDATE SET done=excluded.done"
        self._conn.executemany(upsert, [(key, person, self._done[key]) for key, person in self._dirty.items()])
        self._conn.executemany("INSERT OR REPLACE INTO result VALUES (?,?,?)", self._rows)
        old = [(key, self._done[key] - KEPT) for key, n, _ in self._rows if n % 100 == 0]
        if old:
            self._conn.executemany("DELETE FROM result WHERE device=? AND n<=?", old)
        self._dirty.clear()
        self._rows.clear()

    def forget(self) -> None:
        self._done.clear()
        self._never.clear()
        self._dirty.clear()
        self._rows.clear()


def _wordless(stored: bytes) -> bytes:
    ack = _decode(stored)
    if ack.data.keys().isdisjoint(WORDS):
        return stored
    return _encode(msgspec.structs.replace(ack, data={k: "…" if k in WORDS else v for k, v in ack.data.items()}))
