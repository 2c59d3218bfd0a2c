"""What customers have consented to: one record for each customer and purpose, with the wording they saw."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from msgspec import Meta

from ..cases import Case, Conversation, Customer
from ..cases.opening import CUSTOMERS
from ..kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    eq,
    need,
    record,
    ref,
)
from ..kernel.values import Stamp

Purpose = Literal["recording", "analytics", "marketing", "profiling", "training", "replay"]
PURPOSES = get_args(Purpose)
Source = Literal["chat", "agent", "import"]
SOURCES = get_args(Source)


@record(
    "consent",
    parent=("customer", "customer"),
    classes={"wording": "free", "evidence": "free"},
    public=("customer", "purpose", "state", "source", "by"),
)
class Consent(Record, frozen=True):
    """What a customer has said about one purpose; shown wherever the customer is. `state` is given or withdrawn.

    `wording` names the version of the text that they saw; `evidence` says how it came to us. `given_at` is when it was
    last given, `at` when it last changed. No record means: never given.
    """

    customer: str
    purpose: str
    state: str
    source: str
    at: Millis
    wording: Name
    evidence: ShortText
    by: str
    given_at: Millis = 0
    stamp: Stamp = ""


CONSENTS_OF = Question("consent.of_customer", Consent, (eq("customer", ":customer"),), ("purpose",))
CONSENT = Question("consent.to", Consent, (eq("customer", ":customer"), eq("purpose", ":purpose")), ())


def consents_to(view: View, customer: str, purpose: str) -> bool:
    """Whether a customer consents to a purpose now. Without a word from them the answer is no."""
    found = view.get(Consent, consent_id(customer, purpose))
    return found is not None and found.state == "given"


def consent_id(customer: str, purpose: str) -> str:
    """The one consent of a customer for a purpose."""
    return f"{customer}:{purpose}"


@command("consent.record", "consent.record", "channel")
class RecordConsent(Command, frozen=True):
    """Note that a customer consents to a purpose, or does so no longer. `wording` is needed for what is given."""

    customer: Annotated[str, ref("customer")]
    purpose: Purpose
    given: bool
    source: Source = "agent"
    wording: Name = ""
    evidence: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        customer = need(view, Customer, self.customer, "This customer is no longer there.")
        if self.source == "chat" and who.role != "channel":
            raise Refusal("Only the chat itself can say what was said in it.", "source")
        yield from _said(view, customer, self, who, now)


@command("consent.say", "channel")
class SayConsent(Command, frozen=True):
    """A customer says it themselves, in a conversation."""

    conversation: Annotated[str, ref("conversation")]
    purpose: Purpose
    given: bool
    wording: Annotated[str, Meta(max_length=200)] = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        conversation = need(view, Conversation, self.conversation)
        case = need(view, Case, conversation.case)
        customer = need(view, Customer, case.customer, "This customer is no longer there.")
        told = RecordConsent(
            customer=customer.id,
            purpose=self.purpose,
            given=self.given,
            source="chat",
            wording=self.wording,
            evidence=f"conversation {conversation.id}",
        )
        yield from _said(view, customer, told, who, now)


def _said(view: View, customer: Customer, told: RecordConsent, who: Actor, now: int) -> Iterable[Change]:
    if told.purpose not in PURPOSES or told.source not in SOURCES:
        raise Refusal("There is no such purpose.", "purpose")
    wording, evidence = clean(told.wording), clean(told.evidence)
    if told.given and not wording:
        raise Refusal("Say which version of the wording the customer agreed to.", "wording")
    old = view.get(Consent, consent_id(customer.id, told.purpose))
    state = "given" if told.given else "withdrawn"
    if old is not None and (old.state, old.wording) == (state, wording or old.wording):
        return
    yield Put(
        Consent(
            consent_id(customer.id, told.purpose),
            CUSTOMERS,
            0,
            customer.id,
            told.purpose,
            state,
            told.source,
            now,
            wording or (old.wording if old else ""),
            evidence,
            who.id,
            now if told.given else (old.given_at if old else 0),
        )
    )
    yield Fact(f"consent.{state}", "customer", customer.id)
