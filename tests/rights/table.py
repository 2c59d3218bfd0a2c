"""Reads the table of rights that was written by hand."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).parent / "matrix.csv"
ROLES = ("agent", "senior", "supervisor", "quality", "planner", "admin", "auditor")
Rows = dict[str, dict[str, str]]


def sections(text: str = "") -> dict[str, Rows]:
    """Section → row → column → cell. A section begins with a line whose columns are names of roles."""
    found: dict[str, Rows] = {}
    title, columns = "", list[str]()
    for line in (text or FILE.read_text("utf-8")).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        first, *rest = (cell.strip() for cell in line.split(";"))
        if rest[: len(ROLES)] == list(ROLES):
            title, columns = first, rest
            found[title] = {}
            continue
        assert len(rest) == len(columns), f"{first}: {len(rest)} cells for {len(columns)} columns"
        assert first not in found[title], f"{first} is there twice"
        found[title][first] = dict(zip(columns, rest, strict=True))
    return found
