"""The gate: what cannot be done with a document that is not in force."""

from __future__ import annotations

from ..kernel import Refusal, Told
from .records import Document
from .registers import REGISTERS


def state_of(document: Document, now: int) -> str:
    """Why a document is not in force: draft, retired, over, expired; nothing if it is. By the time, not by whether the
    server has come round to saying so.
    """
    if document.state != "published":
        return document.state
    if document.until and document.until <= now:
        return "over"
    return "expired" if document.expires_at and document.expires_at <= now else ""


def blocked(document: Document, act: str, now: int) -> str:
    """The state that shuts the gate for this act; nothing if it is open. What no register speaks of is shut."""
    found = REGISTERS.get(document.register)
    return state_of(document, now) if found is None or act in found.shuts else ""


def refuse_blocked(document: Document, act: str, now: int) -> None:
    """Refuses an act for which the gate is shut, and says why."""
    why, title = blocked(document, act, now), Told(document, "title")
    if why == "draft":
        raise Refusal("{title} is not published yet, so it cannot be used.", why, title=title)
    if why == "expired":
        raise Refusal(
            "{title} was not looked at in time, so it cannot be used. Its owner can renew it.",
            why,
            title=title,
        )
    if why == "retired":
        raise Refusal("{title} was retired, so it cannot be used.", why, title=title)
    if why:
        raise Refusal("{title} held only for a time that is over, so it cannot be used.", why, title=title)
