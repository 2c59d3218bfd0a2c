"""The newest head that a verifier has seen, kept in a small file: a log that was cut back to an older head is found."""

import os
import secrets
from pathlib import Path
from typing import NamedTuple

from agentdesk_server.audit import head as head_
from agentdesk_server.audit.evidence import write_evidence
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.verify import Verdict, verify_file


class Kept(NamedTuple):
    """What was seen last."""

    key: bytes
    signed: SignedHead


def recall(name: str) -> Kept | None:
    """What is kept in this file; None if there is none yet. ValueError if it is not what `remember` wrote."""
    if not Path(name).exists():
        return None
    verdict = verify_file(name)
    if not verdict.ok or verdict.signed is None:
        raise ValueError("--remember is a file with something else in it: give another name")
    return Kept(verdict.key, verdict.signed)


def remember(name: str, verdict: Verdict) -> str:
    """Keep the newest head of what was found untouched, and say so. Raises OSError."""
    assert verdict.signed is not None
    head = head_.decode(verdict.signed.data)
    kept = recall(name)
    if kept is not None and head_.decode(kept.signed.data).size > head.size:
        return "The head that was remembered is newer, and stays."
    path = Path(name)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.writelines(write_evidence(head.epoch, verdict.key, [verdict.signed], []))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return f"The head of {head.size} leaves is remembered in {name}."
