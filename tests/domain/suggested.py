"""What was suggested for a case, and what may be said of it."""

from __future__ import annotations

from typing import Any

from agentdesk.domain.suggestions import Considered, QueueRule, Suggestion

SUGGESTED: dict[str, dict[str, Any]] = {
    "suggestion.offer": {
        "suggestion": "sg9",
        "case": "c1",
        "turn": 1,
        "level": 3,
        "rules": 1,
        "threshold": 0.5,
        "input_sha256": "ab",
        "candidates": (Considered("macro:k1", "macro", 1, 0, 0.7, 0.2, 0.1, 0.6),),
        "shown": ("macro:k1",),
    },
    "suggestion.draft": {"case": "c1", "sources": ("macro:k1",)},
    "assist.service": {"state": "on"},
    "suggestion.act": {"suggestion": "sg1", "case": "case-1", "source": "macro:m", "action": "accepted", "chars": 9},
    "suggestion.sent": {"suggestion": "sg1", "case": "case-1", "message": "mr1", "edits": 2, "final_sha256": "ab"},
    "suggestion.prove": {"message": "mr1"},
    "assist.rules": {"rules": "ru9", "rows": (QueueRule(channel="chat", least=80),), "note": "Safer."},
    "assist.drill": {"level": 1, "until": 1_800_060_000_000, "reason": "To see that work goes on."},
}
"""For each command one that means something."""


def suggested(id: str, case: str, by: str, scope: str) -> Suggestion:
    """Something that was suggested to somebody."""
    weighed = Considered("macro:m", "macro", 1, 0, 0.7, 0.2, 0.0, 0.6)
    return Suggestion(
        id, scope, 0, case, 1, by, 0, "auto", 3, "ab", 1, 0.5, "cd", (), "en", 9_000, (weighed,), ("macro:m",), "shown"
    )
