"""The page of privacy: requests of persons, legal holds, how long what is kept, and what was erased."""

from __future__ import annotations

from agentdesk.desk.pages.privacy.page import PrivacyPage

__all__ = ["PrivacyPage"]
