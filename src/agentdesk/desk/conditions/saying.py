"""A whole condition in one line."""

from __future__ import annotations

from agentdesk.desk.conditions.typing import written
from agentdesk.desk.conditions.words import compared, field_name
from agentdesk.desk.texts import tr
from agentdesk.domain.cases.seeking import CASE_FIELDS
from agentdesk.domain.kernel import Condition, View


def said(condition: Condition, view: View) -> str:
    """A condition in one line."""
    clauses = []
    for clause in condition.clauses:
        parts = [
            " ".join(filter(None, (field_name(one.field, view), tr(compared(one).title), written(one, view))))
            for one in clause
            if one.field in CASE_FIELDS
        ]
        clauses.append(tr(" or ").join(parts))
    return "; ".join(clauses) or tr("every case")
