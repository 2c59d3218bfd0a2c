"""A first draft from a case: what was asked and what was answered, with everything personal covered."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, words
from agentdesk.desk.pages.knowledge.editor import Start
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import MESSAGES, Case, Customer
from agentdesk.domain.kernel import Masked
from agentdesk.text.covering import covered

MOST = 60
LONGEST = 20_000


def drafted(desk: Desk, case: Case) -> Start:
    """The question in the customer's words, then what was answered; names and numbers are covered by what they are."""
    customer = desk.view.get(Customer, case.customer)
    told = [(case.customer_name, "name"), *(((customer.name, "name"), (customer.email, "contact")) if customer else ())]
    known = [(value, kind) for value, kind in told if value and not Masked.spans(value)]
    parts = [(value, kind) for whole, kind in known for value in whole.split() if kind == "name" and len(value) > 2]

    def plain(text: str) -> str:
        return covered(words(text), (*known, *parts), class_word)

    said = [one for one in desk.view.page(MESSAGES(case=case.id), limit=MOST) if one.kind in ("customer", "reply")]
    asked = [plain(one.text) for one in said[::-1] if one.kind == "customer"]
    answered = [plain(one.text) for one in said[::-1] if one.kind == "reply"]
    body = "\n\n".join(
        (f"## {tr('What was asked')}", *(f"> {line}" for one in asked for line in one.split("\n") if line),
         f"## {tr('What helped')}", *answered)
    )  # fmt: skip
    return Start(plain(case.subject), body[:LONGEST], case.id, language=case.language or "en")
