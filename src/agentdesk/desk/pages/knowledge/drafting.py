"""A first draft from a case: what was asked and what was answered, with everything personal covered."""

from __future__ import annotations

from agentdesk.desk.covers import covered_from
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.knowledge.editor import Start
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import MESSAGES, Case

MOST = 60
LONGEST = 20_000


def drafted(desk: Desk, case: Case) -> Start:
    """The question in the customer's words, then what was answered; names and numbers are covered by what they are."""

    def plain(text: str) -> str:
        return covered_from(desk, case, text)

    said = [one for one in desk.view.page(MESSAGES(case=case.id), limit=MOST) if one.kind in ("customer", "reply")]
    asked = [plain(one.text) for one in said[::-1] if one.kind == "customer"]
    answered = [plain(one.text) for one in said[::-1] if one.kind == "reply"]
    body = "\n\n".join(
        (f"## {tr('What was asked')}", *(f"> {line}" for one in asked for line in one.split("\n") if line),
         f"## {tr('What helped')}", *answered)
    )  # fmt: skip
    return Start(plain(case.subject), body[:LONGEST], case.id, language=case.language or "en")
