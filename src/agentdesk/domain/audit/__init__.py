"""The audit log as anyone can check it: leaves, heads, the tree of RFC 9162 and its proofs; and questions about it."""

from .breaks import AcceptLog, AuditBreak, FollowLog
from .commands import CompareHeads, ExportAudit, ListHeads, Look, ProveEntry, SearchAudit, UnsealEntry
from .published import AuditHead, PublishHead

__all__ = [
    "AcceptLog",
    "AuditBreak",
    "AuditHead",
    "CompareHeads",
    "ExportAudit",
    "FollowLog",
    "ListHeads",
    "Look",
    "ProveEntry",
    "PublishHead",
    "SearchAudit",
    "UnsealEntry",
]
