"""Mail: which case a mail belongs to, and the address that answers come back to."""

from .placing import Arrival, Known, Memory, Placed, Related, place, place_bounce
from .reply_address import case_of, reply_address
from .subjects import base_subject, reply_subject

__all__ = [
    "Arrival",
    "Known",
    "Memory",
    "Placed",
    "Related",
    "base_subject",
    "case_of",
    "place",
    "place_bounce",
    "reply_address",
    "reply_subject",
]
