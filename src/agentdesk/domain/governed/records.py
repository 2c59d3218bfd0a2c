"""The records of what is governed: a document as it holds now, its editions, and what its owner is reminded of."""

from __future__ import annotations

from typing import Annotated

from ..kernel import LongText, Millis, Name, Question, Record, ShortText, eq, gt, lt, ne, record, ref
from ..kernel.values import Stamp

LIBRARY = "library"
"""Where documents lie: held by all who may read them."""
DocumentId = Annotated[str, ref("document")]
EditionId = Annotated[str, ref("edition")]


@record(
    "document",
    searchable=("title", "text"),
    time="since",
    classes={"title": "free", "text": "free"},
    public=("register", "details", "language", "of", "owner", "by", "state", "work", "working", "holds", "coming",
            "rule", "case"),
    about={"case": "case"},
)  # fmt: skip
class Document(Record, frozen=True):
    """One thing that is written down and looked after. Title, text and details are those of the edition that holds; of
    the one in work, as long as none ever held.

    `state`: draft, until one was published; published; retired. `work` is the state of the edition in work: none,
    draft, review, approved. `of` is the document that this one is a translation of, `of_number` its version that was
    translated. `review_at` is when it is to be looked at again by its `rule`, `expires_at` when it counts as out of
    force because nobody did. `alarm` is the next of all these moments.
    """

    register: str
    title: ShortText
    text: LongText
    details: str
    language: Name
    owner: str
    by: str
    since: Millis
    """When it began to hold as it is, or was begun."""
    state: str = "draft"
    work: str = ""
    working: str = ""
    holds: str = ""
    coming: str = ""
    comes_at: Millis = 0
    """When the edition `coming` begins to hold by itself."""
    number: int = 0
    of: str = ""
    of_number: int = 0
    until: Millis = 0
    rule: ShortText = ""
    review_at: Millis = 0
    expires_at: Millis = 0
    reminded: bool = False
    expired: bool = False
    alarm: Millis = 0
    updated_at: Millis = 0
    case: str = ""
    """The case from which it was drafted, if any: whose names may stand in it."""
    stamp: Stamp = ""


@record(
    "edition",
    parent=("document", "document"),
    classes={"title": "free", "text": "free", "note": "free", "answer": "free"},
    public=("document", "state", "details", "by", "writers", "reviewer", "previous"),
)
class Edition(Record, frozen=True):
    """One version. `state`: draft, review, approved, published, replaced, retired. What was published never changes in
    words. `note` says what is new in it, `answer` what the reviewer said. `since` is when it begins to hold.
    """

    document: str
    number: int
    state: str
    title: ShortText
    text: LongText
    details: str
    by: str
    at: Millis
    writers: tuple[str, ...] = ()
    """All who had a hand in it: none of them approves it."""
    note: ShortText = ""
    previous: str = ""
    of_number: int = 0
    reviewer: str = ""
    reviewed_at: Millis = 0
    answer: ShortText = ""
    since: Millis = 0
    until: Millis = 0
    stamp: Stamp = ""


@record("reminder", public=("person", "document", "what"))
class Reminder(Record, frozen=True):
    """An owner is told: it is time to look at it again (`review`), it is out of force (`expired`), somebody has to look
    at what was written (`asked`), and what came of that (`approved`, `returned`). `seen` once they have looked.
    """

    person: str
    document: str
    what: str
    at: Millis
    seen: bool = False


DOCUMENTS = Question("document.of_register", Document, (eq("register", ":register"), ne("state", "retired")),
                     ("-updated_at",))  # fmt: skip
RETIRED = Question("document.retired", Document, (eq("register", ":register"), eq("state", "retired")),
                   ("-updated_at",))  # fmt: skip
OF_OWNER = Question("document.of_owner", Document, (eq("register", ":register"), eq("owner", ":me")), ("-updated_at",))
IN_WORK = Question("document.in_work", Document, (eq("register", ":register"), eq("work", ":work")), ("-updated_at",))
EXPIRED = Question("document.expired", Document, (eq("register", ":register"), eq("expired", True)), ("-updated_at",))
OVERDUE = Question(
    "document.overdue",
    Document,
    (eq("register", ":register"), gt("review_at", 0), lt("review_at", ":now")),
    ("review_at",),
)
TRANSLATIONS = Question("document.translations", Document, (eq("of", ":document"),), ("language",))
DUE_DOCUMENTS = Question("document.due", Document, (gt("alarm", 0), lt("alarm", ":now")), ("alarm",))
EDITIONS = Question("edition.of_document", Edition, (eq("document", ":document"),), ("-at",))
NEW_REMINDERS = Question("reminder.new", Reminder, (eq("person", ":me"), eq("seen", False)), ("-at",))
