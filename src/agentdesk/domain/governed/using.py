"""What an answer was worth: where it was suggested, sent and solved a case, and whether the customer came back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ..cases import Case, CaseId
from ..kernel import (
    RECORDS,
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Put,
    Question,
    Record,
    Refusal,
    Unseen,
    View,
    command,
    eq,
    gt,
    need,
    on_changing,
    record,
    ref,
    visible,
)
from ..kernel.values import ID_PATTERN
from .gates import refuse_blocked
from .records import LIBRARY, Document

How = Literal["suggested", "text", "link", "solved", "read"]
"""`read`: the customer had read it in the help centre before they wrote to us."""
HELPED_NOBODY = ("suggested", "read")
MOST = 200
"""Uses in one case that learn of the customer who came back."""


@record("use", public=("kind", "record", "case", "how", "by"))
class Use(Record, frozen=True):
    """An answer (`kind`, `record`) was suggested in a case, sent as text or link, solved it, or had been read by the
    customer before. `back` once the customer came back with the same matter.
    """

    kind: str
    record: str
    case: str
    how: str
    by: str
    at: Millis
    back: bool = False


USES_OF = Question("use.of_record", Use, (eq("kind", ":kind"), eq("record", ":record"), eq("how", ":how")), ("-at",))
USES_SINCE = Question("use.since", Use, (eq("kind", ":kind"), gt("at", ":since")), ("-at",))
USES_IN = Question("use.in_case", Use, (eq("case", ":case"),), ("-at",))
CAME_BACK = Question("use.came_back", Use, (eq("kind", ":kind"), eq("record", ":record"), eq("back", True)), ("-at",))


@command("answer.use", "answer.use", "channel")
class UseAnswer(Command, frozen=True):
    """Note that an answer was used in a case. What is not in force cannot be; what was read was read."""

    use: Annotated[str, ref("use", creates=True)]
    kind: Annotated[str, Meta(max_length=40)]
    record: Annotated[str, Meta(pattern=ID_PATTERN)]
    case: CaseId
    how: How

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        case = need(view, Case, self.case, "This case is no longer there.")
        spec = RECORDS.get(self.kind)
        found = need(view, spec.cls, self.record, "This answer is no longer there.") if spec else None
        if found is None or found.scope != LIBRARY:
            raise Refusal("This answer is no longer there.", "missing", kind=self.kind, id=self.record)
        if not visible(view.scopes(self.kind, self.record), who):
            raise Unseen(Refusal("This answer is no longer there.", "missing", kind=self.kind, id=self.record))
        if (self.how == "read") is not (who.role == "channel"):
            raise Refusal("What a customer has read, only the help centre knows.", "how")
        if isinstance(found, Document) and self.how != "read":
            refuse_blocked(found, "insert", now)
        yield Put(Use(self.use, LIBRARY, 0, self.kind, self.record, case.id, self.how, who.id, now))
        yield Fact(f"answer.{self.how}", self.kind, self.record)


@on_changing
def came_back(view: View, changes: list[Change], now: int) -> list[Change]:
    """Whoever reopens a case has not been helped by what was sent in it."""
    more: list[Change] = []
    for change in changes:
        case = change.record if isinstance(change, Put) else None
        old = view.get(Case, case.id) if isinstance(case, Case) and case.reopened else None
        if isinstance(case, Case) and old is not None and case.reopened > old.reopened:
            for use in view.page(USES_IN(case=case.id), limit=MOST):
                if not use.back and use.how not in HELPED_NOBODY:
                    more.append(Put(msgspec.structs.replace(use, rev=0, back=True)))
    return [*changes, *more]
