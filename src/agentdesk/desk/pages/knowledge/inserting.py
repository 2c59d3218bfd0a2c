"""An article put into a reply: only what customers may read, with what is known filled in, and noted for its worth."""

from __future__ import annotations

from agentdesk.desk.answers import for_customers
from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import Document, UseAnswer


def insert(desk: Desk, document: Document, case_id: str) -> bool:
    """Put an article at the end of the reply that is being written in a case, and go there."""
    case = desk.view.get(Case, case_id)
    if case is None:
        return False
    text = for_customers(desk, document, case)
    if not text:
        desk.say(tr("This article is for agents only: it cannot go to a customer."))
        return False
    if not desk.do(UseAnswer(use=desk.new_id(), kind="document", record=document.id, case=case.id, how="text")):
        return False
    draft = desk.drafts.get(case.id, "reply")
    joined = "\n\n".join(filter(None, (draft.text.rstrip() if draft else "", text)))
    desk.drafts.typed(case.id, "reply", joined, len(joined))
    desk.open("case", case.id)
    return True


def solved(desk: Desk, document: Document, case: str) -> bool:
    """Note that an article solved a case, and go back there."""
    done = desk.do(UseAnswer(use=desk.new_id(), kind="document", record=document.id, case=case, how="solved"))
    if done:
        desk.open("case", case)
    return done
