"""A refusal as the answer to a desk's question: its values stand apart, so that the desk can translate the sentence."""

from __future__ import annotations

from typing import Any, Literal

from agentdesk.domain.kernel import Refusal
from agentdesk.protocol.frames import Answer

STEP_UP: Literal["step_up"] = "step_up"


def refused(id: int, refusal: Refusal) -> Answer:
    """Why there is no answer to the question with this number, and whether a fresh proof is all that it takes."""
    code: Literal["", "step_up"] = STEP_UP if refusal.code == STEP_UP else ""
    return Answer(id=id, sentence=refusal.sentence, data=plain(refusal.data), code=code)


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """What of a refusal's values can travel."""
    return {name: value for name, value in data.items() if isinstance(value, str | int)}
