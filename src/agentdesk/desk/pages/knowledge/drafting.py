"""What an article begins with: a case whose personal data is covered, or the same article in another language."""

from __future__ import annotations

from agentdesk.desk.covers import covered_from
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.knowledge.editor import Start
from agentdesk.desk.texts import tr
from agentdesk.domain.cases import MESSAGES, Case
from agentdesk.domain.governed import Document
from agentdesk.domain.knowledge import article_of

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


def translation(desk: Desk, document: Document) -> Start:
    """The same in another language: from the words of the original, whichever translation one has before one."""
    root = desk.view.get(Document, document.of) if document.of else None
    source = root if root is not None else document
    return Start(words(source.title), words(source.text), of=source.id, language="", article=article_of(source))


def like(desk: Desk, case: Case) -> list[Document]:
    """What is in force and most like a case."""
    asked = f"{words(case.subject)} {words(case.preview)}"
    return [one for one in desk.alike(Document, asked, 20) if one.state == "published"]
