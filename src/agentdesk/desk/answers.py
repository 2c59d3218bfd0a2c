"""An article as a customer may read it: without what is for agents, with what is known of the case filled in."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number
from agentdesk.desk.texts import mark
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import Document
from agentdesk.domain.kernel import Masked
from agentdesk.domain.knowledge import article_of
from agentdesk.text.links import linked
from agentdesk.text.markdown import public_part
from agentdesk.text.rich import simpler

VARIABLES = {
    "customer.name": mark("The customer's name"),
    "case.number": mark("The number of the case"),
    "agent.name": mark("The name of who answers"),
}
"""What is filled in where it stands in braces."""


def for_customers(desk: Desk, document: Document, case: Case) -> str:
    """The article's text for the customer of a case; as a reply shows it; empty if nothing is for customers."""
    text = leading(desk, simpler(public_part(words(document.text))))
    return filled(text, desk, case) if article_of(document).audience != "agents" else ""


def leading(desk: Desk, text: str) -> str:
    """The text with links that lead to our own pages from wherever it is read: a mail has no server of its own."""
    return linked(text, lambda link: desk.address(link) if link.startswith("/") and link[1:2] != "/" else link)


def filled(text: str, desk: Desk, case: Case) -> str:
    """The text with what is known of the case; what is not known keeps its place in braces, to be seen and filled."""
    known = {
        "customer.name": "" if Masked.spans(case.customer_name) else case.customer_name,
        "case.number": case_number(case.number) if case.number else "",
        "agent.name": desk.me.name,
    }
    for name, value in known.items():
        if value:
            text = text.replace("{" + name + "}", value)
    return text
