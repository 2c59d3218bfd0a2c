"""Which case a mail belongs to: one that it names, and in which its sender takes part; else a new one.

An id is no proof: whoever has once seen a mail of a case can name it. So a mail joins a case only if everybody who
signs as its sender has taken part in it. What names a case and may not join it opens a new one that says so, and a
person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from .reply_address import case_of
from .subjects import base_subject

MOST_NAMED = 200
"""So many ids of one mail are looked for, the newest first."""
MOST_RELATED = 10


class Arrival(msgspec.Struct, frozen=True):
    """What decides where a mail goes. Addresses as they were written; a sender whose address cannot be read is empty,
    and known to nobody. Ids without brackets, `references` from the oldest to the newest. `forged` is whether the
    receiving server found that the sender is not who the mail says (DMARC failed). `addressed` are cases that a signed
    address of ours among the recipients was found to name, where no key can be at hand (see `case_of`).
    """

    senders: tuple[str, ...]
    recipients: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    forged: bool = False
    addressed: tuple[str, ...] = ()


class Known(msgspec.Struct, frozen=True):
    """A case, and the addresses of all who take part in it: wrote to it, were written to, or were added by an agent."""

    case: str
    participants: frozenset[str]


class Memory(Protocol):
    """What is known of earlier mails. A case that was merged is answered with the one that it went into."""

    def by_message(self, id: str) -> Known | None:
        """The case of the mail with this id, whether we sent it or received it."""

    def by_case(self, id: str) -> Known | None:
        """A case."""

    def by_subject(self, address: str, subject: str) -> Sequence[str]:
        """Open cases of this sender with this subject (see `base_subject`), the newest first."""


class Related(msgspec.Struct, frozen=True):
    """A case that a mail may have to do with, and why it did not join it: "stranger" (the sender takes no part in it),
    "forged" (the sender is not proved), "elsewhere" (it names this case too), "subject" (same sender, same subject).
    """

    case: str
    why: str


class Placed(msgspec.Struct, frozen=True):
    """Where a mail goes: `case` is empty for a new one. `by` is what named it: "address", "reply" or "references"."""

    case: str = ""
    by: str = ""
    related: tuple[Related, ...] = ()


def address_key(address: str) -> str:
    """An address as it is compared."""
    return address.strip().casefold()


def place(mail: Arrival, memory: Memory, keys: Sequence[bytes] = ()) -> Placed:
    """Where a mail goes. `keys` are those that sign our reply addresses, see `reply_address`."""
    senders = frozenset(map(address_key, mail.senders))
    joined, by, related = "", "", dict[str, Related]()
    for known, named_by in _named(mail, memory, keys):
        why = _refused(mail, senders, known, joined)
        if not why:
            joined, by = joined or known.case, by or named_by
        else:
            related.setdefault(known.case, Related(known.case, why))
    if not joined and not related and len(senders) == 1 and "" not in senders:
        (sender,), subject = senders, base_subject(mail.subject)
        found = memory.by_subject(sender, subject) if subject else ()
        related = {case: Related(case, "subject") for case in found}
    kept = [one for one in related.values() if one.case != joined]
    return Placed(joined, by, tuple(kept[:MOST_RELATED]))


def place_bounce(original: str, recipient: str, memory: Memory) -> str:
    """The case of a mail that did not arrive, empty if there is none. `original` is the id that the report names.

    Anybody can write a report: it counts only for a mail that we know, and for somebody who takes part in its case.
    """
    known = memory.by_message(original) if original else None
    if known is None or address_key(recipient) not in frozenset(map(address_key, known.participants)) - {""}:
        return ""
    return known.case


def _refused(mail: Arrival, senders: frozenset[str], known: Known, joined: str) -> str:
    """Why a mail does not join a case that it names; empty if it does."""
    if mail.forged:
        return "forged"
    if not senders or "" in senders or not senders <= frozenset(map(address_key, known.participants)):
        return "stranger"
    return "elsewhere" if joined not in ("", known.case) else ""


def _named(mail: Arrival, memory: Memory, keys: Sequence[bytes]) -> Iterator[tuple[Known, str]]:
    """The cases that a mail names, the surest first: our own address that it was sent to, the mail that it answers,
    then those before, from the newest.
    """
    found = (case_of(address, keys) for address in mail.recipients)
    for case in dict.fromkeys((*mail.addressed, *found)):
        if case and (known := memory.by_case(case)):
            yield known, "address"
    named = dict.fromkeys(mail.in_reply_to, "reply")
    for id in reversed(mail.references):
        named.setdefault(id, "references")
    for id, by in list(named.items())[:MOST_NAMED]:
        if known := memory.by_message(id):
            yield known, by
