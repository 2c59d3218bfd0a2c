"""How a version comes about: drafts, asking for a look at them, approval by somebody who did not write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..cases import Case
from ..kernel import (
    Actor,
    Change,
    Command,
    Denied,
    Fact,
    File,
    LongText,
    Name,
    Put,
    Refusal,
    Remove,
    ShortText,
    Unseen,
    View,
    clean,
    command,
    need,
    ref,
    visible,
)
from ..people import Person
from .files import LibraryFile, illustrated, pictures_of, without_files
from .records import LIBRARY, TRANSLATIONS, Document, DocumentId, Edition, EditionId, Reminder
from .registers import REGISTERS, checked
from .reviewing import next_review
from .versions import refuse_newer

GONE = "This version is no longer there."
OrNone = Annotated[str, Meta(max_length=120)]
MOST_LANGUAGES = 500
NewEdition = Annotated[str, ref("edition", creates=True)]


@command("governed.begin", "governed.write", draft="text", place=("", "article"))
class Begin(Command, frozen=True):
    """Begin a document, with a first draft of it. It is the writer's own until it is given to somebody else."""

    document: Annotated[str, ref("document", creates=True)]
    edition: NewEdition
    register: Name
    title: ShortText
    text: LongText = ""
    details: Annotated[str, Meta(max_length=20_000)] = ""
    language: Name = "en"
    of: OrNone = ""
    of_number: Annotated[int, Meta(ge=0, le=2**31)] = 0
    rule: ShortText | None = None
    note: ShortText = ""
    case: OrNone = ""
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        if view.get(Document, self.document) is not None or view.get(Edition, self.edition) is not None:
            raise Refusal("This draft is there already.", "taken")
        details = checked(self.register, self.details)
        title, text = _said(self.title, self.text)
        if self.of:
            _check_translation(view, self.of, clean(self.language))
        if self.case:
            refuse_unseen(view, self.case, who)
        rule = REGISTERS[self.register].rule if self.rule is None else clean(self.rule)
        next_review(rule, now)
        document = Document(
            self.document, LIBRARY, 0, self.register, title, text, details, clean(self.language), who.id, who.id, now,
            work="draft", working=self.edition, of=self.of, of_number=self.of_number, rule=rule, updated_at=now,
            case=self.case,
        )  # fmt: skip
        yield Put(document)
        yield Put(
            Edition(
                self.edition, LIBRARY, 0, self.document, 0, "draft", title, text, details, who.id, now, (who.id,),
                clean(self.note), "", self.of_number,
            )
        )  # fmt: skip
        yield from illustrated(view, self.document, self.edition, text, self.files, who, now)


@command("governed.draft", "governed.write", draft="text", place=("document", "article"))
class Draft(Command, frozen=True):
    """Write the next version of a document, made from the one that holds (`previous`), in place of the one in work
    (`instead`).
    """

    document: DocumentId
    edition: NewEdition
    title: ShortText
    text: LongText
    details: Annotated[str, Meta(max_length=20_000)]
    previous: OrNone = ""
    instead: OrNone = ""
    of_number: Annotated[int, Meta(ge=0, le=2**31)] = 0
    note: ShortText = ""
    files: tuple[File, ...] = ()

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, "This document is no longer there.")
        if view.get(Edition, self.edition) is not None:
            raise Refusal("This draft is there already.", "taken")
        refuse_newer(self.instead, document.working, "Somebody is writing another version of this. Open it, and make "
                     "your changes there.")  # fmt: skip
        refuse_newer(self.previous, document.holds, "Another version was published since you began. Open it, and make "
                     "your changes there.")  # fmt: skip
        details = checked(document.register, self.details)
        title, text = _said(self.title, self.text)
        old = view.get(Edition, self.instead) if self.instead else None
        if old is not None and old.state == "approved" and document.coming == old.id:
            raise Refusal("This version is to be published by itself. Take that back first.", "coming")
        writers = old.writers if old is not None else ()
        if old is not None:
            yield Remove(Edition, old.id)
        yield Put(
            Edition(
                self.edition, LIBRARY, 0, document.id, 0, "draft", title, text, details, who.id, now,
                tuple(dict.fromkeys((*writers, who.id))), clean(self.note), self.previous,
                self.of_number or document.of_number,
            )
        )  # fmt: skip
        yield from illustrated(view, document.id, self.edition, text, self.files, who, now, self.instead)
        told = {} if document.state != "draft" else {"title": title, "text": text, "details": details}
        yield Put(_changed(document, now, work="draft", working=self.edition, **told))


@command("governed.submit", "governed.write")
class Submit(Command, frozen=True):
    """Ask for a look at a draft: of somebody by name, or of whoever may."""

    edition: EditionId
    reviewer: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        edition, document = in_work(view, self.edition)
        if edition.state == "review" and edition.reviewer == self.reviewer:
            return
        refuse_state(edition, "draft", "review")
        if not edition.text:
            raise Refusal("There is nothing in this document yet.", "empty")
        if self.reviewer:
            _check_reviewer(view, edition, self.reviewer)
            yield reminder(edition.document, self.reviewer, "asked", f"{edition.id}:asked", now)
        yield Put(msgspec.structs.replace(edition, rev=0, state="review", reviewer=self.reviewer))
        yield Put(_changed(document, now, work="review"))


@command("governed.return", "governed.approve")
class SendBack(Command, frozen=True):
    """Say what has to be different before this can be published."""

    edition: EditionId
    answer: ShortText

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        edition, document = in_work(view, self.edition)
        answer = clean(self.answer)
        if not answer:
            raise Refusal("Say what has to be different.", "reason")
        if (edition.state, edition.answer) == ("draft", answer):
            return
        refuse_state(edition, "review", "approved")
        _check_not_coming(document, edition)
        yield Put(_looked_at(edition, who, now, "draft", answer))
        yield Put(_changed(document, now, work="draft"))
        yield reminder(document.id, edition.by, "returned", f"{edition.id}:returned", now)


@command("governed.approve", "governed.approve")
class Approve(Command, frozen=True):
    """Vouch for what a colleague has written: it may be published."""

    edition: EditionId
    answer: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        edition, document = in_work(view, self.edition)
        if edition.state == "approved":
            return
        refuse_state(edition, "review")
        if who.id in edition.writers:
            raise Denied("You had a hand in this version: somebody else has to approve it.", kind="edition")
        yield Put(_looked_at(edition, who, now, "approved", clean(self.answer)))
        yield Put(_changed(document, now, work="approved"))
        yield reminder(document.id, edition.by, "approved", f"{edition.id}:approved", now)
        yield Fact("governed.approved", "document", document.id, max(0, now - edition.at))


@command("governed.discard", "governed.write")
class Discard(Command, frozen=True):
    """Throw away what is in work; with it the document, if nothing of it was ever published."""

    edition: EditionId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        edition, document = in_work(view, self.edition)
        if who.id not in edition.writers and document.owner != who.id and not who.may("governed.approve"):
            raise Denied("This is somebody else's draft. Its writer can throw it away.", kind="edition")
        _check_not_coming(document, edition)
        yield Remove(Edition, edition.id)
        if document.holds or document.state == "retired":
            yield Put(_changed(document, now, work="", working=""))
            yield from (Remove(LibraryFile, one.id) for one in pictures_of(view, document.id, edition.id))
        else:
            yield from without_files(view, document.id)
            yield Remove(Document, document.id)


@command("governed.read", "governed.read")
class Read(Command, frozen=True):
    """One has seen what one was reminded of."""

    reminder: Annotated[str, ref("reminder")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        found = need(view, Reminder, self.reminder)
        if found.person == who.id and not found.seen:
            yield Put(msgspec.structs.replace(found, rev=0, seen=True))


def refuse_unseen(view: View, case: str, who: Actor) -> None:
    """Refuses to point to a case that is not there, or that somebody may not see."""
    found = need(view, Case, case, "This case is no longer there.")
    if not visible(view.scopes("case", found.id), who):
        raise Unseen(Refusal("This case is no longer there.", "missing", kind="case", id=case))


def in_work(view: View, id: str) -> tuple[Edition, Document]:
    """An edition that is in work, with its document; refused if it is not."""
    edition = need(view, Edition, id, GONE)
    document = need(view, Document, edition.document, "This document is no longer there.")
    if document.working != edition.id:
        raise Refusal("This version is not in work any more.", "state")
    return edition, document


def refuse_state(edition: Edition, *wanted: str) -> None:
    """Refuses an edition that is not in one of these states."""
    if edition.state not in wanted:
        raise (
            Refusal("This version is not in work any more.", "state")
            if edition.state == "published"
            else Refusal("This version has to be handed in for a look first.", "state")
        )


def reminder(document: str, person: str, what: str, id: str, now: int) -> Put:
    """Somebody is told, once for each id."""
    return Put(Reminder(f"{id}@{person}"[:120], f"user:{person}", 0, person, document, what, now))


def _said(title: str, text: str) -> tuple[str, str]:
    title = " ".join(clean(title).split())
    if not title:
        raise Refusal("A document needs a title.", "title")
    return title, clean(text)


def _changed(document: Document, now: int, **fields: Any) -> Document:
    return msgspec.structs.replace(document, rev=0, updated_at=now, **fields)


def _looked_at(edition: Edition, who: Actor, now: int, state: str, answer: str) -> Edition:
    return msgspec.structs.replace(edition, rev=0, state=state, reviewer=who.id, reviewed_at=now, answer=answer)


def _check_translation(view: View, of: str, language: str) -> None:
    """Each language stands once beside the original; a translation is never made of a translation."""
    original = need(view, Document, of, "What this is a translation of is no longer there.")
    if original.of:
        raise Refusal("This is a translation itself: translate the original.", "of")
    if not language:
        raise Refusal("Say which language this is in, as a code like de or pt-BR.", "language")
    there = (original, *view.page(TRANSLATIONS(document=of), limit=MOST_LANGUAGES))
    if any(one.language.lower() == language.lower() and one.state != "retired" for one in there):
        raise Refusal("It is there in this language already ({language}): change that one.", "taken", language=language)


def _check_not_coming(document: Document, edition: Edition) -> None:
    if document.coming == edition.id:
        raise Refusal("This version is to be published by itself. Take that back first.", "coming")


def _check_reviewer(view: View, edition: Edition, person: str) -> None:
    found = need(view, Person, person, "There is no such person.")
    name = found.name
    if person in edition.writers:
        raise Refusal("{name} had a hand in this version: ask somebody else.", "writer", name=name)
    if not found.active or not Actor(person, found.role).may("governed.approve"):
        raise Refusal("{name} does not approve documents: ask somebody else.", "role", name=name)
