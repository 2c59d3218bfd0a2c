"""E-mail: read from bytes that nobody vouches for, and written so that nothing can be slipped in. No network."""

from .limits import DEFAULT, Limits
from .pages import with_images
from .parser import parse
from .records import (
    Address,
    Attachment,
    Bounce,
    Checks,
    Fold,
    Mail,
    MailingList,
    Receiver,
    Remark,
    Unreadable,
    key,
    visible,
)
from .remarks import sentence
from .telling import told

__all__ = [
    "DEFAULT",
    "Address",
    "Attachment",
    "Bounce",
    "Checks",
    "Fold",
    "Limits",
    "Mail",
    "MailingList",
    "Receiver",
    "Remark",
    "Unreadable",
    "key",
    "parse",
    "sentence",
    "told",
    "visible",
    "with_images",
]
