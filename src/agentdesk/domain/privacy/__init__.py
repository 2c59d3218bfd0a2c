"""Privacy: consents, erasure, legal holds, and how long what is kept."""

from .asking import FindSubject, LookAtConsents, ProveErasure
from .consents import CONSENT, CONSENTS_OF, Consent, RecordConsent, SayConsent, consents_to
from .erasing import AskDevices, Confirm, Device, Erase, EraseAgain, EraseMore, Ground
from .exporting import Export
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
from .retention import RETENTIONS, RUNS, Finish, Forget, Retention, RetentionRun, RunRetention, SetRetention

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
    "RETENTIONS",
    "RUNS",
    "UNTOLD",
    "AskDevices",
    "Confirm",
    "Confirmation",
    "Consent",
    "Device",
    "Erase",
    "EraseAgain",
    "EraseMore",
    "Erasure",
    "Export",
    "FindSubject",
    "Finish",
    "Forget",
    "Ground",
    "Hold",
    "LookAtConsents",
    "ProveErasure",
    "RecordConsent",
    "ReleaseHold",
    "Retention",
    "RetentionRun",
    "RunRetention",
    "SayConsent",
    "SetHold",
    "SetRetention",
    "consents_to",
    "is_held",
]
