"""Masking: which role sees which class of personal data where, and how a hidden value is revealed for a reason."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any
from zlib import crc32

from msgspec import Meta
from msgspec.structs import replace

from .kernel import (
    RECORDS,
    Actor,
    Change,
    Command,
    Denied,
    Fact,
    Masked,
    MaskView,
    Name,
    Put,
    Record,
    Refusal,
    ShortText,
    Unseen,
    View,
    clean,
    command,
    masked,
    refuse_elsewhere,
    role_named,
    spec_of,
    visible,
)
from .kernel.records import CLASSES
from .kernel.values import ID_PATTERN
from .kernel.view import is_guest

EVERYWHERE, AT_HOME, NOWHERE = "everywhere", "at home", "nowhere"
COLUMNS = ("name", "contact", "free", "file", "identity", "payment", "health")
POLICY: dict[str, tuple[str, ...]] = {
    "agent": (AT_HOME, AT_HOME, EVERYWHERE, AT_HOME, NOWHERE, NOWHERE, NOWHERE),
    "senior": (EVERYWHERE, EVERYWHERE, EVERYWHERE, AT_HOME, NOWHERE, NOWHERE, NOWHERE),
    "supervisor": (EVERYWHERE, EVERYWHERE, EVERYWHERE, EVERYWHERE, AT_HOME, NOWHERE, NOWHERE),
    "quality": (NOWHERE, NOWHERE, EVERYWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    "planner": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    "admin": (EVERYWHERE, EVERYWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE),
    "auditor": (NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE),
}
"""Role → where it sees each class, in the order of `COLUMNS`. At home: in records of its own region, and in those of
none. Free text that is shown still hides what in it is of a hidden class. A role that is not here sees nothing."""
PURPOSES: dict[str, frozenset[str]] = {
    "identify": frozenset({"name", "contact", "identity"}),
    "reach": frozenset({"name", "contact"}),
    "payment": frozenset({"name", "payment"}),
    "care": frozenset({"name", "contact", "identity", "health"}),
    "complaint": frozenset({"name", "contact", "free", "file"}),
    "law": frozenset(CLASSES),
}
"""What hidden data may be revealed for: the purpose, and the classes that it covers."""
SHOWN_FOR = 60_000
"""How long a revealed value stays on the screen (ms)."""
SHORTEST_REASON = 8


def policy_number() -> int:
    """A number that is another one whenever the table is: desks then fetch anew what they hold."""
    return crc32(repr((COLUMNS, sorted(POLICY.items()))).encode())


@lru_cache(maxsize=1024)
def view_of(role: str, region: str = "") -> MaskView:
    """What a role in a region sees. Deny by default: of an unknown role all is hidden."""
    where = dict(zip(COLUMNS, POLICY.get(role_named(role), ()), strict=False))
    hidden = frozenset(c for c in CLASSES if where.get(c, NOWHERE) == NOWHERE)
    away = frozenset(c for c in CLASSES if where.get(c, NOWHERE) != EVERYWHERE)
    return MaskView(role_named(role), region, policy_number(), hidden, away)


@command("masking.reveal", "field.reveal", fresh=True)
class Reveal(Command, frozen=True):
    """Say which hidden value one has to see, and why. Changes nothing: it is what the log keeps of it."""

    kind: Name
    record: Annotated[str, Meta(pattern=ID_PATTERN)]
    field: Name
    purpose: Name
    reason: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        spec = RECORDS.get(self.kind)
        record = view.get(spec.cls, self.record) if spec else None
        if record is None:
            raise Refusal("There is nothing to reveal here.", "missing")
        if not visible(view.scopes(self.kind, self.record), who):
            raise Unseen(Refusal("There is nothing to reveal here.", "missing"))
        if is_guest(record.scope, view.scopes(self.kind, self.record), who):
            raise Denied("You are a guest here: you can read this and write notes.", kind=self.kind, id=self.record)
        data_class = spec_of(record).classes.get(self.field)
        if data_class is None:
            raise Refusal("There is nothing to reveal here.", "missing")
        if is_hidden(getattr(record, self.field)):  # the server itself does not have it: it never came here
            refuse_elsewhere(view, record)
        if self.purpose not in PURPOSES:
            raise Refusal("Choose what you need it for.", "purpose")
        if data_class != "free" and data_class not in PURPOSES[self.purpose]:
            raise Refusal(
                "This purpose does not cover it. Choose the one that fits, or ask your supervisor.", "purpose"
            )
        if len(clean(self.reason)) < SHORTEST_REASON:
            raise Refusal("Say in a few words why you need to see this.", "reason")
        yield Fact("masking.revealed", self.kind, self.record)


@command("masking.stamp", "system", mirrors=True)
class StampAnew(Command, frozen=True):
    """Write records again as they are, so that they get their stamps: they are older than stamps, or than what is
    looked for now.
    """

    kind: Name
    records: tuple[str, ...]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        spec = RECORDS.get(self.kind)
        found = [view.get(spec.cls, id) for id in self.records] if spec else []
        yield from (Put(replace(record, rev=0)) for record in found if record is not None)


def revealed(record: Record, field: str, purpose: str, view: MaskView) -> Any:
    """A field as it is shown for a purpose: what the view hides but the purpose covers is in it."""
    covers = PURPOSES[purpose]
    wider = replace(view, hidden=view.hidden - covers, away=view.away - covers)
    if spec_of(record).classes[field] == "free":  # the words around are shown with what is revealed in them
        wider = replace(wider, hidden=wider.hidden - {"free"}, away=wider.away - {"free"})
    return getattr(masked(record, wider), field)


def is_hidden(value: Any) -> bool:
    """Whether anything of a value is masked."""
    texts = (value,) if isinstance(value, str) else tuple(value)
    return any(Masked.spans(text) for text in texts)
