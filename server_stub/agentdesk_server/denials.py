"""Denials that no command carries: a question or a door that is not for a role leaves its leaf in the log, too."""

from __future__ import annotations

from agentdesk.domain.kernel import Actor
from agentdesk_server.authority import Submission

DENIED = "Your role may not do this."


def denial(person: str, device: str, permission: str) -> Submission:
    """What the authority is to write down: somebody asked for what only a permission opens."""
    return Submission(Actor(person, "nobody", device=device), permission, None, b"", problem=DENIED, code="denied")
