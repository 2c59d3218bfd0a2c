"""How a line in the field looks while it is typed: as it will be sent, with its signs still there, only paler."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtGui import QTextCharFormat

from agentdesk.desk.pages.queue.timeline_rich import char_format
from agentdesk.desk.pages.queue.timeline_text import counter
from agentdesk.desk.theme import color, font
from agentdesk.text.rich import Mark, marks

Styled = tuple[int, int, QTextCharFormat]
"""Start and length as Qt counts, and the look."""


def styles(line: str, before: int) -> tuple[list[Styled], int, list[tuple[int, int]]]:
    """The looks of a line, its state (see `marks`), and where nothing is spelled: code, addresses."""
    found, state = marks(line, max(0, before))
    if not found:
        return [], state, []
    units = counter(line)
    places = [(mark, units(mark.start), units(mark.start + mark.length)) for mark in found]
    unspelled = [(start, end) for mark, start, end in places if "c" in mark.looks or mark.looks == "sign"]
    return list(_styled(places)), state, unspelled


def _styled(places: list[tuple[Mark, int, int]]) -> Iterator[Styled]:
    """What holds for the whole line first, so that words in it keep what is their own."""
    for mark, start, end in sorted(places, key=lambda place: place[0].looks not in ("heading", "quote")):
        special = _LOOKS.get(mark.looks)
        yield start, end - start, special() if special else char_format(mark.looks, mark.href)


def _sign() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color("faint"))
    return made


def _heading() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setFontWeight(font("body", "strong").weight())
    return made


def _quote() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(color("muted"))
    return made


_LOOKS: dict[str, Callable[[], QTextCharFormat]] = {"sign": _sign, "heading": _heading, "quote": _quote}
