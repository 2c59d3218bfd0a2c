"""What goes from a case to colleagues who may not see it: the customer's names and all that is personal are covered."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, words
from agentdesk.domain.cases import Case, Customer
from agentdesk.domain.kernel import Masked
from agentdesk.text.covering import covered


def covered_from(desk: Desk, case: Case | None, text: str) -> str:
    """A text, typed or shown, with a word in brackets for all that is personal, and for what its customer is called."""
    return covered(words(text), _known(desk, case) if case is not None else (), class_word)


def _known(desk: Desk, case: Case) -> list[tuple[str, str]]:
    customer = desk.view.get(Customer, case.customer)
    told = [(case.customer_name, "name"), *(((customer.name, "name"), (customer.email, "contact")) if customer else ())]
    known = [(value, kind) for value, kind in told if value and not Masked.spans(value)]
    parts = [(value, kind) for whole, kind in known for value in whole.split() if kind == "name" and len(value) > 2]
    return [*known, *parts]
