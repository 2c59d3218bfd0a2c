"""How sure one may be that a suggestion is right, and from when on it is shown.

A logistic curve (Platt, 1999) over a source's score and its lead, for each kind of source, fitted on training data
(`agentdesk assist bench`); below the cut nothing is shown.
"""

from __future__ import annotations

import math

import msgspec

from .ranking import Found

STRONG = 0.86
"""From this chance on it is called a strong match: of those on the training data 95 % were right."""
SHOWN, BESIDE = 0.70, 0.35
"""So sure the first card must be (91 % of those were right, with one question in seven that nothing could answer), and
so sure what is shown beside it; by words alone the first needs less, for its score is a share and grows slowly."""
SHOWN_BY_WORDS = 0.60
CURVES = {
    "macro": (6.53, 5.08, -4.42),
    "article": (6.53, 5.08, -4.42),
    "post": (6.53, 5.08, -4.42),
    "case": (9.81, 5.03, -5.85),
}
"""By kind: the weight of the score, of the lead over the next, and the constant. Fitted on 368 questions of banking77's
training part against ten others of each intent, twelve intents held out (expected calibration error 0.03); articles
and posts, for which there is no training data, are taken to be as macros."""
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
    return Sure(SHOWN, CURVES) if level >= 3 else Sure(SHOWN_BY_WORDS, dict.fromkeys(CURVES, BY_WORDS))
