"""What suggestions do to the time an answer takes: cases that had them beside cases in which they were held back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, variance
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from .records import Count

Z = 1.959964
"""For intervals of 95 %."""
ENOUGH = 30
"""Replies on either side, fewer tell nothing."""
Part = Annotated[float, Meta(ge=-1.0, le=1e9)]


class Arm(NamedTuple):
    """One side: how long each reply took (ms), how many of the cases came back, of how many."""

    took: Sequence[int]
    reopened: int
    of: int


class Effect(msgspec.Struct, frozen=True):
    """Replies with suggestions (`shown`) beside those with suggestions held back (`held`): the time that half of them
    took at most (ms), and by which part the usual time is longer (shorter: below 0), with its 95 % interval. Of a
    thousand cases so many came back. With fewer than 30 on a side `is_enough` is false, and nothing is claimed.
    """

    shown: Count
    held: Count
    half_shown: Count
    half_held: Count
    longer: Part
    low: Part
    high: Part
    reopened_shown: Count
    reopened_held: Count
    is_enough: bool


def effect(shown: Arm, held: Arm) -> Effect:
    """Compare the sides by the logarithms of their times, which are nearer to a bell than the times: the difference of
    the means is the logarithm of how many times longer it takes, its error after Welch (1947).
    """
    sides = [[math.log(max(1, ms)) for ms in arm.took] for arm in (shown, held)]
    enough = all(len(side) >= ENOUGH for side in sides)
    difference = fmean(sides[0]) - fmean(sides[1]) if all(sides) else 0.0
    error = math.sqrt(sum(variance(side) / len(side) for side in sides)) if enough else 0.0
    return Effect(
        shown=len(shown.took),
        held=len(held.took),
        half_shown=round(median(shown.took)),
        half_held=round(median(held.took)),
        longer=_part(difference),
        low=_part(difference - Z * error),
        high=_part(difference + Z * error),
        reopened_shown=_of_thousand(shown),
        reopened_held=_of_thousand(held),
        is_enough=enough,
    )


def median(values: Sequence[float]) -> float:
    """The value that half of them are not above; 0 of none."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else 0.0


def _part(logarithm: float) -> float:
    return round(math.expm1(min(20.0, logarithm)), 4)


def _of_thousand(arm: Arm) -> int:
    return round(1_000 * arm.reopened / arm.of) if arm.of else 0
