"""`agentdesk admin` for devices: invite, shut out, wipe; policies, and new keys."""

from __future__ import annotations

import argparse

from agentdesk.domain.signing import EVERY_KEY, Keys

from .gate.orders import (
    AnyDeviceRequest,
    DeviceInvite,
    DeviceKnown,
    DeviceShutOut,
    DeviceWipe,
    KeysRotate,
    PolicyList,
    PolicySet,
)


def add_device_parsers(
    what: argparse._SubParsersAction[argparse.ArgumentParser],
    device: argparse._SubParsersAction[argparse.ArgumentParser],
) -> None:
    """The words on the command line."""
    device.add_parser("known", help="all devices: invited, active, shut out and wiped")
    invite = device.add_parser("invite", help="expect a new device; prints the code that lets it in, once")
    invite.add_argument("--person", metavar="EMAIL|ID", required=True)
    invite.add_argument("--name", default="", help="what to call it")
    shut_out = device.add_parser("shut-out", help="never let it in again; it wipes itself when it next connects")
    shut_out.add_argument("device", metavar="ID", help="from `device known`")
    wipe = device.add_parser("wipe", help="have it destroy what it holds when it next connects")
    wipe.add_argument("device", metavar="ID", help="from `device known`")
    policy = what.add_parser("policy", help="list, set").add_subparsers(dest="do", required=True)
    policy.add_parser("list", help="what holds, and what it is about")
    decide = policy.add_parser("set", help="decide a policy; ends what it forbids")
    decide.add_argument("name", metavar="NAME")
    decide.add_argument("value", metavar="VALUE")
    keys = what.add_parser("keys", help="rotate").add_subparsers(dest="do", required=True)
    rotate = keys.add_parser("rotate", help="replace keys; nothing is lost, and desks and verifiers follow")
    rotate.add_argument(
        "keys", metavar="KEYS", nargs="*", type=_key,
        help="laptops (their data), seals (the log's sealed parts), heads (the log's signature); all if none is named",
    )  # fmt: skip


def _key(named: str) -> Keys:
    found = next((key for key in EVERY_KEY if key == named), None)
    if found is None:
        raise argparse.ArgumentTypeError(f"keys are: {', '.join(EVERY_KEY)}")
    return found


def device_request(options: argparse.Namespace) -> AnyDeviceRequest:
    """What was asked for."""
    match options.what, options.do:
        case "device", "invite":
            return DeviceInvite(person=options.person, name=options.name)
        case "device", "shut-out":
            return DeviceShutOut(device=options.device)
        case "device", "wipe":
            return DeviceWipe(device=options.device)
        case "device", _:
            return DeviceKnown()
        case "policy", "set":
            return PolicySet(name=options.name, value=options.value)
        case "policy", _:
            return PolicyList()
        case _:
            return KeysRotate(keys=tuple(options.keys) or EVERY_KEY)
