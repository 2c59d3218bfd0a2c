"""`agentdesk import`: mails in files become cases, a table tells customers' tiers; again as often as one likes."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from agentdesk_server import admin
from agentdesk_server.asked import Cannot
from agentdesk_server.core import CannotStart
from agentdesk_server.customers import AT_ONCE, CustomerImport, rows_of
from agentdesk_server.customers import Told as CustomersTold

from .importing import MailImport, progress_of

DONE, SOME_NOT, USAGE = 0, 1, 2


def main(argv: list[str]) -> int:
    """0 if all could be taken in, 1 with sentences if some could not, 2 for arguments without sense."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as leave:  # argparse has already said why, or shown its help
        return USAGE if leave.code else DONE
    if options.what == "customers":
        return _told(lambda: _customers(Path(options.data), Path(options.file)))
    asked = MailImport(
        paths=[os.path.abspath(path) for path in options.paths],
        team=options.team,
        mailbox=options.mailbox,
        own=[*options.own, *([options.mailbox] if options.mailbox else [])],
        authserv_id=options.authserv_id,
    )
    return _told(lambda: _all(Path(options.data), asked))


def _told(work: Callable[[], int]) -> int:
    try:
        return work()
    except (Cannot, CannotStart) as error:
        print(f"agentdesk import: {error}", file=sys.stderr)
        return SOME_NOT


def _customers(folder: Path, file: Path) -> int:
    try:
        rows = rows_of(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
        raise Cannot(f"{file} cannot be read: {why}.") from None
    changed = same = 0
    troubles: list[str] = []
    for at in range(0, len(rows), AT_ONCE):
        result = admin.run(folder, CustomerImport(rows=rows[at : at + AT_ONCE]))
        told = msgspec.convert(result.rows[0], CustomersTold)
        changed, same = changed + told.changed, same + told.same
        troubles += told.troubles
    for sentence in troubles:
        print(f"agentdesk import customers: {sentence}", file=sys.stderr)
    print(f"{changed} customers changed, {same} were so already, {len(troubles)} lines not taken")
    return SOME_NOT if troubles else DONE


def _all(folder: Path, asked: MailImport) -> int:
    taken = known = 0
    troubles: dict[str, None] = {}
    begun = time.monotonic()
    while True:
        progress = progress_of(admin.run(folder, asked))
        taken, known = taken + progress.taken, known + progress.known
        troubles |= dict.fromkeys(progress.troubles)
        if progress.done:
            break
        rate = round(progress.place.seen / max(0.001, time.monotonic() - begun))
        print(f"{progress.place.seen} mails so far, {rate} a second", file=sys.stderr)
        asked = msgspec.structs.replace(asked, place=progress.place)
    for sentence in troubles:
        print(f"agentdesk import mail: {sentence}", file=sys.stderr)
    print(f"{taken} mails taken in, {known} known already, {len(troubles)} not taken")
    return SOME_NOT if troubles else DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agentdesk import",
        description="Bring in mails, or what is known of customers. What was brought in before, from a file or from a"
        " mailbox, is left as it is:"
        " an import that was interrupted is simply repeated.",
    )
    what = parser.add_subparsers(required=True, dest="what", metavar="mail|customers")
    table = what.add_parser(
        "customers",
        help="tiers and languages of customers",
        description="A CSV file with the columns email, tier and language: everybody who is known by an address is"
        " served by that tier from now on. An empty cell changes nothing, - takes a tier away.",
    )
    table.add_argument("file", metavar="FILE", help="a CSV file in UTF-8, with the names of its columns above")
    table.add_argument("--data", metavar="DIR", required=True, help="the server's data folder")
    mail = what.add_parser("mail", help="mails in files", description=__doc__)
    mail.add_argument("paths", metavar="PATH", nargs="+", help="an .eml file, an mbox, a Maildir, a folder")
    mail.add_argument("--data", metavar="DIR", required=True, help="the server's data folder")
    mail.add_argument("--team", metavar="T", required=True, help="who works on them: a team's name or id")
    mail.add_argument("--mailbox", metavar="ADDRESS", default="", help="our mailbox, from which answers go out")
    mail.add_argument("--own", metavar="ADDRESS", action="append", default=[], help="another address of ours")
    mail.add_argument("--authserv-id", metavar="ID", default="", help="believe the results of this receiving server")
    return parser
