"""A case so far in a few of its own sentences, and the steps that an article names. Nothing is worded anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .frames import Turn
from .languages import COMMON_WORDS
from .terms import terms
from .wording import parts

FEWEST, MOST_STEPS, LONGEST = 4, 6, 180
"""Turns from which on there is something to sum up; steps; characters of a sentence or a step."""
_ENDS = re.compile(r"(?<=[.!?…。！？])\s+|\n+|(?<=[。！？])")
_STEP = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+(\S.*)$", re.MULTILINE)


def so_far(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """What the customer came with, what was answered last, what they say now: of each the sentence that tells most:
    that has most of the words that come again and again. Nothing of a case that is short enough to be read.
    """
    asked = [at for at, turn in enumerate(turns) if turn.who == "customer"]
    answered = [at for at, turn in enumerate(turns) if turn.who != "customer"]
    if len(turns) < FEWEST or not asked or not answered:
        return ()
    counts = Counter(word for turn in turns for word in set(_telling(turn.text)))
    places = sorted({asked[0], answered[-1], asked[-1]})
    found = (Turn(turns[at].who, _best(turns[at].text, counts)) for at in places)
    return tuple(one for one in found if one.text)


def _best(text: str, counts: Counter[str]) -> str:
    sentences = [one.strip() for one in _ENDS.split(parts(text).body) if one and one.strip()]
    return cut(max(sentences, key=lambda one: sum(counts[word] for word in set(_telling(one))), default=""))


def _telling(text: str) -> list[str]:
    return [word for word in terms(text) if word not in COMMON_WORDS]


def steps(text: str) -> tuple[str, ...]:
    """What is to be done in turn by a Markdown text: the lines of its first list, if that has more than one."""
    found = [cut(one[1].strip().replace("**", "")) for one in _STEP.finditer(text)]
    return tuple(found[:MOST_STEPS]) if len(found) > 1 else ()


def cut(text: str) -> str:
    """No longer than is read at a glance."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rsplit(" ", 1)[0].rstrip() + "…"
