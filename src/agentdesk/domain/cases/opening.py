"""How words of a customer come in: a new case, or one more message in a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    File,
    LongText,
    Name,
    Put,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    need,
    ref,
    refuse_elsewhere,
    refuse_erased,
    refuse_foreign,
)
from ..kernel.values import first_line
from ..people import Team, TeamId
from .forms import Entries, answered
from .records import Case, Conversation, Counter, Customer, Message, MessageId
from .thread import attach, changed, event, live_case, open_scope, ranked, with_inbound

CUSTOMERS = "customers"
"""The home of all customers. Nobody holds it: a customer is shown with the cases."""


@command("case.open", "case.open", "channel", draft="text")
class OpenCase(Command, frozen=True):
    """Open a case with its first message: from the customer, or taken down by an agent on the customer's behalf."""

    case: Annotated[str, ref("case", creates=True)]
    conversation: Annotated[str, ref("conversation", creates=True)]
    message: MessageId
    customer: Annotated[str, ref("customer", creates=True)]
    team: TeamId
    text: LongText
    subject: ShortText = ""
    channel: Name = "chat"
    language: Name = ""
    customer_name: Name = ""
    customer_email: Name = ""
    site: str = ""
    visitor: str = ""
    page: ShortText = ""
    files: tuple[File, ...] = ()
    fields: Entries = ()
    """What was answered in a form."""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Case, self.case) is not None:
            return
        if view.get(Message, self.message) is not None or view.get(Conversation, self.conversation) is not None:
            raise Refusal("This message already belongs to another case.", "message")  # nothing is ever taken over
        if who.role != "channel" and (self.site or self.visitor):  # whose words go where, only the channel knows
            raise Refusal("Only the chat itself can open a conversation for a visitor.", "visitor")
        team = need(view, Team, self.team, "There is no such team.")
        if team.retired and who.role != "channel":  # how we are organised is no reason to turn a customer away
            raise Refusal("This team does not take cases any more.", "retired")
        refuse_foreign(view, team.region)
        text = clean(self.text)
        if not text and not self.files:
            raise Refusal("There is nothing in this message.", "empty")
        customer = view.get(Customer, self.customer) or self._customer(team.region, now)
        refuse_elsewhere(view, customer)
        refuse_foreign(view, customer.region)
        if customer.rev == 0:
            refuse_erased(view, "customer", customer.id)
            yield Put(customer)
        counter = view.get(Counter, "case")
        number = counter.value + 1 if counter else int(view.knows(Counter, "case"))
        if number:
            yield Put(Counter("case", "server", 0, number))
        case = self._case(customer, number, text, now)
        yield Put(case)
        yield Put(self._conversation(case, now))
        yield Put(self._message(case, customer, who, text, now))
        yield from attach(view, case, self.message, self.files)
        yield from answered(view, case, self.fields, who, now)
        yield Fact("case.opened", "case", case.id)

    def _customer(self, region: str, now: int) -> Customer:
        return Customer(
            self.customer,
            CUSTOMERS,
            0,
            clean(self.customer_name),
            clean(self.customer_email).lower(),
            clean(self.language),
            now,
            clean(self.visitor),
            region,
        )

    def _case(self, customer: Customer, number: int, text: str, now: int) -> Case:
        case = Case(
            id=self.case,
            scope=open_scope(self.team),
            rev=0,
            number=number,
            subject=clean(self.subject) or first_line(text, 90) or self.files[0].name,
            customer=customer.id,
            customer_name=customer.name,
            customer_tier=customer.tier,
            team=self.team,
            channel=clean(self.channel),
            language=clean(self.language) or customer.language,
            opened_at=now,
            updated_at=now,
            rank=0,
        )
        return with_inbound(case, 1, text, now)

    def _conversation(self, case: Case, now: int) -> Conversation:
        return Conversation(
            self.conversation,
            case.scope,
            0,
            case.id,
            case.channel,
            case.customer,
            now,
            clean(self.site),
            clean(self.visitor),
            clean(self.page),
        )

    def _message(self, case: Case, customer: Customer, who: Actor, text: str, now: int) -> Message:
        return Message(
            id=self.message,
            scope=case.scope,
            rev=0,
            case=case.id,
            conversation=self.conversation,
            seq=1,
            kind="customer",
            author=customer.id,
            author_name=customer.name,
            text=text,
            at=now,
            written_at=who.at or now,
            device=who.device,
            files=len(self.files),
        )


@command("case.receive", "channel")
class Receive(Command, frozen=True):
    """One more message from the customer. Wakes a snoozed case and reopens a solved one."""

    case: Annotated[str, ref("case")]
    conversation: Annotated[str, ref("conversation")]
    message: MessageId
    text: LongText
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Message, self.message) is not None:
            return
        case = live_case(view, self.case)
        text = clean(self.text)
        if not text and not self.files:
            raise Refusal("There is nothing in this message.", "empty")
        if case.status != "open":
            case, happened = revived(case, who, now)
            yield happened
        seq = case.seq + 1
        case = with_inbound(case, seq, text or self.files[0].name, now)
        yield Put(case)
        yield Put(self._message(case, seq, who, text, now))
        yield from attach(view, case, self.message, self.files)

    def _message(self, case: Case, seq: int, who: Actor, text: str, now: int) -> Message:
        return Message(
            id=self.message,
            scope=case.scope,
            rev=0,
            case=case.id,
            conversation=self.conversation,
            seq=seq,
            kind="customer",
            author=case.customer,
            author_name=case.customer_name,
            text=text,
            at=now,
            written_at=who.at or now,
            device=who.device,
            files=len(self.files),
        )


def revived(case: Case, who: Actor, now: int) -> tuple[Case, Change]:
    """A case that was asleep or solved, open again, with the event that says so."""
    name = "reopened" if case.status == "solved" else "woken"
    case = changed(
        case,
        status="open",
        scope=open_scope(case.team),
        snoozed_until=0,
        solved_at=0,
        reopened=case.reopened + (name == "reopened"),
        updated_at=now,
    )
    case, happened = event(case, who, now, name)
    return ranked(case), happened
