"""Privacy in words: purposes, grounds, bases, classes of data, states."""

from __future__ import annotations

from agentdesk.desk.names import number
from agentdesk.desk.texts import mark, tr
from agentdesk.domain.privacy import Erasure

PURPOSES = {
    "recording": mark("Recording of conversations"),
    "analytics": mark("Analytics"),
    "marketing": mark("Marketing"),
    "profiling": mark("Profiling"),
    "training": mark("Training of models"),
    "replay": mark("Replay of sessions"),
}
SOURCES = {"chat": mark("in the chat"), "agent": mark("to a colleague"), "import": mark("imported")}
GROUNDS = {
    "request": mark("The person asks for it"),
    "consent_withdrawn": mark("Consent was withdrawn"),
    "objection": mark("The person objects"),
    "unlawful": mark("It was never lawful"),
    "obligation": mark("A law demands it"),
    "child": mark("It is a child's data"),
}
BASES = {
    "consent": mark("Consent"),
    "contract": mark("Contract"),
    "law": mark("Legal obligation"),
    "vital": mark("Vital interests"),
    "public": mark("Public task"),
    "interest": mark("Legitimate interest"),
}
CLASSES = {
    "messages": mark("Solved cases"),
    "attachments": mark("Files of solved cases"),
    "customers": mark("Customers without a case"),
    "audit": mark("Sealed parts of the audit log"),
    "facts": mark("Measures"),
    "visitors": mark("Visitors who said nothing"),
}
STATUSES = {
    "new": mark("New"),
    "open": mark("Open"),
    "pending": mark("Waiting"),
    "snoozed": mark("Asleep"),
    "solved": mark("Solved"),
}


def short(id: str) -> str:
    """An id by its end: ids made at about the same time begin alike."""
    return id if len(id) <= 10 else f"…{id[-8:]}"


def kept_for(days: int) -> str:
    """How long, in words."""
    return tr("{n} days", n=number(days)) if days else tr("until somebody says otherwise")


def place(region: str) -> str:
    """A region, or everywhere."""
    return region or tr("everywhere")


def state_of(erasure: Erasure) -> tuple[str, str]:
    """How far an erasure has come, in a word, and the tone."""
    if not erasure.done:
        return tr("Being erased"), "accent"
    if not erasure.told or erasure.confirmed < erasure.devices:
        return tr("Waiting for laptops"), "warn"
    return tr("Gone everywhere"), "good"
