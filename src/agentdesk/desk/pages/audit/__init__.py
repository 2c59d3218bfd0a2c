"""The audit page: search the log, prove an entry, compare heads, take a bundle out of the house."""

from __future__ import annotations

from agentdesk.desk.pages.audit.page import AuditPage

__all__ = ["AuditPage"]
