"""What an operator can ask about devices, policies and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from msgspec import Meta

from agentdesk.domain.devices import DEVICES, InviteDevice, RevokeDevice, WipeDevice, compliant
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.people import OPERATOR, Person
from agentdesk.domain.policies import POLICIES, SetPolicy, policy
from agentdesk.domain.signing import EVERY_KEY, Keys, RotateKeys
from agentdesk.store.ids import new_id
from agentdesk_server.asked import Cannot, Request, Result, Text, listed, moment
from agentdesk_server.core import Core, master_key

from .devices import Devices
from .seen import Give

MOST = 10_000


class DeviceInvite(Request, frozen=True, tag="device.invite"):
    person: Text
    name: Annotated[str, Meta(max_length=200)] = ""


class DeviceShutOut(Request, frozen=True, tag="device.shut-out"):
    device: Text


class DeviceWipe(Request, frozen=True, tag="device.wipe"):
    device: Text


class DeviceKnown(Request, frozen=True, tag="device.known"):
    pass


class PolicyList(Request, frozen=True, tag="policy.list"):
    pass


class PolicySet(Request, frozen=True, tag="policy.set"):
    name: Text
    value: Text


class KeysRotate(Request, frozen=True, tag="keys.rotate"):
    keys: Annotated[tuple[Keys, ...], Meta(min_length=1, max_length=3)] = EVERY_KEY


AnyDeviceRequest = DeviceInvite | DeviceShutOut | DeviceWipe | DeviceKnown | PolicyList | PolicySet | KeysRotate


async def carry_out(core: Core, asked: AnyDeviceRequest, submit: Give, person: Callable[[str], Person]) -> Result:
    """`submit` gives a command in the operator's name, `person` finds somebody. Raises `Cannot` with a sentence."""
    match asked:
        case DeviceInvite():
            return await _invite(core, person(asked.person).id, asked.name, submit)
        case DeviceShutOut():
            await submit(RevokeDevice(device=asked.device))
            return Result(asked.device)
        case DeviceWipe():
            await submit(WipeDevice(device=asked.device))
            return Result(asked.device)
        case DeviceKnown():
            return listed(_known(core))
        case PolicyList():
            of = core.reader.records.of
            return listed([{"name": n, "value": policy(of, n), "about": p.about} for n, p in POLICIES.items()])
        case PolicySet():
            await submit(SetPolicy(policy=asked.name, value=asked.value))
            return Result(f"{asked.name} is {policy(core.reader.records.of, asked.name)}")
        case _:
            return await _rotate(core, asked.keys, submit)


async def rotate(core: Core, keys: tuple[Keys, ...], give: Give) -> None:
    """Replace keys, all of them or none: a sudden end in the middle leaves what there was."""
    await give(RotateKeys(keys=keys), lambda authority: authority.rotate(keys))
    if "heads" in keys:  # so that the newest head is the new key's
        await core.writer.call(lambda authority: authority.sign_head())


async def _rotate(core: Core, keys: tuple[Keys, ...], give: Give) -> Result:
    await rotate(core, keys, give)
    said = []
    if "laptops" in keys:
        generation = _devices(core).generation()
        said.append(f"Keys of generation {generation}: each desk takes them up when it next renews its session.")
    if "seals" in keys:
        said.append("What the log seals from now on is sealed with new keys; what was sealed stays readable.")
    if "heads" in keys:
        public = core.writer.authority.ledger.public_key
        said.append(f"Heads are signed with a new key, {public.hex()}. The old one has signed it: desks follow.")
    return Result("\n".join(said))


async def _invite(core: Core, person: str, name: str, submit: Give) -> Result:
    """The code is shown once: to be typed at the first sign-in, with that person's password."""
    device = new_id(core.clock())
    await submit(InviteDevice(device=device, person=person, name=name))
    try:
        code = await _devices(core).code(device, OPERATOR)
    except Refusal as refusal:
        raise Cannot(str(refusal)) from None
    return Result(code, [{"device": device, "code": code}])


def _devices(core: Core) -> Devices:
    return Devices(core.database, core.reader, core.writer, core.clock, master_key(core.folder))


def _known(core: Core) -> list[dict[str, Any]]:
    found = core.reader.records.page(DEVICES(), limit=MOST)
    return [
        {
            "id": one.id,
            "person": one.person,
            "name": one.name,
            "status": "to be wiped" if one.wipe else one.status,
            "system": one.system,
            "version": one.version,
            "compliant": "yes" if compliant(one) else "no",
            "seen": moment(one.seen),
        }
        for one in found
    ]
