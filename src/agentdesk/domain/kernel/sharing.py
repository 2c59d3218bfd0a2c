"""Shares: a second audience for a record, in a scope of its own."""

from __future__ import annotations

from .questions import Question, eq
from .records import Record, record


@record("share", public=("kind", "record"))
class Share(Record, frozen=True):
    """Shows `record` of `kind`, and all that hangs on it, to those who hold this share's scope."""

    kind: str
    record: str


SHARES = Question("share.of", Share, (eq("kind", ":kind"), eq("record", ":record")), ())
"""Into which scopes a record is shared."""


def share_of(kind: str, record: str, scope: str) -> Share:
    """The one share of a record into a scope; its id follows from both, so sharing twice is sharing once."""
    return Share(f"{kind}:{record}@{scope}", scope, 0, kind, record)
