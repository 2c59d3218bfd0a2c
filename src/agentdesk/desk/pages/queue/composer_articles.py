"""Articles in the composer: found beside macros and after two brackets, put in as text or as a link."""

from __future__ import annotations

from typing import Literal

from agentdesk.desk.answers import for_customers, leading
from agentdesk.desk.desk import Desk
from agentdesk.desk.entries import Entry
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.composer import NOTE, Composer
from agentdesk.desk.texts import tr
from agentdesk.desk.verbs import filled
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import DOCUMENTS, Document, UseAnswer
from agentdesk.domain.kernel import Refusal
from agentdesk.domain.knowledge import ARTICLE, HELP_PAGES, article_of, article_path
from agentdesk.text.rich import simpler

MOST = 2_000

Way = Literal["text", "link"]


def article_entries(desk: Desk, composer: Composer, case: Case) -> list[Entry]:
    """Articles that are or were in force, those in the language of the case first: as text, and as a link where
    customers can read them. What cannot be used says why when it is chosen.
    """
    if not desk.me.may("answer.use"):
        return []
    wanted = case.language.lower().partition("-")[0]
    found = [one for one in desk.view.page(DOCUMENTS(register=ARTICLE), limit=MOST) if one.state == "published"]
    found.sort(key=lambda one: one.language.lower().partition("-")[0] != wanted)
    return [entry for document in found for entry in _entries(desk, composer, case, document)]


def _entries(desk: Desk, composer: Composer, case: Case, document: Document) -> list[Entry]:
    title, group = words(document.title), tr("Articles")
    text = Entry(title, group, lambda: put(desk, composer, case, document, "text"), "ph.article", tr("as text"))
    public = article_of(document).audience != "agents"
    if not public or not desk.address(HELP_PAGES[0]):
        return [text]
    return [text, Entry(title, group, lambda: put(desk, composer, case, document, "link"), "ph.link", tr("as a link"))]


def put(desk: Desk, composer: Composer, case: Case, document: Document, how: Way) -> bool:
    """Put an article in at the caret; whether it could be. A refusal stands beside the field."""
    try:
        text = _text(desk, composer, case, document, how)
    except Refusal as refusal:
        composer.show_wrong(filled(refusal.sentence, refusal.data))
        return False
    use = UseAnswer(use=desk.new_id(), kind="document", record=document.id, case=case.id, how=how)
    if sentence := desk.attempt(use):
        composer.show_wrong(sentence)
        return False
    composer.box.paste_plain(text)
    composer.focus()
    return True


def _text(desk: Desk, composer: Composer, case: Case, document: Document, how: Way) -> str:
    if how == "link":
        label = words(document.title).replace("\\", "").replace("[", "(").replace("]", ")")
        return f"[{label}]({desk.address(article_path(document.id))})"
    inside = composer.kind == NOTE
    text = leading(desk, simpler(words(document.text))) if inside else for_customers(desk, document, case)
    if not text:
        raise Refusal("This article is for agents only: it cannot go to a customer.", "audience")
    return text
