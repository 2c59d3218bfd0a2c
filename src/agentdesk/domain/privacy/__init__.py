"""Privacy: consents, erasure, legal holds, and how long what is kept."""

from .consents import CONSENT, CONSENTS_OF, Consent, RecordConsent, SayConsent, consents_to
from .erasing import AskDevices, Confirm, Device, Erase, EraseMore
from .holds import ReleaseHold, SetHold
from .records import (
    CONFIRMATIONS,
    ERASING,
    ERASURE_OF,
    ERASURES,
    HELD,
    HOLDS,
    OWED,
    PRIVACY,
    UNTOLD,
    Confirmation,
    Erasure,
    Hold,
    is_held,
)

__all__ = [
    "CONFIRMATIONS",
    "CONSENT",
    "CONSENTS_OF",
    "ERASING",
    "ERASURES",
    "ERASURE_OF",
    "HELD",
    "HOLDS",
    "OWED",
    "PRIVACY",
    "UNTOLD",
    "AskDevices",
    "Confirm",
    "Confirmation",
    "Consent",
    "Device",
    "Erase",
    "EraseMore",
    "Erasure",
    "Hold",
    "RecordConsent",
    "ReleaseHold",
    "SayConsent",
    "SetHold",
    "consents_to",
    "is_held",
]
