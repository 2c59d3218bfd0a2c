"""How long a version holds: it is published at a date, looked at again, out of force if nobody does, and retired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec

from ..kernel import (
    Actor,
    Change,
    Command,
    Denied,
    Fact,
    Millis,
    Put,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    need,
    ref,
)
from ..people import Person
from .records import Document, DocumentId, Edition, EditionId
from .registers import REGISTERS
from .reviewing import next_review
from .versions import succeeding
from .writing import in_work, refuse_state, reminder

MISSING = "This document is no longer there."


@command("governed.publish", "governed.publish")
class Publish(Command, frozen=True):
    """From now on, or from a moment to come, an approved version holds; until a moment, if one is named."""

    edition: EditionId
    since: Millis = 0
    until: Millis = 0

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        edition = need(view, Edition, self.edition, "This version is no longer there.")
        if edition.state == "published":
            return
        edition, document = in_work(view, self.edition)
        refuse_state(edition, "approved")
        if self.until and self.until <= max(now, self.since):
            raise Refusal("It would be over before it begins. Choose a later end.", "until")
        edition = msgspec.structs.replace(edition, rev=0, since=self.since, until=self.until)
        if self.since > now:
            yield Put(edition)
            yield Put(_timed(document, coming=edition.id, comes_at=edition.since, updated_at=now))
            return
        yield from _taking_effect(view, document, edition, now)


@command("governed.withdraw", "governed.publish")
class Withdraw(Command, frozen=True):
    """Take back that a version is to be published by itself."""

    edition: EditionId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        edition, document = in_work(view, self.edition)
        if document.coming == edition.id:
            yield Put(msgspec.structs.replace(edition, rev=0, since=0, until=0))
            yield Put(_timed(document, coming="", comes_at=0, updated_at=now))


@command("governed.renew", "governed.write")
class Renew(Command, frozen=True):
    """Its owner, or who may approve, has looked at it: it is still right. A `rule` says how often from now on. `due` is
    for when that look was due, as it stood on the screen.
    """

    document: DocumentId
    due: Millis
    rule: ShortText | None = None

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, MISSING)
        if document.owner != who.id and not who.may("governed.approve"):
            raise Denied("Only its owner, or somebody who approves documents, can renew this.", kind="document")
        if document.state != "published":
            raise Refusal("Only what is published can be renewed.", "state")
        rule = document.rule if self.rule is None else clean(self.rule)
        if self.due != document.review_at or not (rule or document.review_at):
            return  # somebody was quicker
        yield Put(_timed(_looked_at(document, rule, now), updated_at=now))
        yield Fact("governed.renewed", "document", document.id, max(0, now - document.review_at))


@command("governed.retire", "governed.publish")
class Retire(Command, frozen=True):
    """It holds no longer; what was published stays to be read."""

    document: DocumentId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, MISSING)
        if document.state == "retired":
            return
        if document.state != "published":
            raise Refusal("Only what is published can be retired. Throw the draft away instead.", "state")
        yield from _retiring(view, document, now)


@command("governed.give", "governed.write")
class Take(Command, frozen=True):
    """Give a document to somebody who looks after it from now on."""

    document: DocumentId
    person: Annotated[str, ref("person")]

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, MISSING)
        person = need(view, Person, self.person, "There is no such person.")
        if document.owner == person.id:
            return
        if document.owner != who.id and not who.may("governed.approve"):
            raise Denied("Only its owner, or somebody who approves documents, can give this away.", kind="document")
        if not person.active or not Actor(person.id, person.role).may("governed.write"):
            raise Refusal("{name} does not look after documents: choose somebody else.", "role", name=person.name)
        yield Put(msgspec.structs.replace(document, rev=0, owner=person.id, updated_at=now))
        if person.id != who.id:
            yield reminder(document.id, person.id, "given", f"{document.id}:given:{now}", now)


@command("governed.ring", "system")
class Ring(Command, frozen=True):
    """A moment of a document has come. Said twice, or too early, it changes nothing."""

    document: DocumentId

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, MISSING)
        if not 0 < document.alarm < now:
            return
        coming = view.get(Edition, document.coming) if document.coming else None
        if coming is not None and coming.since < now:
            yield from _taking_effect(view, document, coming, now)
            return
        if document.state == "published" and 0 < document.until < now:
            yield from _retiring(view, document, now)
            return
        yield from _reminding(document, now)


def _reminding(document: Document, now: int) -> Iterator[Change]:
    changes: dict[str, Any] = {}
    for what, at, told in (
        ("review", document.review_at, document.reminded), ("expired", document.expires_at, document.expired),
    ):  # fmt: skip
        if 0 < at < now and not told:
            changes["reminded" if what == "review" else "expired"] = True
            yield reminder(document.id, document.owner, what, f"{document.id}:{what}:{at}", now)
            yield Fact(f"governed.{what}", "document", document.id)
    yield Put(_timed(document, **changes))


def _taking_effect(view: View, document: Document, edition: Edition, now: int) -> Iterator[Change]:
    """An edition holds from now on, in place of the one that did."""
    old = view.get(Edition, document.holds) if document.holds else None
    number, since = succeeding(document.number, old.since if old is not None else 0, now)
    if old is not None:
        yield Put(msgspec.structs.replace(old, rev=0, state="replaced", until=since))
    yield Put(msgspec.structs.replace(edition, rev=0, state="published", number=number, since=since))
    held = _looked_at(document, document.rule, now)
    yield Put(
        _timed(
            held,
            state="published", work="", working="", coming="", comes_at=0, holds=edition.id, number=number, since=since,
            until=edition.until, title=edition.title, text=edition.text, details=edition.details,
            of_number=edition.of_number, updated_at=now,
        )
    )  # fmt: skip
    yield Fact("governed.published", "document", document.id, max(0, now - edition.at))


def _retiring(view: View, document: Document, now: int) -> Iterator[Change]:
    old = view.get(Edition, document.holds) if document.holds else None
    if old is not None:
        yield Put(msgspec.structs.replace(old, rev=0, state="retired", until=now))
    yield Put(
        _timed(
            document, state="retired", holds="", until=now, updated_at=now, review_at=0, expires_at=0, reminded=False,
            expired=False,
        )
    )  # fmt: skip
    yield Fact("governed.retired", "document", document.id)


def _looked_at(document: Document, rule: str, now: int) -> Document:
    """The document with the moments at which it is to be looked at again, and is out of force if nobody does."""
    review = next_review(rule, now)
    expires = review + REGISTERS[document.register].grace if review else 0
    return msgspec.structs.replace(
        document, rev=0, rule=rule, review_at=review, expires_at=expires, reminded=False, expired=False
    )


def _timed(document: Document, **fields: Any) -> Document:
    """The document with its next moment worked out."""
    new = msgspec.structs.replace(document, rev=0, **fields)
    moments = (
        new.comes_at,
        new.until if new.state == "published" else 0,
        0 if new.reminded else new.review_at,
        0 if new.expired else new.expires_at,
    )
    return msgspec.structs.replace(new, alarm=min(filter(None, moments), default=0))
