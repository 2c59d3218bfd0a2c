"""The page of all figures: a row each, with the day on which it was taken; a run of some puts only theirs anew."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from tests.bench.figures import Figure

HEAD = ("| Figure | Wanted | Measured | Beside it | | Taken |", "|---|---|---|---|---|---|")


def page(found: Sequence[Figure], day: str, old: str = "", quick: bool = False) -> str:
    """All figures as a page of Markdown. Rows of the `old` page stay where they are unless they were taken again, new
    ones come after them; what stands below its table stays, too.
    """
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    short = " A quick run: smaller companies, fewer rounds." if quick else ""
    before, below = _parts(old)
    rows = {**before, **{figure.name: row(figure, day) for figure in found}}
    lines = [
        "# Benchmarks", "",
        f"Made by `make bench` ({machine}).{short} Each ratio is against a floor or a peer that ran beside it,"
        " so another machine gives other times and much the same ratios.",
        "", *HEAD, *rows.values(), *below,
    ]  # fmt: skip
    return "\n".join(lines).rstrip("\n") + "\n"


def row(figure: Figure, day: str) -> str:
    """One figure."""
    verdict = "met" if figure.well else "**missed**"
    told = (figure.name, figure.wanted, figure.measured, figure.floor, verdict, day)
    return f"| {' | '.join(told)} |"


def _parts(old: str) -> tuple[dict[str, str], list[str]]:
    """The rows of a page by what they are about, and the lines below its table."""
    lines = old.splitlines()
    if HEAD[0] not in lines:
        return {}, []
    rest = lines[lines.index(HEAD[0]) + len(HEAD) :]
    count = next((at for at, line in enumerate(rest) if not line.startswith("|")), len(rest))
    return {line.split(" | ")[0].removeprefix("| "): line for line in rest[:count]}, rest[count:]
