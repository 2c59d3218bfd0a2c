"""`agentdesk admin region`: where this server stands, what stays in which region, and the servers of other regions."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from agentdesk.domain.residency import PINNABLE

from .regions.operating import (
    AnyRegionRequest,
    RegionAccept,
    RegionForget,
    RegionList,
    RegionPin,
    RegionSend,
    RegionSet,
    RegionUnpin,
)


def add_region_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    region = what.add_parser("region", help="set, pin, unpin, accept, send, forget, list").add_subparsers(
        dest="do", required=True
    )
    region.add_parser("set", help="where this server stands").add_argument("region", metavar="NAME", help="such as eu")
    for verb, words in (("pin", "keep a class of data in one region alone"), ("unpin", "let others see it again")):
        pin = region.add_parser(verb, help=words)
        pin.add_argument("data_class", metavar="CLASS", choices=PINNABLE, help=", ".join(PINNABLE))
        pin.add_argument("region", metavar="NAME")
    accept = region.add_parser("accept", help="hear another region; prints its token, this once")
    accept.add_argument("region", metavar="NAME")
    accept.add_argument("--team", required=True, metavar="T", help="who sees what it tells: a team's name or id")
    send = region.add_parser("send", help="tell another region what it may see of ours")
    send.add_argument("region", metavar="NAME")
    send.add_argument("url", metavar="URL", help="its server, such as https://us.desk.example")
    send.add_argument("--token-stdin", action="store_true", required=True, help="the first line of the input")
    forget = region.add_parser("forget", help="neither hear nor tell it; what it told goes")
    forget.add_argument("region", metavar="NAME")
    region.add_parser("list", help="all of it")


def region_request(options: argparse.Namespace, secret: Callable[[], str]) -> AnyRegionRequest:
    """What was asked for."""
    match options.do:
        case "set":
            return RegionSet(region=options.region)
        case "pin":
            return RegionPin(data_class=options.data_class, region=options.region)
        case "unpin":
            return RegionUnpin(data_class=options.data_class, region=options.region)
        case "accept":
            return RegionAccept(region=options.region, team=options.team)
        case "send":
            return RegionSend(region=options.region, url=options.url, token=secret())
        case "forget":
            return RegionForget(region=options.region)
        case _:
            return RegionList()
