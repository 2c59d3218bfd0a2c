"""An article put into a reply: only what customers may read, with what is known filled in, and noted for its worth."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import Document, UseAnswer
from agentdesk.domain.kernel import Masked
from agentdesk.domain.knowledge import article_of
from agentdesk.text.markdown import public_part


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


def insert(desk: Desk, document: Document, case_id: str) -> bool:
    """Put an article at the end of the reply that is being written in a case, and go there."""
    case = desk.view.get(Case, case_id)
    text = public_part(words(document.text))
    if case is None:
        return False
    if article_of(document).audience == "agents" or not text:
        desk.say(tr("This article is for agents only: it cannot go to a customer."))
        return False
    if not desk.do(UseAnswer(use=desk.new_id(), kind="document", record=document.id, case=case.id, how="text")):
        return False
    draft = desk.drafts.get(case.id, "reply")
    joined = "\n\n".join(filter(None, (draft.text.rstrip() if draft else "", filled(text, desk, case))))
    desk.drafts.typed(case.id, "reply", joined, len(joined))
    desk.open("case", case.id)
    return True


def solved(desk: Desk, document: Document, case: str) -> bool:
    """Note that an article solved a case, and go back there."""
    done = desk.do(UseAnswer(use=desk.new_id(), kind="document", record=document.id, case=case, how="solved"))
    if done:
        desk.open("case", case)
    return done
