"""What makes a mail the same mail, however often and by whichever way it arrives."""

from __future__ import annotations

import hashlib

from .heads import read_head
from .limits import DEFAULT
from .remarks import Notes

_TOLD = ("message-id", "from", "date", "subject")


def identity(raw: bytes) -> str:
    """A digest by which a mail is taken in once: fetched again, delivered to two mailboxes of ours, imported twice. It
    does not change when the parser gets better.

    The id of the mail is not enough: anybody can send another one under an id that is known, so that the one which is
    awaited under it would be thought to be here already. What servers change on the way (their headers, line ends,
    empty lines at the end) does not count.
    """
    head = read_head(raw, 0, len(raw), Notes(0), DEFAULT)
    digest = hashlib.sha256()
    for name in _TOLD:
        digest.update(b" ".join(head.get(name).split()) + b"\n")
    digest.update(raw[head.body :].replace(b"\r\n", b"\n").rstrip())
    return digest.hexdigest()
