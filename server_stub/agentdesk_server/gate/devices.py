"""Which devices may come in: invitations with a code that works once, enrolment, reports, leases, and the shut-out."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256

import msgspec

from agentdesk.domain.devices import (
    DAY,
    DEVICE_BY_KEY,
    DEVICES_OF,
    INVITED_FOR,
    Device,
    Enrol,
    Report,
    TellCode,
    Wiped,
)
from agentdesk.domain.kernel import Actor, Command
from agentdesk.domain.people import Person
from agentdesk.domain.policies import policy, switched_on
from agentdesk.store.ids import new_id
from agentdesk_server.audit.keys import derive
from agentdesk_server.authority import Authority, Database
from agentdesk_server.problems import Problem
from agentdesk_server.writer import Writer

from .seen import done, given

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without letters that look like digits (Crockford's base 32): a code is read aloud and typed."""
GROUPS, GROUP = 5, 4
EARLY = DAY // 2
"""A lease is renewed when so much of it has gone, so that not each request writes."""
GATE = Actor("gate", "system", "AgentDesk", device="gate")
SHUT_OUT = "This device was shut out. What AgentDesk kept on it is deleted."
NOT_ENROLLED = "This device is not known here. Ask your IT for an enrolment code."
BAD_CODE = "This enrolment code is wrong, was used, or has ended. Ask your IT for a new one."


class Lease(msgspec.Struct, frozen=True):
    """The server's half of a desk's key (hexadecimal), and until when the desk may keep it (ms)."""

    half: str
    until: int
    generation: int


class Devices:
    """Reads records on the event loop; whatever changes goes through the writer."""

    def __init__(
        self, database: Database, reader: Database, writer: Writer, clock: Callable[[], int], master: bytes
    ) -> None:
        self._records, self._conn, self._writing = reader.records, reader.conn, database.conn
        self._writer, self._clock = writer, clock
        self._leasing = derive(master, "replica lease")

    # --- Who is known ---

    def find(self, person: str, key: str) -> Device | None:
        """A person's device by its key."""
        found: list[Device] = self._records.page(DEVICE_BY_KEY(key=key, person=person), limit=1)
        return found[0] if found else None

    def check(self, person: str, key: str) -> Device | None:
        """The device, if it may come in; one that is to be wiped is told so. Raises `Problem` (403)."""
        device = self.find(person, key)
        if device is not None and (device.wipe or device.status != "active"):
            raise Problem(403, "device-revoked", SHUT_OUT)
        return device

    def check_key(self, key: str) -> None:
        """A key whose device was shut out, or whose person has left, gets no other answer. Raises `Problem` (403)."""
        for device in self._of_key(key):
            person = self._records.of(Person, device.person)
            if device.wipe or device.status != "active" or person is None or not person.active:
                raise Problem(403, "device-revoked", SHUT_OUT)

    def good(self, person: str, key: str) -> bool:
        """Whether a session of this device may go on."""
        device = self.find(person, key)
        return device is not None and device.status == "active" and not device.wipe

    async def admit(self, person: Person, key: str, desk: str, name: str, code: str) -> Device:
        """Let a device in, and enrol it if it is new. Raises `Problem` (403): shut out, not invited, a bad code."""
        device = self.check(person.id, key)
        if device is not None:
            return device
        if code:
            id = self._redeemable(person.id, code)
        elif switched_on(self._records.of, "only-enrolled"):
            raise Problem(403, "not-enrolled", NOT_ENROLLED)
        else:
            id = new_id(self._clock())
        enrol = Enrol(device=id, person=person.id, key=key, desk=desk[:200], name=name[:200])
        if await self._give(enrol) != "done":  # two came with one code: the first one has it
            raise Problem(403, "bad-code", BAD_CODE)
        await self._writer.call(lambda _: self._writing.execute("DELETE FROM invitation WHERE device=?", (id,)))
        found = self.find(person.id, key)
        if found is None:
            raise Problem(403, "bad-code", BAD_CODE)
        return found

    def _redeemable(self, person: str, code: str) -> str:
        """The invitation behind a code. The same answer for whatever is wrong with it."""
        query = "SELECT device FROM invitation WHERE code=? AND expires>?"
        row = self._conn.execute(query, (_hash(code), self._clock())).fetchone()
        device = self._records.of(Device, row[0]) if row else None
        if device is None or device.status != "invited" or device.person != person:
            raise Problem(403, "bad-code", BAD_CODE)
        return device.id

    async def code(self, device: str, who: Actor, *, fresh: bool = False) -> str:
        """A new code for an invitation, shown once; the one before is worth nothing. Raises `Denied` or `Refusal`."""
        code = "".join(secrets.choice(LETTERS) for _ in range(GROUPS * GROUP))

        def write(authority: Authority) -> None:
            found, now = authority.truth.get(Device, device), self._clock()
            expires = min(found.invited_until if found is not None else 0, now + INVITED_FOR)
            self._writing.execute("DELETE FROM invitation WHERE device=? OR expires<=?", (device, now))
            self._writing.execute("INSERT INTO invitation VALUES (?,?,?)", (_hash(code), device, expires))

        await done(self._writer, given(who, TellCode(device=device), write, fresh=fresh))
        return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))

    # --- What it says of itself ---

    async def report(self, person: str, key: str, told: Report) -> None:
        """Note what a connected device says."""
        device = self.find(person, key)
        if device is not None:
            await self._give(msgspec.structs.replace(told, device=device.id, lease_until=0))

    async def wiped(self, key: str) -> bool:
        """The holder of this key says that everything is gone; whether that was asked of it."""
        found = [one for one in self._of_key(key) if one.wipe or one.status == "revoked"]
        for device in found:
            await self._give(Wiped(device=device.id))
        return bool(found)

    def _of_key(self, key: str) -> list[Device]:
        rows = self._conn.execute("SELECT id FROM computer WHERE key=?", (key,)).fetchall()
        return [device for (id,) in rows if (device := self._records.of(Device, id)) is not None]

    def of_person(self, person: str) -> list[Device]:
        """All devices of a person."""
        return list(self._records.page(DEVICES_OF(person=person), limit=1000))

    # --- Leases ---

    async def lease(self, device: Device) -> Lease:
        """The server's half for as long as the policy says; kept in the record for IT to see."""
        days = int(policy(self._records.of, "lease-days"))
        until = self._clock() + days * DAY
        if abs(until - device.lease_until) > EARLY:
            await self._give(Report(device=device.id, lease_until=until))
        generation = self.generation()
        half = hmac.digest(self._leasing, f"{device.id} {generation}".encode(), sha256)
        return Lease(half.hex(), until, generation)

    def generation(self) -> int:
        """How often the halves were rotated."""
        row = self._conn.execute("SELECT generation FROM lease_key").fetchone()
        return int(row[0]) if row else 0

    async def _give(self, command: Command) -> str:
        return str((await self._writer.submit(given(GATE, command))).ack.status)


def _hash(code: str) -> str:
    """A code however it was typed."""
    plain = "".join(code.upper().split()).replace("-", "").replace("O", "0").replace("I", "1").replace("L", "1")
    return sha256(f"enrolment {plain}".encode("utf-8", "replace")).hexdigest()
