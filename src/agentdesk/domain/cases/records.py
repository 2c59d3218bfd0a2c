"""The records of a case: customer, case, conversation, message, attachment."""

from __future__ import annotations

from typing import Annotated

from ..kernel import LongText, Millis, Name, Record, ShortText, record, ref
from ..kernel.values import Stamp

PRIORITIES = ("low", "normal", "high", "urgent")
"""By their number, 0 to 3."""

NEVER = 4_102_444_800_000
"""2100-01-01 (ms, UTC): in an order by what is due, what has no clock comes last."""

CHANNELS = ("chat", "email")
"""By which cases come."""
CaseId = Annotated[str, ref("case")]
MessageId = Annotated[str, ref("message", creates=True)]


@record(
    "customer",
    searchable=("name", "email"),
    time="since",
    classes={"name": "name", "email": "contact"},
    public=("language", "visitor", "region", "home", "tier"),
    added={"region": 2, "stamp": 2, "home": 3, "tier": 3},
)
class Customer(Record, frozen=True):
    """Somebody who writes to us. Lives in a scope that nobody holds; shown wherever one of their cases is. `region` is
    the part of the world of the team that they wrote to first; `home` the region that keeps them, if it is another one.
    `tier` is what they are served by, in our own word ("gold"); empty where nothing is said.
    """

    name: Name
    email: Name
    language: Name
    since: Millis
    visitor: str = ""
    region: str = ""
    stamp: Stamp = ""
    home: str = ""
    tier: Name = ""


@record("counter")
class Counter(Record, frozen=True):
    """The last number given to a case. Only the server holds it."""

    value: int


@record(
    "case",
    carries={"customer": "customer"},
    searchable=("subject",),
    time="opened_at",
    follow="merged_into",
    classes={"subject": "free", "customer_name": "name", "tags": "free", "preview": "free"},
    public=(
        *("customer", "team", "channel", "language", "assignee", "status", "preview_from"),
        *("merged_into", "linked", "due_what", "home", "customer_tier"),
    ),
    about={"team": "team"},
    added={
        "stamp": 2,
        "due": 3,
        "due_soon": 3,
        "due_what": 3,
        "clocked": 3,
        "home": 3,
        "tier": 3,
        "transfers": 3,
        "customer_tier": 3,
    },
)
class Case(Record, frozen=True):
    """One matter of one customer. What a list shows of its messages is kept on it, so that a list is one index.

    `rank` orders a queue: lower comes first. `seq` counts messages; `in_seq` and `out_seq` are the newest from the
    customer and to the customer. `waiting_since` is 0 while nobody waits for an answer. `due` is when the next of its
    clocks runs out, `due_soon` from when on that is soon, `due_what` which one; `clocked` the version of the rules by
    which that was worked out, 0 for none. Where none runs, `due` is NEVER. `home` is the region that keeps it, if it is
    another one: then this is what may be seen of it here. `tier` is the least of whoever takes it; `transfers` how
    often it was handed on; `customer_tier` by which tier of its customer it goes.
    """

    number: int
    subject: ShortText
    customer: str
    customer_name: Name
    team: str
    channel: Name
    language: Name
    opened_at: Millis
    updated_at: Millis
    rank: int
    assignee: str = ""
    status: str = "open"
    priority: int = 1
    tags: tuple[str, ...] = ()
    seq: int = 0
    in_seq: int = 0
    out_seq: int = 0
    preview: ShortText = ""
    preview_from: str = "customer"
    waiting_since: Millis = 0
    answered_at: Millis = 0
    snoozed_until: Millis = 0
    solved_at: Millis = 0
    merged_into: str = ""
    linked: tuple[str, ...] = ()
    reopened: int = 0
    stamp: Stamp = ""
    due: Millis = 0
    due_soon: Millis = 0
    due_what: str = ""
    clocked: int = 0
    home: str = ""
    tier: int = 0
    transfers: int = 0
    customer_tier: Name = ""


@record(
    "conversation",
    parent=("case", "case"),
    classes={"page": "free"},
    public=("case", "channel", "customer", "site", "visitor"),
    added={"stamp": 2},
)
class Conversation(Record, frozen=True):
    """One channel's thread within a case."""

    case: str
    channel: Name
    customer: str
    opened_at: Millis
    site: str = ""
    visitor: str = ""
    page: ShortText = ""
    stamp: Stamp = ""


@record(
    "message",
    parent=("case", "case"),
    searchable=("text",),
    time="at",
    classes={"author_name": "free", "text": "free", "error": "free"},
    public=("case", "conversation", "kind", "author", "state", "device", "mentions", "event", "detail"),
    added={"stamp": 2},
)
class Message(Record, frozen=True):
    """A word in a case: from the customer, a reply, an internal note, or an event that happened to the case.

    `at` is the server's time, `written_at` that of the writer's device. `state` of a reply: held, accepted, sent (a
    mail that its server has taken), delivered, read, failed (with the channel's words in `error`). For an event `event`
    names what happened and `detail` the record it points to.
    """

    case: str
    conversation: str
    seq: int
    kind: str
    author: str
    author_name: Name
    text: LongText
    at: Millis
    written_at: Millis
    state: str = ""
    error: ShortText = ""
    hold_until: Millis = 0
    device: str = ""
    files: int = 0
    mentions: tuple[str, ...] = ()
    event: str = ""
    detail: ShortText = ""
    stamp: Stamp = ""


@record(
    "attachment",
    parent=("case", "case"),
    classes={"digest": "file", "name": "free"},
    public=("case", "message", "type"),
    added={"stamp": 2},
)
class Attachment(Record, frozen=True):
    """A file of a message: digest, name, size and type. The bytes are fetched by digest."""

    case: str
    message: str
    digest: str
    name: Name
    size: int
    type: Name
    stamp: Stamp = ""
