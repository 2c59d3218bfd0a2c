"""Articles in and out as files: what is published as an archive of Markdown, and files that become drafts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.typed import parts
from agentdesk.domain.governed import DOCUMENTS, Begin, Document
from agentdesk.domain.knowledge import ARTICLE, article_of
from agentdesk.text.folders import MOST_BYTES, MOST_FILES, Sheet, Unreadable, packed, unpacked

LISTS = ("tags", "regions", "products", "tiers")
SENTENCES = (
    mark("This archive has too many files. Import it in parts."),
    mark("This archive cannot be read. Pack it anew, without a password."),
    mark("An article in it is too long. Divide it first."),
)


def archive(desk: Desk) -> bytes:
    """All that is published here, as this person may read it."""
    found = desk.view.page(DOCUMENTS(register=ARTICLE), limit=MOST_FILES)
    return packed(_sheet(one) for one in found if one.state == "published")


def _sheet(document: Document) -> Sheet:
    article, title = article_of(document), words(document.title)
    facts = {"title": title, "language": document.language, "audience": article.audience, "category": article.category}
    facts |= {name: ", ".join(getattr(article, name)) for name in LISTS}
    return Sheet(title, facts, words(document.text))


def take(desk: Desk, paths: Sequence[Path]) -> tuple[int, str]:
    """Make a draft of each article in these files; how many, and the sentence of what could not be taken."""
    made, wrong = 0, ""
    for path in paths:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise Unreadable(SENTENCES[0])
            sheets = unpacked(path.name, path.read_bytes())
        except OSError:
            wrong = tr("{name} cannot be read.", name=path.name)
            continue
        except Unreadable as error:
            wrong = tr("{name}: {why}", name=path.name, why=tr(str(error)))
            continue
        for sheet in sheets:
            why = desk.attempt(_begun(desk, sheet))
            made, wrong = (made, tr("{name}: {why}", name=sheet.name, why=why)) if why else (made + 1, wrong)
    return made, wrong


def _begun(desk: Desk, sheet: Sheet) -> Begin:
    facts = sheet.facts
    lists = {name: parts(facts.get(name, ""))[:50] for name in LISTS}
    audience = facts.get("audience", "")
    known = audience if audience in ("agents", "customers", "both") else "agents"
    details = {"audience": known, "category": facts.get("category", "")[:200], **lists}
    return Begin(
        document=desk.new_id(), edition=desk.new_id(), register=ARTICLE, title=facts["title"][:500], text=sheet.text,
        details=msgspec.json.encode(details).decode(), language=facts.get("language", "en")[:20],
    )  # fmt: skip
