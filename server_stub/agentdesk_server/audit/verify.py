"""The verifier: reads an exported log offline, trusts nothing in it, and says in sentences what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from agentdesk_server.audit.check import LogCheck
from agentdesk_server.audit.head import SignedHead, key_id
from agentdesk_server.audit.lines import MAX_LINE, decode


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: `ok` only for an untouched log. Size and root come from the leaves, the key from the header."""

    ok: bool
    problems: list[str]
    size: int
    root: bytes
    key_id: str


def verify_file(
    path: str | Path, pinned_key: bytes | None = None, pinned_heads: Sequence[SignedHead] = (), minimum_size: int = 0
) -> Verdict:
    """Check an exported log. Never raises, whatever the file holds.

    `pinned_key` is the server's raw public key, learned another way: without it a log made with another key passes.
    `pinned_heads` are signed heads kept from earlier, `minimum_size` a number of leaves known to have been there: they
    find an end that was cut off back to an older head.
    """
    check = LogCheck(pinned_key, pinned_heads)
    try:
        with open(path, "rb") as stream:
            complete = _read(stream, check)
    except (OSError, ValueError) as error:
        check.note(f"The file cannot be read: {getattr(error, 'strerror', None) or 'this is not the name of a file'}.")
        complete = False
    if complete:
        check.finish()
        if check.tree.size < minimum_size:
            check.note(f"The log has {check.tree.size} leaves, but {minimum_size} are known: its end was cut off.")
    return _verdict(check)


def _read(stream: BinaryIO, check: LogCheck) -> bool:
    """Feed every line to the check; False if one cannot be read, for then nothing after it means anything."""
    digest, number = sha256(), 0
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        try:
            line = decode(data) if len(data) <= MAX_LINE else None
        except ValueError:
            line = None
        if line is None:
            check.note(f"Line {number} is damaged or cut off; what follows it was not checked.")
            return False
        check.take(line, digest.digest())
        digest.update(data)
    if not number:
        check.note("The file is empty.")
    return number > 0


def _verdict(check: LogCheck) -> Verdict:
    problems = list(check.problems)
    if check.unsaid:
        problems.append(f"There are {check.unsaid} more problems.")
    key = key_id(check.header.key) if check.header else ""
    return Verdict(not problems, problems, check.tree.size, check.tree.root, key)
