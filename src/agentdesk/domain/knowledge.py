"""What we know: articles for agents and customers, whether they helped, and what was looked for and not found."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Meta

from .governed import Content, Document, content_of, register
from .governed.records import LIBRARY, DocumentId
from .governed.writing import refuse_unseen
from .kernel import (
    Actor,
    Change,
    Command,
    Fact,
    Millis,
    Name,
    Put,
    Question,
    Record,
    Refusal,
    ShortText,
    View,
    clean,
    command,
    eq,
    gt,
    need,
    record,
    ref,
)
from .kernel.values import Stamp

ARTICLE = "article"
Audience = Literal["agents", "customers", "both"]
Words = Annotated[tuple[Name, ...], Meta(max_length=50)]
OrNone = Annotated[str, Meta(max_length=120)]


class Article(Content, frozen=True, kw_only=True):
    """What an article says beside its text: for whom it is. No region, product or tier named stands for all."""

    audience: Audience = "agents"
    category: Name = ""
    tags: Words = ()
    regions: Words = ()
    products: Words = ()
    tiers: Words = ()


ARTICLES = register(
    ARTICLE, Article, shuts=("show", "suggest", "insert"), rule="FREQ=MONTHLY;INTERVAL=6", grace_days=14
)
"""An article that nobody has looked at in time is neither shown to customers nor suggested nor put into a reply."""

HELP_PAGES = ("/help", "/help/search", "/help/contact", "/help/conversation")
"""Where the help centre is: its front page, search, the way to a person and what was written there."""
_ARTICLES = "/help/articles/"


def article_path(document: str) -> str:
    """Where customers read an article, on the server."""
    return _ARTICLES + document


def picture_path(document: str, file: str) -> str:
    """Where customers see a picture of an article, on the server; nothing for no picture."""
    return f"{article_path(document)}/pictures/{file}" if file else ""


def article_at(address: str) -> str:
    """The article that an address leads to, on whatever server; empty if it is not the address of one."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    return unquote(path.removeprefix(_ARTICLES)) if path.startswith(_ARTICLES) else ""


def article_of(document: Document) -> Article:
    """What an article says in its fields."""
    found = content_of(ARTICLE, document.details)
    return found if isinstance(found, Article) else Article()


def out_of_date(document: Document, original: Document | None) -> bool:
    """Whether a translation is of an older version than the one that holds."""
    return original is not None and original.number > document.of_number


@record("rating", parent=("document", "document"), classes={"reason": "free"}, public=("document", "by"))
class Rating(Record, frozen=True):
    """Somebody says whether a document helped; one word each."""

    document: str
    by: str
    helpful: bool
    at: Millis
    number: int
    reason: ShortText = ""
    stamp: Stamp = ""


@record("gap", classes={"words": "free", "answer": "free"}, public=("case", "by", "state", "document", "closed_by"),
        about={"case": "case"})  # fmt: skip
class Gap(Record, frozen=True):
    """Something that nobody has written down yet, noticed at work. `document` is what fills it."""

    words: ShortText
    case: str
    by: str
    at: Millis
    state: str = "open"
    document: str = ""
    answer: ShortText = ""
    closed_by: str = ""
    stamp: Stamp = ""


@record("miss", classes={"words": "free"}, public=("by", "what", "case"), about={"case": "case"})
class Miss(Record, frozen=True):
    """Somebody looked for something and was not served: nothing was found (`none`), nothing was opened (`unread`), or
    they wrote to us right after (`wrote`); `case` is the one that they had before them, if any.
    """

    words: ShortText
    what: str
    by: str
    at: Millis
    case: str = ""
    stamp: Stamp = ""


RATINGS = Question("rating.of_document", Rating, (eq("document", ":document"), eq("helpful", ":helpful")), ("-at",))
GAPS = Question("gap.by_state", Gap, (eq("state", ":state"),), ("-at",))
MISSES_IN = Question("miss.in_case", Miss, (eq("case", ":case"),), ("-at",))
MISSES = Question("miss.since", Miss, (gt("at", ":since"),), ("-at",))


@command("knowledge.rate", "governed.read", "channel")
class Rate(Command, frozen=True):
    """Say whether a document helped, and why not. Said anew, the last word counts. Readers of the help centre have no
    names: each is told from the others by the mark that the channel gives them (its device).
    """

    document: DocumentId
    helpful: bool
    reason: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        document = need(view, Document, self.document, "This document is no longer there.")
        if document.state != "published":
            raise Refusal("Only what is published can be rated.", "state")
        by = who.device if who.role == "channel" else who.id
        id, reason = f"{document.id}:{by}"[:120], clean(self.reason)
        old = view.get(Rating, id)
        if old is not None and (old.helpful, old.reason, old.number) == (self.helpful, reason, document.number):
            return
        yield Put(Rating(id, LIBRARY, 0, document.id, by, self.helpful, now, document.number, reason))
        yield Fact("knowledge.helped" if self.helpful else "knowledge.failed", "document", document.id)


@command("knowledge.flag", "governed.write", draft="words")
class Flag(Command, frozen=True):
    """Say what should be written down, from a case or without one."""

    gap: Annotated[str, ref("gap", creates=True)]
    words: ShortText
    case: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        words = clean(self.words)
        if not words:
            raise Refusal("Say in a few words what is missing.", "empty")
        if view.get(Gap, self.gap) is not None:
            raise Refusal("This draft is there already.", "taken")
        if self.case:
            refuse_unseen(view, self.case, who)
        yield Put(Gap(self.gap, LIBRARY, 0, words, self.case, who.id, now))


@command("knowledge.close", "governed.write")
class Close(Command, frozen=True):
    """A gap is filled by a document, or need not be filled, and why."""

    gap: Annotated[str, ref("gap")]
    document: OrNone = ""
    answer: ShortText = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        gap = need(view, Gap, self.gap)
        if gap.state == "closed":
            return
        answer = clean(self.answer)
        if self.document:
            need(view, Document, self.document, "This document is no longer there.")
        elif not answer:
            raise Refusal("Say which document fills the gap, or why none has to.", "reason")
        closed = {"state": "closed", "document": self.document, "answer": answer, "closed_by": who.id}
        yield Put(msgspec.structs.replace(gap, rev=0, **closed))


@command("knowledge.miss", "governed.read", "channel", quiet=True)
class NoteMiss(Command, frozen=True):
    """Note a search that did not serve whoever searched."""

    miss: Annotated[str, ref("miss", creates=True)]
    words: ShortText
    what: Literal["none", "unread", "wrote"]
    case: OrNone = ""

    def decide(self, view: View, who: Actor, now: int) -> Iterable[Change]:
        words = " ".join(clean(self.words).lower().split())
        if not words:
            raise Refusal("There is nothing to look for.", "empty")
        if self.case:
            refuse_unseen(view, self.case, who)
        yield Put(Miss(self.miss, LIBRARY, 0, words, self.what, who.id, now, self.case))
