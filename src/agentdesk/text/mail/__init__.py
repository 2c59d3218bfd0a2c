"""E-mail: read from bytes that nobody vouches for, and written so that nothing can be slipped in. No network."""

from .composing import Composed, Outgoing, compose, message_id, threaded
from .fields import CannotSend
from .identity import identity
from .limits import DEFAULT, Limits
from .machines import may_answer
from .pages import with_images
from .parser import parse
from .records import (
    Address,
    Attachment,
    Bounce,
    Checks,
    Mail,
    MailingList,
    Receiver,
    Remark,
    Unreadable,
    key,
    visible,
)
from .remarks import sentence
from .signatures import Signature, signature_for
from .telling import told

__all__ = [
    "DEFAULT",
    "Address",
    "Attachment",
    "Bounce",
    "CannotSend",
    "Checks",
    "Composed",
    "Limits",
    "Mail",
    "MailingList",
    "Outgoing",
    "Receiver",
    "Remark",
    "Signature",
    "Unreadable",
    "compose",
    "identity",
    "key",
    "may_answer",
    "message_id",
    "parse",
    "sentence",
    "signature_for",
    "threaded",
    "told",
    "visible",
    "with_images",
]
