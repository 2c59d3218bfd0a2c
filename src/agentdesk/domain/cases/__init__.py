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
from .coming import on_coming, said_or_coming
from .customers import UpdateCustomer, given_name, stranger
from .fields import FIELDS, DefineField, Field, Fill, Filled, RetireField
from .filetexts import FILE_TEXTS, FileText, KeepFileText
from .grants import DUE_GRANTS, GRANTS, Grant
from .handling import Assign, Claim, Prioritise, Release, Reopen, Snooze, Solve, Tag, Untag, Wake
from .identities import IDENTITIES_OF, Identify, Identity, LinkCustomers, Unlink, same_person
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
from .tiers import SetTier
from .writing import Note, Reply

__all__ = [
    "ATTACHMENTS",
    "BY_DIGEST",
    "CONVERSATIONS",
    "CUSTOMER_CASES",
    "DUE_GRANTS",
    "DUE_HELD",
    "DUE_SNOOZED",
    "FIELDS",
    "FILE_TEXTS",
    "FOLLOWED",
    "FOLLOWERS",
    "GRANTS",
    "IDENTITIES_OF",
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
    "DefineField",
    "Deliver",
    "EndAccess",
    "Field",
    "File",
    "FileText",
    "Fill",
    "Filled",
    "Follow",
    "FollowCase",
    "Grant",
    "Identify",
    "Identity",
    "Invite",
    "KeepFileText",
    "Link",
    "LinkCustomers",
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
    "RetireField",
    "SetTier",
    "Snooze",
    "Solve",
    "Split",
    "Tag",
    "UnfollowCase",
    "Unlink",
    "Unsend",
    "Untag",
    "UpdateCustomer",
    "Wake",
    "given_name",
    "on_coming",
    "said_or_coming",
    "same_person",
    "stranger",
    "unread",
]
