"""`agentdesk inspect mail`: what the parser reads in mails, printed, with nothing stored and no server asked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from agentdesk.text.mail import Receiver, parse, told
from agentdesk_server.channels.email import boxes

_ABOUT = (
    "With --json each line has: file, from, from_name, to, cc, subject, date (UTC milliseconds, or null), text, "
    "html_safe (or null), message_id, in_reply_to, references (ids without brackets), auto_submitted (the word of "
    "RFC 3834, or null), bounce (status, recipient, kind: hard or soft; or null), attachments (name, type, size), "
    "unreadable (type, why, size), warnings."
)
READ, SOME_NOT, USAGE = 0, 1, 2


def main(argv: list[str]) -> int:
    """Print each mail of the paths: 0 if all could be opened, 1 if some could not, 2 for arguments without sense."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as leave:  # argparse has already said why, or shown its help
        return USAGE if leave.code else READ
    receiver = Receiver(options.authserv_id, tuple(options.own_domain))
    unread: list[str] = []
    try:
        for one in _all(options.paths, receiver, unread):
            sys.stdout.buffer.write((msgspec.json.encode(one) if options.json else _short(one).encode()) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for sentence in unread:
        print(f"agentdesk inspect mail: {sentence}", file=sys.stderr)
    return SOME_NOT if unread else READ


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agentdesk inspect", description="Look at mails as AgentDesk reads them. Nothing is stored."
    )
    what = parser.add_subparsers(required=True, metavar="mail")
    mail = what.add_parser("mail", help="mails in files", description=__doc__, epilog=_ABOUT)
    mail.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="an .eml file, an mbox, a Maildir, a folder")
    mail.add_argument("--json", action="store_true", help="one JSON object a line, with all that was read")
    mail.add_argument("--authserv-id", default="", metavar="ID", help="believe the results of this receiving server")
    mail.add_argument("--own-domain", action="append", default=[], metavar="DOMAIN", help="warn of what looks like it")
    return parser


def _all(paths: list[Path], receiver: Receiver, unread: list[str]) -> Iterator[dict[str, Any]]:
    for path in chain.from_iterable(map(boxes.files, paths)):
        name = os.fsencode(path).decode("utf-8", "replace")
        try:
            for raw in boxes.mails(path):
                yield told(parse(raw, receiver), name)
        except OSError as error:
            unread.append(f"{name} cannot be read: {error.strerror}. Look at the path and at who may read it.")


def _short(one: dict[str, Any]) -> str:
    """Some lines for people. The date is in UTC."""
    when = datetime.fromtimestamp(one["date"] / 1000, UTC).strftime("%Y-%m-%d %H:%M") if one["date"] else "no date"
    head = f"{one['file']}\n  {when}  {one['from'] or '?'}  {one['subject'] or '(no subject)'}"
    lines = [head, f"  {len(one['text'])} characters, {len(one['attachments'])} attachments"]
    lines += [f"  {file['name']}  {file['type']}  {file['size']} bytes" for file in one["attachments"]]
    if one["bounce"]:
        lines.append(
            f"  not delivered to {one['bounce']['recipient']}: {one['bounce']['status']} ({one['bounce']['kind']})"
        )
    lines += [f"  ! {sentence}" for sentence in one["warnings"]]
    return "\n".join(lines)
