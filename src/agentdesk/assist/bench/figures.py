"""Figures with intervals: shares after Wilson (1927), times by rank, what a process takes of memory."""

from __future__ import annotations

import hashlib
import math
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

if sys.platform != "win32":
    import resource

Z = 1.959964
"""For 95 %."""


class Figure(msgspec.Struct, frozen=True):
    """A share of `of`, with the ends of its 95 % interval."""

    name: str
    value: float
    low: float
    high: float
    of: int


class Report(msgspec.Struct, frozen=True):
    """What was measured, and on what: the data by its SHA-256, the model by its own."""

    task: str
    figures: tuple[Figure, ...]
    p50_ms: float
    p99_ms: float
    memory_mb: float
    train: dict[str, str]
    test: dict[str, str]
    model: str
    notes: tuple[str, ...] = ()


def share(name: str, hits: int, of: int) -> Figure:
    """A share with Wilson's interval."""
    if not of:
        return Figure(name, 0.0, 0.0, 1.0, 0)
    value, square = hits / of, Z * Z
    middle = (value + square / (2 * of)) / (1 + square / of)
    wide = Z * math.sqrt(value * (1 - value) / of + square / (4 * of * of)) / (1 + square / of)
    low, high = max(0.0, middle - wide), min(1.0, middle + wide)
    return Figure(name, round(value, 4), round(low, 4), round(high, 4), of)


BINS, DRAWS = 10, 200


def calibration(name: str, told: Sequence[tuple[float, bool]]) -> Figure:
    """The expected calibration error of (how sure, whether right): over ten equal steps of sureness, how far its mean
    is from the share that was right (Naeini and others, 2015). Its interval by drawing anew.
    """
    chance = random.Random(len(told))  # noqa: S311 a draw, no secret
    draws = sorted(_error(chance.choices(told, k=len(told))) for _ in range(DRAWS)) if told else [0.0, 1.0]
    low, high = draws[round(0.025 * (len(draws) - 1))], draws[round(0.975 * (len(draws) - 1))]
    return Figure(name, round(_error(told), 4), round(low, 4), round(high, 4), len(told))


def _error(told: Sequence[tuple[float, bool]]) -> float:
    steps: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for one in told:
        steps[min(BINS - 1, int(one[0] * BINS))].append(one)
    return sum(abs(sum(sure - right for sure, right in step)) for step in steps) / max(1, len(told))


def at_rank(times: Sequence[float], rank: float) -> float:
    """The value that so large a share of the times is not above (nearest rank)."""
    ordered = sorted(times)
    return round(ordered[max(0, math.ceil(rank * len(ordered)) - 1)], 2) if ordered else 0.0


def memory_mb() -> float:
    """The most that this process has held so far; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10), 1)


def digest(path: Path) -> str:
    """A file's SHA-256."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def told(report: Report) -> str:
    """For people."""
    lines = [f"{report.task}: {report.p50_ms} ms half of the time, {report.p99_ms} ms at p99, {report.memory_mb} MB"]
    for one in report.figures:
        lines.append(f"  {one.name:<34} {one.value:6.3f}   [{one.low:.3f}, {one.high:.3f}]   of {one.of}")
    lines += [f"  {kind} {name} {digest_[:16]}" for kind in ("train", "test")
              for name, digest_ in getattr(report, kind).items()]  # fmt: skip
    return "\n".join((*lines, f"  model {report.model[:16] or 'none'}", *(f"  {note}" for note in report.notes)))
