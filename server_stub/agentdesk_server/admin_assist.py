"""`agentdesk admin assist`: in which queues suggestions are shown and from when on, in versions; and drills."""

from __future__ import annotations

import argparse

from .steering import LEVELS, AnyAssistRequest, AssistDrill, AssistSet, AssistShow, AssistVersions


def add_assist_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    assist = what.add_parser("assist", help="show, set, versions, drill").add_subparsers(dest="do", required=True)
    assist.add_parser("show", help="what holds now")
    assist.add_parser("versions", help="what held before, newest first")
    rule = assist.add_parser("set", help="the rule for a queue, in a new version; the other rules stay")
    rule.add_argument("--team", metavar="T", default="", help="a team's name or id; all if none is named")
    rule.add_argument("--channel", metavar="C", default="", help="such as chat or email; all if none is named")
    rule.add_argument("--off", action="store_true", help="suggest nothing there")
    rule.add_argument("--least", metavar="N", type=int, default=0,
                      help="so sure a suggestion must be, in per cent; 0 leaves that to the model")  # fmt: skip
    rule.add_argument("--note", default="", help="why")
    words = ", ".join(f"{level} {word}" for level, word in enumerate(LEVELS[:4]))
    drill = assist.add_parser("drill", help="let no desk go beyond a level for some minutes; 0 minutes end it")
    drill.add_argument("level", metavar="LEVEL", type=int, help=words)
    drill.add_argument("minutes", metavar="MINUTES", type=int)
    drill.add_argument("--reason", default="", help="all who work here read it")


def assist_request(options: argparse.Namespace) -> AnyAssistRequest:
    """What was asked for."""
    match options.do:
        case "set":
            return AssistSet(team=options.team, channel=options.channel, on=not options.off, least=options.least,
                             note=options.note)  # fmt: skip
        case "drill":
            return AssistDrill(level=options.level, minutes=options.minutes, reason=options.reason)
        case "versions":
            return AssistVersions()
        case _:
            return AssistShow()
