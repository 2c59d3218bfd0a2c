"""`agentdesk admin assist`: in which queues suggestions are shown and from when on, in versions; and drills."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from agentdesk.domain.cases import CHANNELS

from .drafting.operating import DraftConnect, DraftDisconnect, DraftShow
from .steering import LEVELS, AnyAssistRequest, AssistDrill, AssistSet, AssistShow, AssistVersions


def add_assist_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    assist = what.add_parser("assist", help="show, set, versions, drill, connect, disconnect, service").add_subparsers(
        dest="do", required=True
    )
    assist.add_parser("show", help="what holds now")
    assist.add_parser("versions", help="what held before, newest first")
    rule = assist.add_parser("set", help="the rule for a queue, in a new version; the other rules stay")
    rule.add_argument("--team", metavar="T", default="", help="a team's name or id; all if none is named")
    rule.add_argument("--channel", metavar="C", default="", help=f"{' or '.join(CHANNELS)}; all if none is named")
    rule.add_argument("--off", action="store_true", help="suggest nothing there")
    rule.add_argument("--least", metavar="N", type=int, default=0,
                      help="so sure a suggestion must be, in per cent; 0 leaves that to the model")  # fmt: skip
    rule.add_argument("--drafts", action="store_true", help="the drafting service may be asked there; off unless said")
    rule.add_argument("--note", default="", help="why")
    words = ", ".join(f"{level} {word}" for level, word in enumerate(LEVELS[:4]))
    drill = assist.add_parser("drill", help="let no desk go beyond a level for some minutes; 0 minutes end it")
    drill.add_argument("level", metavar="LEVEL", type=int, help=words)
    drill.add_argument("minutes", metavar="MINUTES", type=int)
    drill.add_argument("--reason", default="", help="all who work here read it")
    service = assist.add_parser("connect", help="a drafting service of the OpenAI form; used where a rule has --drafts")
    service.add_argument("url", metavar="URL", help="such as https://models.example/v1; inside: see --egress-allow")
    service.add_argument("--model", required=True, help="as the service calls it")
    service.add_argument("--budget", metavar="N", type=int, default=500, help="drafts of one day")
    service.add_argument("--key-stdin", action="store_true", help="its key: the first line of the input")
    assist.add_parser("disconnect", help="no drafts any more; the key is forgotten")
    assist.add_parser("service", help="the drafting service: its state, and what is spent today")


def assist_request(options: argparse.Namespace, secret: Callable[[], str]) -> AnyAssistRequest:
    """What was asked for; `secret` reads one from the input."""
    match options.do:
        case "connect":
            key = secret() if options.key_stdin else ""
            return DraftConnect(url=options.url, model=options.model, key=key, budget=options.budget)
        case "disconnect":
            return DraftDisconnect()
        case "service":
            return DraftShow()
        case "set":
            return AssistSet(team=options.team, channel=options.channel, on=not options.off, least=options.least,
                             drafts=options.drafts, note=options.note)  # fmt: skip
        case "drill":
            return AssistDrill(level=options.level, minutes=options.minutes, reason=options.reason)
        case "versions":
            return AssistVersions()
        case _:
            return AssistShow()
