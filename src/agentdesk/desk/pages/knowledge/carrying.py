"""Articles in and out as files: what is published as an archive; files that become drafts, as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path

import msgspec

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.knowledge.enclosing import Fetching, named, staged, with_pictures
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.typed import parts
from agentdesk.domain.governed import DOCUMENTS, Begin, Document, Draft, Edition
from agentdesk.domain.governed.registers import checked
from agentdesk.domain.kernel import Command, File, clean
from agentdesk.domain.knowledge import ARTICLE, article_of
from agentdesk.text.bundles import ENDINGS, Form, Note, bundling, packed_as, told
from agentdesk.text.enclosed import ENDINGS as PICTURES
from agentdesk.text.enclosed import MOST_BYTES, Enclosed, pictures_of
from agentdesk.text.folders import MOST_FILES, Sheet, Unreadable, is_one_of, texts_of

LISTS = ("tags", "regions", "products", "tiers")
SENTENCES = (
    mark("This archive has too many files. Import it in parts."),
    mark("This archive cannot be read. Pack it anew, without a password."),
    mark("An article in it is too long. Divide it first."),
)


class Taken(msgspec.Struct):
    """What came of an import: ids of new drafts and of new versions, how many were known, and what was not taken."""

    made: list[str]
    changed: list[str]
    known: int
    wrong: list[str]


def archive(desk: Desk, form: Form, then: Callable[[bytes, int], None]) -> None:
    """All that is published here, as this person may read it, with its pictures; `then` gets the archive, and how many
    of them could not be had: their words stand.
    """
    found = desk.view.page(DOCUMENTS(register=ARTICLE), limit=MOST_FILES)
    sheets = [_sheet(one) for one in found if one.state == "published"]
    Fetching(desk, named(desk, sheets), lambda had, missed: then(packed_as(form, sheets, had), missed)).go_on()


def _sheet(document: Document) -> Sheet:
    article, title = article_of(document), words(document.title)
    facts = {"id": document.id, "title": title, "language": document.language, "of": document.of}
    facts |= {"audience": article.audience, "category": article.category}
    facts |= {name: ", ".join(getattr(article, name)) for name in LISTS}
    return Sheet(title, facts, words(document.text))


def taking(desk: Desk, paths: Sequence[Path]) -> Generator[None, None, Taken]:
    """Make a draft of each article in these files, step by step. What is here as it is there is left alone, so that an
    import can be repeated; what somebody is writing at is never written over.
    """
    taken, texts, pictures = Taken([], [], 0, []), list[tuple[str, str]](), dict[str, bytes]()
    for path in paths:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise Unreadable(SENTENCES[0])
            data = path.read_bytes()
            pictures |= dict(pictures_of(path.name, data))
            if not is_one_of(path.name, PICTURES):
                texts += texts_of(path.name, data, ENDINGS)
        except OSError:
            taken.wrong.append(tr("{name} cannot be read.", name=path.name))
        except Unreadable as error:
            taken.wrong.append(tr("{name}: {why}", name=error.about or path.name, why=tr(str(error))))
        yield
    found = yield from bundling(texts, pictures)
    for sheet in sorted(found.sheets, key=lambda one: bool(one.facts.get("of"))):  # originals before translations
        _take(desk, sheet, found.pictures, taken)
        yield
    taken.wrong += [tr("{name}: {why}", name=one.name, why=_note(one)) for one in found.notes]
    return taken


def _note(note: Note) -> str:
    sentence, values = told(note)
    return tr(sentence, **values)


def _take(desk: Desk, sheet: Sheet, pictures: Mapping[str, Enclosed], taken: Taken) -> None:
    sheet, brought, wrong = with_pictures(desk, sheet, pictures)
    taken.wrong += [tr("{name}: {why}", name=sheet.name, why=_note(Note("", "picture", one))) for one in wrong]
    document = desk.view.get(Document, sheet.facts["id"])
    if document is None:
        why = desk.attempt(_begun(desk, sheet, staged(desk, brought)))
        taken.made += [] if why else [sheet.facts["id"]]
    elif document.register != ARTICLE:
        why = tr("it is another kind of document here")
    elif _same(desk, document, sheet):
        taken.known, why = taken.known + 1, ""
    elif document.working:
        why = tr("somebody is writing at this article. Publish that first, or throw it away.")
    else:
        why = desk.attempt(_next(desk, document, sheet, staged(desk, brought)))
        taken.changed += [] if why else [document.id]
    if why:
        taken.wrong.append(tr("{name}: {why}", name=sheet.name, why=why))


def _same(desk: Desk, document: Document, sheet: Sheet) -> bool:
    """Whether it says what the file says, in force or in work."""
    work = desk.view.get(Edition, document.working) if document.working else None
    title, text, details = _title(sheet), clean(sheet.text), checked(ARTICLE, _details(sheet))
    return any((one.title, one.text, one.details) == (title, text, details) for one in (work or document, document))


def _title(sheet: Sheet) -> str:
    return " ".join(clean(sheet.facts["title"][:500]).split())


def _details(sheet: Sheet) -> str:
    facts = sheet.facts
    lists = {name: tuple(one[:200] for one in parts(facts.get(name, ""))[:50]) for name in LISTS}
    audience = facts.get("audience", "")
    known = audience if audience in ("agents", "customers", "both") else "agents"
    return msgspec.json.encode({"audience": known, "category": facts.get("category", "")[:200], **lists}).decode()


def _begun(desk: Desk, sheet: Sheet, files: tuple[File, ...]) -> Command:
    of = sheet.facts.get("of", "")
    original = desk.view.get(Document, of) if of else None
    known = original is not None and original.register == ARTICLE
    return Begin(
        document=sheet.facts["id"], edition=desk.new_id(), register=ARTICLE, title=_title(sheet), text=sheet.text,
        details=_details(sheet), language=sheet.facts.get("language", "en")[:20], of=of if known else "",
        of_number=original.number if original is not None and known else 0, files=files,
    )  # fmt: skip


def _next(desk: Desk, document: Document, sheet: Sheet, files: tuple[File, ...]) -> Command:
    return Draft(
        document=document.id, edition=desk.new_id(), title=_title(sheet), text=sheet.text, details=_details(sheet),
        previous=document.holds, note=tr("Imported from {name}", name=sheet.name[-200:]), files=files,
    )  # fmt: skip
