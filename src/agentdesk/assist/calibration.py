"""How sure one may be that a suggestion is right, and from when on it is shown.

A logistic curve (Platt, 1999) over a source's score and its lead, for each kind of source, fitted on training data
(`agentdesk assist bench`); below the cut nothing is shown.
"""

from __future__ import annotations

import math

import msgspec

from .ranking import Found

STRONG = 0.8
"""From this chance on it is called a strong match."""
CURVES = {
    "macro": (9.0, 6.0, -5.6),
    "article": (9.0, 4.0, -5.6),
    "post": (9.0, 4.0, -5.6),
    "case": (10.0, 2.0, -6.6),
}
"""By kind: the weight of the score, of the lead over the next, and the constant."""
BY_WORDS = (8.0, 3.0, -4.5)


class Sure(msgspec.Struct, frozen=True):
    """The cut of one level, and its curves."""

    shown: float
    curves: dict[str, tuple[float, float, float]]

    def chance(self, found: Found, other: float, kind: str) -> float:
        """From 0 to 1. `other` is the score of the next one, or of the best where this is not it."""
        score, lead, constant = self.curves[kind]
        value = score * found.score + lead * (found.score - other) + constant
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def sure(level: int) -> Sure:
    """By words alone a score is the share of what was asked that is found, and says less."""
    return Sure(0.5, CURVES) if level >= 3 else Sure(0.6, dict.fromkeys(CURVES, BY_WORDS))
