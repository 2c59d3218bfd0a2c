"""Cases: what a customer wants, from the first word to the solution."""

from ..kernel import File
from .access import BreakGlass, EndAccess, Invite
from .attention import (
    FOLLOWED,
    FOLLOWERS,
    MENTIONS,
    NEW_MENTIONS,
    Follow,
    FollowCase,
    Mention,
    Read,
    ReadMark,
    UnfollowCase,
    unread,
)
from .customers import UpdateCustomer
from .filetexts import FILE_TEXTS, FileText, KeepFileText
from .grants import DUE_GRANTS, GRANTS, Grant
from .handling import Assign, Claim, Prioritise, Release, Reopen, Snooze, Solve, Tag, Untag, Wake
from .joining import Link, Merge
from .opening import OpenCase, Receive
from .questions import (
    ATTACHMENTS,
    BY_DIGEST,
    CONVERSATIONS,
    CUSTOMER_CASES,
    DUE_HELD,
    DUE_SNOOZED,
    MESSAGES,
    MESSAGES_AFTER,
    SITE_CONVERSATIONS,
    VISITOR_CONVERSATIONS,
)
from .records import (
    NEVER,
    PRIORITIES,
    Attachment,
    Case,
    CaseId,
    Conversation,
    Customer,
    Message,
    MessageId,
)
from .splitting import Split
from .states import Deliver, MarkMessage, Unsend
from .writing import Note, Reply

__all__ = [
    "ATTACHMENTS",
    "BY_DIGEST",
    "CONVERSATIONS",
    "CUSTOMER_CASES",
    "DUE_GRANTS",
    "DUE_HELD",
    "DUE_SNOOZED",
    "FILE_TEXTS",
    "FOLLOWED",
    "FOLLOWERS",
    "GRANTS",
    "MENTIONS",
    "MESSAGES",
    "MESSAGES_AFTER",
    "NEVER",
    "NEW_MENTIONS",
    "PRIORITIES",
    "SITE_CONVERSATIONS",
    "VISITOR_CONVERSATIONS",
    "Assign",
    "Attachment",
    "BreakGlass",
    "Case",
    "CaseId",
    "Claim",
    "Conversation",
    "Customer",
    "Deliver",
    "EndAccess",
    "File",
    "FileText",
    "Follow",
    "FollowCase",
    "Grant",
    "Invite",
    "KeepFileText",
    "Link",
    "MarkMessage",
    "Mention",
    "Merge",
    "Message",
    "MessageId",
    "Note",
    "OpenCase",
    "Prioritise",
    "Read",
    "ReadMark",
    "Receive",
    "Release",
    "Reopen",
    "Reply",
    "Snooze",
    "Solve",
    "Split",
    "Tag",
    "UnfollowCase",
    "Unsend",
    "Untag",
    "UpdateCustomer",
    "Wake",
    "unread",
]
