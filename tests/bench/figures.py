"""What a benchmark found: each figure beside what it is measured against, in the same run."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence

import msgspec

MARK = "figures: "


class Figure(msgspec.Struct, frozen=True):
    """One row of the table. `used` is how much of what is allowed was used: up to 1 is well."""

    name: str
    wanted: str
    measured: str
    floor: str
    used: float

    @property
    def well(self) -> bool:
        return self.used <= 1


def at_most(name: str, times: float, value: float, floor: float, unit: str, against: str) -> Figure:
    """At most so many times as much as the floor."""
    ratio = value / floor
    measured = f"{ratio:.2f} × ({amount(value)} {unit})"
    return Figure(name, f"≤ {times:g} ×", measured, f"{against}: {amount(floor)} {unit}", ratio / times)


def at_least(name: str, times: float, value: float, floor: float, unit: str, against: str) -> Figure:
    """At least so many times as much as the peer."""
    ratio = value / floor
    measured = f"{ratio:.2f} × ({amount(value)} {unit})"
    return Figure(name, f"≥ {times:g} ×", measured, f"{against}: {amount(floor)} {unit}", times / ratio)


def below(name: str, limit: float, value: float, unit: str, beside: str = "") -> Figure:
    """No more than a limit."""
    return Figure(name, f"≤ {amount(limit)} {unit}", f"{amount(value)} {unit}", beside, value / limit)


def above(name: str, limit: float, value: float, unit: str, beside: str = "") -> Figure:
    """No less than a limit."""
    return Figure(name, f"≥ {amount(limit)} {unit}", f"{amount(value)} {unit}", beside, limit / value)


def share(name: str, wanted: float, part: int, whole: int) -> Figure:
    """A share with Wilson's interval (95 %)."""
    if not whole:
        return Figure(name, f"≥ {wanted:.1%}", "none", "", 0.0)
    p, z = part / whole, 1.96
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    reach = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    interval = f"95 %: {max(0.0, middle - reach):.1%} to {min(1.0, middle + reach):.1%}"
    return Figure(name, f"≥ {wanted:.1%}", f"{p:.1%} ({part} of {whole})", interval, wanted / p if p else 9.0)


def amount(value: float) -> str:
    """A number as one reads it."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def told(figure: Figure) -> str:
    """A figure in one line."""
    verdict = "well" if figure.well else "MISSED"
    return f"{figure.name}: {figure.measured}, wanted {figure.wanted}; {figure.floor or 'no floor'} — {verdict}"


def run(measure: Callable[..., Sequence[Figure]], about: str | None, count: int = 0) -> None:
    """The main program of a benchmark. With a `count` it takes how many of what it measures as its second argument."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="less of everything: to see that it works")
    parser.add_argument("--raw", action="store_true", help="print what run.py reads")
    if count:
        parser.add_argument("count", type=int, nargs="?", default=count, help=f"how many are measured ({count:,})")
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = list(measure(chosen.quick, chosen.count) if count else measure(chosen.quick))
    for figure in found:
        print(told(figure), file=sys.stderr if chosen.raw else sys.stdout)
    if chosen.raw:
        print(MARK + msgspec.json.encode(found).decode())


def percentile(values: Sequence[float], part: float) -> float:
    """The value that so large a part of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
