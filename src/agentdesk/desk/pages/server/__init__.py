"""The page of the server for IT: how it is protected, line by line, with a word for each and what to do."""

from __future__ import annotations

from agentdesk.desk.pages.server.page import ServerPage

__all__ = ["ServerPage"]
