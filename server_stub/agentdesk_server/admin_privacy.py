"""`agentdesk admin` for privacy: find and erase a customer, legal holds, how long what is kept."""

from __future__ import annotations

import argparse
from typing import get_args

from agentdesk.domain.privacy.erasing import Ground
from agentdesk.domain.privacy.retention import BASES, CLASSES

from .privacy.orders import (
    AnyPrivacyRequest,
    HoldList,
    HoldRelease,
    HoldSet,
    RetentionDue,
    RetentionList,
    RetentionRunNow,
    RetentionSet,
    SubjectErase,
    SubjectErasures,
    SubjectFind,
)


def add_privacy_parsers(what: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words on the command line."""
    subject = what.add_parser("subject", help="find, erase, erasures").add_subparsers(dest="do", required=True)
    subject.add_parser("find", help="customers by name or address").add_argument("words", metavar="WORDS")
    erase = subject.add_parser("erase", help="erase all data about a customer; prints the erasure's id")
    erase.add_argument("customer", metavar="ID", help="from `subject find`")
    erase.add_argument("--reason", choices=get_args(Ground), default="request")
    subject.add_parser("erasures", help="what was erased, and which devices have not confirmed; repeat after a restore")
    hold = what.add_parser("hold", help="set, list, release").add_subparsers(dest="do", required=True)
    keep = hold.add_parser("set", help="keep data for a legal matter; prints the hold's id")
    about = keep.add_mutually_exclusive_group(required=True)
    about.add_argument("--customer", metavar="ID", default="")
    about.add_argument("--case", metavar="ID", default="")
    keep.add_argument("--reason", required=True, help="a sentence that somebody else understands later")
    hold.add_parser("list", help="all holds, also those that are over")
    hold.add_parser("release", help="the matter is over").add_argument("hold", metavar="ID")
    time = what.add_parser("retention", help="set, list, due, run").add_subparsers(dest="do", required=True)
    rule = time.add_parser("set", help="how long data of a class is kept")
    rule.add_argument("data_class", metavar="CLASS", choices=CLASSES, help=", ".join(CLASSES))
    rule.add_argument("days", metavar="DAYS", type=int, help="0: until somebody says otherwise")
    rule.add_argument("--basis", choices=BASES, required=True)
    rule.add_argument("--region", default="", help="only there; a region's own rule goes before the general one")
    time.add_parser("list", help="the schedule")
    time.add_parser("due", help="what would be deleted today; deletes nothing")
    time.add_parser("run", help="delete it now; the server does so every day")


def privacy_request(options: argparse.Namespace) -> AnyPrivacyRequest:
    """What was asked for."""
    match options.what, options.do:
        case "subject", "find":
            return SubjectFind(words=options.words)
        case "subject", "erase":
            return SubjectErase(customer=options.customer, reason=options.reason)
        case "subject", _:
            return SubjectErasures()
        case "hold", "set":
            return HoldSet(customer=options.customer, case=options.case, reason=options.reason)
        case "hold", "release":
            return HoldRelease(hold=options.hold)
        case "hold", _:
            return HoldList()
        case _, "set":
            return RetentionSet(
                data_class=options.data_class, days=options.days, basis=options.basis, region=options.region
            )
        case _, "due":
            return RetentionDue()
        case _, "run":
            return RetentionRunNow()
        case _:
            return RetentionList()
