"""Devices: which laptops may work here, in what state they are, and how they are shut out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    View,
    clean,
    command,
    eq,
    gt,
    need,
    record,
    ref,
)
from .people import Person, PersonId

DAY = 24 * 3_600_000
INVITED_FOR = 7 * DAY
"""An invitation that nobody has used for so long is worth nothing (ms)."""
SEEN_EVERY = 5 * 60_000
"""When a laptop was last seen is kept no finer than this (ms)."""
SCOPE = "it"
ENDED = "This invitation was used or has ended. Ask for a new one."
Known = Literal["yes", "no", "unknown"]
DeviceId = Annotated[str, ref("computer")]


@record("computer", public=("person", "name", "status", "key", "desk", "version", "system", "disk", "lock"))
class Device(Record, frozen=True):
    """A laptop of one person; `key` is the thumbprint of the key by which it proves itself.

    `disk` and `lock` say whether the disk is encrypted and the screen locks itself, as far as its system tells.
    """

    person: str
    name: Name
    status: str
    """invited, active, revoked (shut out, to be wiped), wiped."""
    key: Name = ""
    desk: Name = ""
    """The id under which its commands are numbered."""
    version: Name = ""
    system: Name = ""
    disk: Name = "unknown"
    lock: Name = "unknown"
    since: Millis = 0
    seen: Millis = 0
    lease_until: Millis = 0
    invited_until: Millis = 0
    wipe: bool = False
    """It is to destroy what it holds as soon as it speaks to the server."""
    ended: Millis = 0


DEVICES = Question("computer.all", Device, (), ("-seen",))
DEVICE_BY_KEY = Question("computer.by_key", Device, (eq("key", ":key"), eq("person", ":person")), ())
DEVICES_OF = Question("computer.of_person", Device, (eq("person", ":person"),), ("-seen",))

SEEN_SINCE = Question("computer.seen_since", Device, (eq("status", ":status"), gt("seen", ":at")), ("seen",))


def compliant(device: Device) -> bool:
    """Whether all that is asked of a laptop is known to be so; what is unknown is not."""
    return device.disk == "yes" and device.lock == "yes" and bool(device.system)


@command("device.invite", "device.invite", "system", fresh=True)
class InviteDevice(Command, frozen=True):
    """Expect a new laptop of somebody. The code that lets it in is asked for beside this, never in a command."""

    device: Annotated[str, ref("computer", creates=True)]
    person: PersonId
    name: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        person = need(view, Person, self.person, "There is no such person.")
        if not person.active:
            raise Refusal("The account of {name} is closed.", "closed", name=person.name)
        if view.get(Device, self.device) is None:
            yield Put(
                Device(self.device, SCOPE, 0, person.id, clean(self.name), "invited", invited_until=now + INVITED_FOR)
            )


@command("device.code", "device.invite", "system", fresh=True, beside=True)
class TellCode(Command, frozen=True):
    """Have a new code made for an invitation, shown once; the one before ends. It is in no command and no log."""

    device: DeviceId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Device, self.device, ENDED)
        if old.status != "invited" or old.invited_until <= now:
            raise Refusal(ENDED, "invitation")
        yield Fact("device.code", "computer", old.id)


@command("device.revoke", "device.revoke", "system", fresh=True)
class RevokeDevice(Command, frozen=True):
    """Shut a laptop out, for good: its sessions end at once, and it wipes itself when it next speaks to the server."""

    device: DeviceId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Device, self.device, "There is no such device.")
        if old.status in ("revoked", "wiped"):
            return
        yield Put(_with(old, status="revoked", wipe=bool(old.key), ended=now))
        yield Fact("device.revoked", "computer", old.id)


@command("device.wipe", "device.wipe", "system", fresh=True)
class WipeDevice(Command, frozen=True):
    """Have a laptop destroy what it holds. Its person may sign in again and begin anew."""

    device: DeviceId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Device, self.device, "There is no such device.")
        if not old.key:
            raise Refusal("No laptop has used this invitation: there is nothing to wipe.", "unused")
        if not old.wipe and old.status != "wiped":
            yield Put(_with(old, wipe=True))
            yield Fact("device.wipe", "computer", old.id)


@command("device.enrol", "system")
class Enrol(Command, frozen=True):
    """A laptop has proved its key, and was invited or needs no invitation. Only the server's door says so."""

    device: DeviceId
    person: PersonId
    key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
    desk: Name
    name: Name = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        need(view, Person, self.person, "There is no such person.")
        old = view.get(Device, self.device)
        if old is not None and (old.person != self.person or old.status != "invited" or old.invited_until <= now):
            raise Refusal(ENDED, "invitation")
        name = (old.name if old is not None else "") or clean(self.name)
        yield Put(
            Device(self.device, SCOPE, 0, self.person, name, "active", self.key, clean(self.desk), since=now, seen=now)
        )


@command("device.report", "system")
class Report(Command, frozen=True):
    """What a laptop says of itself while it is connected, and until when it can open its data."""

    device: DeviceId
    version: Name = ""
    system: Name = ""
    disk: Known = "unknown"
    lock: Known = "unknown"
    lease_until: Millis = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Device, self.device, "There is no such device.")
        if old.status != "active":
            return
        fields: dict[str, object] = {"lease_until": self.lease_until or old.lease_until}
        if now - old.seen >= SEEN_EVERY:
            fields["seen"] = now
        if self.version or self.system:  # else it is a lease alone
            fields |= {"version": clean(self.version), "system": clean(self.system)}
            fields |= {"disk": _known(self.disk), "lock": _known(self.lock)}
        new = _with(old, **fields)
        if new != _with(old):
            yield Put(new)


@command("device.wiped", "system")
class Wiped(Command, frozen=True):
    """The laptop has destroyed all that it held, its key with it."""

    device: DeviceId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        old = need(view, Device, self.device, "There is no such device.")
        if old.status != "wiped":
            yield Put(_with(old, status="wiped", wipe=False, ended=now, lease_until=0))


def _known(told: str) -> str:
    return told if told in ("yes", "no") else "unknown"


def _with(device: Device, **fields: object) -> Device:
    return msgspec.structs.replace(device, rev=0, **fields)
