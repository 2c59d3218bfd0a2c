"""The log in words: outcomes, doubts, hashes and times as a person reads them."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale

from agentdesk.desk.names import number
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.audit.evidence import Doubt
from agentdesk.domain.audit.leaf import Leaf

OUTCOMES = {
    "done": (mark("Done"), "good", "ph.check-circle"),
    "refused": (mark("Refused by a rule"), "warn", "ph.prohibit"),
    "denied": (mark("Denied: no right"), "bad", "ph.warning-circle"),
}
DOUBTS: dict[Doubt, str] = {
    "": mark("It holds."),
    "key": mark("It was signed with another key than the one this laptop knows."),
    "head": mark("The signed head is damaged."),
    "signature": mark("The head was not signed by the server."),
    "leaf": mark("The entry is damaged."),
    "place": mark("The entry stands at another place than it says."),
    "path": mark("The path does not lead from this entry to the signed root."),
    "shrunk": mark("The later log is shorter: its end was cut off."),
    "rewritten": mark("The later log does not go on from the earlier one: it was rewritten."),
}
SHORT = 10


def short(data: bytes) -> str:
    """A hash or a pseudonym by its first digits."""
    return data.hex()[:SHORT]


def spaced(data: bytes) -> str:
    """All digits, in groups that break over lines."""
    text = data.hex()
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


def moment(at: int) -> str:
    """Date and time to the second, in the reader's zone."""
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(at), tr("d MMM yyyy, HH:mm:ss"))


def touched(leaf: Leaf) -> str:
    """What an entry touched, for one line."""
    if not leaf.touched:
        return tr("touched nothing")
    first = " ".join(leaf.touched[0])
    more = len(leaf.touched) - 1
    return tr("{record} and {n} more", record=first, n=number(more)) if more else first


def facts(leaf: Leaf) -> list[tuple[str, str]]:
    """The fields of an entry: what they are, and what they say."""
    records = "\n".join(" ".join(one) for one in leaf.touched[:50]) or tr("none")
    if len(leaf.touched) > 50:
        records = tr("{records}\nand {n} more", records=records, n=number(len(leaf.touched) - 50))
    return [
        (tr("When"), moment(leaf.time)),
        (tr("Command"), leaf.command),
        (tr("Outcome"), tr(OUTCOMES[leaf.outcome][0])),
        (tr("Person, by pseudonym"), spaced(leaf.actor)),
        (tr("Device, by pseudonym"), spaced(leaf.device)),
        (tr("Records touched"), records),
        (tr("Revision"), number(leaf.rev)),
        (tr("Fingerprint of what was said"), spaced(leaf.arguments)),
        (tr("Sealed parts"), number(len(leaf.sealed))),
    ]
