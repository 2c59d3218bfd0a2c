"""Governed records: documents with an owner, versions, a way to approval, dates to look at them again, and a gate."""

from .differing import Line, differences
from .files import FILES_IN, FILES_OF, FILES_WITH, LIBRARY_BY_DIGEST, Attach, Detach, LibraryFile
from .gates import blocked, refuse_blocked, state_of
from .holding import Publish, Renew, Retire, Ring, Take, Withdraw
from .records import (
    DOCUMENTS,
    DUE_DOCUMENTS,
    EDITIONS,
    IN_WORK,
    NEW_REMINDERS,
    OF_OWNER,
    TRANSLATIONS,
    Document,
    Edition,
    Reminder,
)
from .registers import REGISTERS, Content, Register, content_of, register
from .reviewing import next_review
from .using import USES_IN, USES_OF, Use, UseAnswer
from .versions import refuse_newer, succeeding
from .writing import Approve, Begin, Discard, Draft, Read, SendBack, Submit

__all__ = [
    "DOCUMENTS",
    "DUE_DOCUMENTS",
    "EDITIONS",
    "FILES_IN",
    "FILES_OF",
    "FILES_WITH",
    "IN_WORK",
    "LIBRARY_BY_DIGEST",
    "NEW_REMINDERS",
    "OF_OWNER",
    "REGISTERS",
    "TRANSLATIONS",
    "USES_IN",
    "USES_OF",
    "Approve",
    "Attach",
    "Begin",
    "Content",
    "Detach",
    "Discard",
    "Document",
    "Draft",
    "Edition",
    "LibraryFile",
    "Line",
    "Publish",
    "Read",
    "Register",
    "Reminder",
    "Renew",
    "Retire",
    "Ring",
    "SendBack",
    "Submit",
    "Take",
    "Use",
    "UseAnswer",
    "Withdraw",
    "blocked",
    "content_of",
    "differences",
    "next_review",
    "refuse_blocked",
    "refuse_newer",
    "register",
    "state_of",
    "succeeding",
]
