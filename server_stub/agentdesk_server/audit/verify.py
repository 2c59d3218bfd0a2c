"""The verifier: reads what was exported, offline, trusts nothing in it, and says in sentences what is wrong."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO

from agentdesk.text.archives import BROKEN
from agentdesk_server.audit import bundle
from agentdesk_server.audit import head as head_
from agentdesk_server.audit.check import LogCheck, Problems
from agentdesk_server.audit.evidence import EvidenceCheck
from agentdesk_server.audit.head import SignedHead, key_id
from agentdesk_server.audit.lines import MAX_LINE, EvidenceHeader, decode
from agentdesk_server.audit.suggested import Contradiction, sentences


@dataclass(frozen=True, slots=True)
class Known:
    """What is known from elsewhere: the server's raw public key, heads kept from earlier, leaves that were there."""

    key: bytes | None = None
    heads: Sequence[SignedHead] = ()
    size: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: `ok` only for what is untouched. The size and the root of what is shown, the key from the file.

    `leaves` counts the single leaves that were proved; it is 0 for a whole log. `signed` is the newest head that holds.
    """

    ok: bool
    problems: list[str]
    size: int = 0
    root: bytes = b""
    key: bytes = b""
    epoch: str = ""
    leaves: int = 0
    signed: SignedHead | None = None
    whole: bool = True
    story: list[str] = field(default_factory=list)
    """What the proof for a reply says, in sentences."""
    key_id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key_id", key_id(self.key) if self.key else "")


def verify_file(
    path: str | Path, pinned_key: bytes | None = None, pinned_heads: Sequence[SignedHead] = (), minimum_size: int = 0
) -> Verdict:
    """Check an exported log, a file with evidence, or a bundle of both. Never raises, whatever the file holds.

    `pinned_key` is the server's raw public key, learned another way: without it a log made with another key passes.
    `pinned_heads` are signed heads kept from earlier, `minimum_size` a number of leaves known to have been there: they
    find an end that was cut off back to an older head.
    """
    known = Known(pinned_key, pinned_heads, minimum_size)
    try:
        with open(path, "rb") as stream:
            if stream.read(4) == bundle.MAGIC:
                return _bundle(stream, known)
            stream.seek(0)
            return _lines(stream, known)
    except BROKEN as error:
        why = getattr(error, "strerror", None) or "it is damaged, or no such file"
        return Verdict(False, [f"The file cannot be read: {why}."])


def _lines(stream: IO[bytes], known: Known) -> Verdict:
    """A file of lines; the first one says of which sort."""
    check: LogCheck | EvidenceCheck | None = None
    digest, number, complete = sha256(), 0, True
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        try:
            line = decode(data) if len(data) <= MAX_LINE else None
        except ValueError:
            line = None
        if check is None:
            sort = EvidenceCheck if isinstance(line, EvidenceHeader) else LogCheck
            check = sort(known.key, known.heads)
        if line is None:
            check.note(f"Line {number} is damaged or cut off; what follows it was not checked.")
            complete = False
            break
        check.take(line, digest.digest())
        digest.update(data)
    if check is None:
        return Verdict(False, ["The file is empty."])
    if complete:
        check.finish()
    return _verdict(check, known.size if complete else 0)


def _verdict(check: LogCheck | EvidenceCheck, minimum: int) -> Verdict:
    if isinstance(check, LogCheck):
        size, root, leaves = check.tree.size, check.tree.root, 0
    else:
        newest = check.heads[max(check.heads)] if check.heads else None
        size, root, leaves = (newest.size, newest.root, check.proofs) if newest else (0, b"", 0)
    if size < minimum:
        check.note(f"The log has {size} leaves, but {minimum} are known: its end was cut off.")
    story = _story(check)
    problems = _said(check)
    epoch = check.header.epoch if check.header else ""
    key = _newest_key(check)
    whole = isinstance(check, LogCheck)
    return Verdict(not problems, problems, size, root, key, epoch, leaves, check.signed, whole, story)


def _story(check: LogCheck | EvidenceCheck) -> list[str]:
    """What opened entries tell; where they contradict one another that is a problem."""
    if isinstance(check, LogCheck) or not check.opened:
        return []
    try:
        return sentences(check.leaves, check.opened)
    except Contradiction as error:
        check.note(str(error))
        return []


def _newest_key(check: LogCheck | EvidenceCheck) -> bytes:
    """The one with which the newest head is signed: whoever keeps that head keeps this key with it."""
    if check.keys is None:
        return b""
    return check.keys.key_for(head_.decode(check.signed.data).size) if check.signed else check.keys.newest


def _said(check: Problems) -> list[str]:
    more = [f"There are {check.unsaid} more problems."] if check.unsaid else []
    return check.problems + more


def _bundle(stream: IO[bytes], known: Known) -> Verdict:
    """Every file of a bundle by itself, and that they belong together."""
    with zipfile.ZipFile(stream) as archive:
        manifest, problems = bundle.read_manifest(archive)
        if manifest is None:
            return Verdict(False, problems)
        verdicts = []
        for name in bundle.LINES:
            if name in manifest.files:
                with archive.open(name) as lines:
                    verdicts.append((name, _lines(lines, _known_in(name, manifest, known))))
    for name, verdict in verdicts:
        problems += [f"{name}: {problem}" for problem in verdict.problems]
        if (verdict.key.hex(), verdict.epoch) != (manifest.key, manifest.epoch):
            problems.append(f"{name} has another key or epoch than the manifest says.")
    best = max((verdict for _, verdict in verdicts), key=lambda one: (one.whole, one.size), default=None)
    if best is None:
        return Verdict(False, [*problems, "There is neither a log nor evidence in this bundle."])
    leaves = sum(verdict.leaves for _, verdict in verdicts)
    if (best.size, leaves if not best.whole else best.size) != (manifest.size, manifest.leaves):
        problems.append("The manifest counts other leaves than there are.")
    return Verdict(not problems, problems, best.size, best.root, best.key, best.epoch, leaves, best.signed, best.whole)


def _known_in(name: str, manifest: bundle.Manifest, known: Known) -> Known:
    """Where the log is whole, it is what earlier heads are held against; else the file with all heads is."""
    judge = bundle.LOG if bundle.LOG in manifest.files else bundle.HEADS
    return known if name == judge else Known(known.key)
