"""What a reply cannot show, told in what it can: tables as lists, pictures as their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .lines import FENCE, LONGEST, MOST_LINES

_PICTURE = re.compile(r"(?<!\\)!\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-{1,200}:?")
_HEAVY = 1_000
"""A longer head is no table that anybody reads: each row would repeat it."""


def simpler(text: str) -> str:
    """A text in Markdown for a reply or a note. Each row of a table (GitHub's, 4.10) is an item that names its columns;
    of a picture its words are left. Fenced code stays as it is, and so does all that is neither.
    """
    if ("|" not in text and "![" not in text) or len(text) > LONGEST or text.count("\n") > MOST_LINES:
        return text
    return "\n".join(_told(text.split("\n")))


def _told(lines: Sequence[str]) -> Iterator[str]:
    at, fence = 0, ""
    while at < len(lines):
        line = lines[at]
        if fence or (opened := FENCE.match(line)):
            closing = line.strip(" ")
            if not fence:
                fence = opened[1] if opened else ""
            elif closing and not closing.strip(fence[0]) and len(closing) >= len(fence):
                fence = ""
            yield line
            at += 1
        elif head := _head(lines, at):
            rows = _rows(lines, at + 2)
            yield from _items(head, rows)
            at += 2 + len(rows)
        else:
            yield _without_pictures(line)
            at += 1


def _head(lines: Sequence[str], at: int) -> list[str]:
    """The names of the columns, if a table begins here."""
    if at + 1 >= len(lines) or "|" not in lines[at] or "|" not in lines[at + 1] or len(lines[at]) > _HEAVY:
        return []
    names, rules = _cells(lines[at]), _cells(lines[at + 1])
    fits = len(names) == len(rules) and all(_RULE.fullmatch(rule) for rule in rules)
    return names if fits else []


def _rows(lines: Sequence[str], at: int) -> list[list[str]]:
    rows = []
    while at < len(lines) and "|" in lines[at]:
        rows.append(_cells(lines[at]))
        at += 1
    return rows


def _cells(line: str) -> list[str]:
    inside = line.strip().removeprefix("|")
    cells = [cell.replace("\\|", "|").strip() for cell in _CELL.split(inside)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _items(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for row in rows or [[""] * len(head)]:
        told = [
            ": ".join(filter(None, (name, cell))) for name, cell in zip(head, row, strict=False) if cell or not rows
        ]
        if told:
            yield _without_pictures(f"- {'; '.join(told)}")


def _without_pictures(line: str) -> str:
    return _PICTURE.sub(r"\1", line) if "![" in line else line
