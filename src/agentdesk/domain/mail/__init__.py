"""Mail: which case a mail belongs to, the address that answers come back to, and how far one of ours has got."""

from .pictures import LoadPictures
from .placing import Arrival, Known, Memory, Placed, Related, place, place_bounce
from .records import BY_MESSAGE_ID, DUE_MAILS, MAILS, MAILS_IN, TRYING, Mail
from .remembering import Remembered
from .reply_address import case_of, reply_address
from .sending import MarkMail, RetryMail
from .subjects import base_subject, reply_subject
from .taking import Returned, TakeMail

__all__ = [
    "BY_MESSAGE_ID",
    "DUE_MAILS",
    "MAILS",
    "MAILS_IN",
    "TRYING",
    "Arrival",
    "Known",
    "LoadPictures",
    "Mail",
    "MarkMail",
    "Memory",
    "Placed",
    "Related",
    "Remembered",
    "RetryMail",
    "Returned",
    "TakeMail",
    "base_subject",
    "case_of",
    "place",
    "place_bounce",
    "reply_address",
    "reply_subject",
]
