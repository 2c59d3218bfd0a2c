"""Calls by telephone, noted in a case by whoever made or took them: with whom, how long, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from .cases import IDENTITIES_OF, Case, CaseId, Customer, Identity, Message, MessageId
from .cases.identities import CUSTOMERS, MOST, normal
from .cases.opening import revived
from .cases.thread import CALL, REACHED, changed, live_case, ranked
from .kernel import (
    Actor,
    Change,
    Command,
    Fact,
    LongText,
    Millis,
    Name,
    Put,
    Record,
    Refusal,
    Remove,
    View,
    clean,
    command,
    on_changing,
    record,
    ref,
)
from .kernel.values import Stamp, first_line

Way = Literal["in", "out"]
WAYS = get_args(Way)
"""They called us, or we called them."""
Outcome = Literal["spoke", "voicemail", "missed", "wrong"]
OUTCOMES = get_args(Outcome)
"""spoke: the customer and we have talked. voicemail: one has left the other a message. missed: nobody answered.
wrong: the number that we called is not the customer's.
"""
LONGEST = 24 * 3600


@record(
    "call",
    parent=("case", "case"),
    classes={"number": "contact"},
    public=("case", "way", "outcome"),
)
class Call(Record, frozen=True):
    """What is known of the call that the message with the same id tells of. `number` is the customer's; `seconds` is
    how long it took, 0 if nobody says.
    """

    case: str
    way: str
    outcome: str
    number: Name
    seconds: int
    at: Millis
    stamp: Stamp = ""


@command("case.call", "case.reply", draft="text")
class LogCall(Command, frozen=True):
    """Note a call. Whoever waited has been answered if we have talked; if we missed their call, they wait from now on.
    A number at which we have talked is noted as the customer's, as the identity of that id.
    """

    case: CaseId
    message: MessageId
    identity: Annotated[str, ref("alias", creates=True)]
    way: Way
    outcome: Outcome
    number: Annotated[str, Meta(max_length=40)] = ""
    seconds: Annotated[int, Meta(ge=0, le=LONGEST)] = 0
    text: LongText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Message, self.message) is not None:
            return
        case, text = live_case(view, self.case), clean(self.text)
        number = normal("phone", self.number) if clean(self.number) else ""
        if self.outcome == "spoke" and not text:
            raise Refusal("Write what was said, in a few words: whoever has the case next was not there.", "empty")
        if self.outcome == "wrong" and self.way == "in":
            raise Refusal("Only a number that we called can be a wrong one.", "wrong")
        case, happened = self._after(case, who, text, now)
        yield from happened
        yield Put(case)
        yield Put(self._message(case, who, text, now))
        yield Put(Call(self.message, case.scope, 0, case.id, self.way, self.outcome, number, self.seconds, now))
        if self.outcome == REACHED and number:
            yield from self._known(view, case, number, who, text, now)
        yield Fact(f"call.{self.way}.{self.outcome}", "case", case.id, self.seconds * 1000)

    def _after(self, case: Case, who: Actor, text: str, now: int) -> tuple[Case, list[Change]]:
        """The case with one word more in it: who waits now, and who has it."""
        happened: list[Change] = []
        if self.outcome == REACHED:
            owner = case.assignee or who.id
            case = changed(case, waiting_since=0, answered_at=case.answered_at or now, assignee=owner)
        elif self.way == "in":
            if case.status != "open":
                case, told = revived(case, who, now)
                happened.append(told)
            case = changed(case, waiting_since=case.waiting_since or now)
        if text:
            case = changed(case, preview=first_line(text), preview_from="agent")
        return ranked(changed(case, seq=case.seq + 1, updated_at=now)), happened

    def _message(self, case: Case, who: Actor, text: str, now: int) -> Message:
        return Message(
            id=self.message,
            scope=case.scope,
            rev=0,
            case=case.id,
            conversation="",
            seq=case.seq,
            kind=CALL,
            author=who.id,
            author_name=who.name,
            text=text,
            at=now,
            written_at=who.at or now,
            device=who.device,
            event=self.way,
            detail=self.outcome,
        )

    def _known(self, view: View, case: Case, number: str, who: Actor, text: str, now: int) -> Iterator[Change]:
        """The number is the customer's, as far as that can be noted: a full list is no reason to lose the call."""
        customer = view.get(Customer, case.customer)
        have = view.page(IDENTITIES_OF(customer=case.customer), limit=MOST)
        known = any((one.sort, one.value) == ("phone", number) for one in have)
        if customer is None or known or len(have) >= MOST or view.get(Identity, self.identity) is not None:
            return
        how, why = "called" if self.way == "out" else "said", first_line(text)
        yield Put(Identity(self.identity, CUSTOMERS, 0, customer.id, "phone", number, "", how, why, who.id, now))
        yield Fact("identity.noted", "customer", customer.id)


@on_changing
def kept_with_its_message(view: View, changes: list[Change], now: int) -> list[Change]:
    """What is known of a call goes where its message goes, when cases are joined or split."""
    more: list[Change] = []
    for change in changes:
        if isinstance(change, Put) and isinstance(change.record, Message) and change.record.kind == CALL:
            call = view.get(Call, change.record.id)
            if call is not None and call.case != change.record.case:
                moved = msgspec.structs.replace(call, rev=0, case=change.record.case, scope=change.record.scope)
                more.append(Put(moved))
        elif isinstance(change, Remove) and change.cls is Message and view.get(Call, change.id) is not None:
            more.append(Remove(Call, change.id, change.how))
    return [*changes, *more] if more else changes
