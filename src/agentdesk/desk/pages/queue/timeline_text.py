"""A message's text made ready to be drawn: links, names, the direction of each paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import accumulate

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextOption

from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font

LINK = re.compile("https?://[^\\s<>\"'\u200e\u200f\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
LINE_PERCENT = 132.0


def links_in(text: str) -> list[tuple[int, int, str]]:
    """Web addresses in a text: start, length, address. Only http and https, and only with a host."""
    out = []
    for found in LINK.finditer(text):
        address = found[0].rstrip(".,;:!?")
        if address.endswith(")") and "(" not in address:
            address = address.rstrip(")")
        if QUrl(address, QUrl.ParsingMode.StrictMode).host():
            out.append((found.start(), len(address), address))
    return out


def link_tip(address: str) -> str:
    """What a link really opens: its host first, and the address with nothing hidden in it."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.host():
        return tr("Opens {host}: {address}", host=url.scheme(), address=url.path()[:300])
    plain = bytes(url.toEncoded().data()).decode("ascii", "replace")
    host = bytes(QUrl.toAce(url.host()).data()).decode("ascii", "replace") or url.host()
    return tr("Opens {host}: {address}", host=host, address=plain[:300])


def document_of(
    text: str,
    names: Iterable[tuple[int, int]] = (),
    hidden: Iterable[tuple[int, int]] = (),
    ours: Iterable[tuple[int, int]] = (),
) -> QTextDocument:
    """The text as a document without a width yet. Each paragraph runs in its own direction; `ours` is what the desk
    says of it, and can never be taken for the writer's words.
    """
    made = QTextDocument()
    made.setUndoRedoEnabled(False)
    made.setDocumentMargin(0)
    made.setDefaultFont(font("body"))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    made.setDefaultTextOption(option)
    made.setPlainText(text)
    cursor = QTextCursor(made)
    cursor.select(QTextCursor.SelectionType.Document)
    spaced = QTextBlockFormat()
    spaced.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(spaced)
    for start, length in names:
        _mark(cursor, text, start, length, _name_format())
    for start, length in hidden:
        _mark(cursor, text, start, length, _hidden_format())
    for start, length in ours:
        _mark(cursor, text, start, length, _ours_format())
    for start, length, address in links_in(text):
        _mark(cursor, text, start, length, link_format(address))
    return made


def fit(document: QTextDocument, most: float) -> float:
    """Give the document the least width up to `most` that keeps its lines; returns it."""
    document.setTextWidth(most)
    ideal = min(most, document.idealWidth() + 1)
    if ideal < most:
        document.setTextWidth(ideal)
    return ideal


def _mark(cursor: QTextCursor, text: str, start: int, length: int, look: QTextCharFormat) -> None:
    first, last = units(text, start), units(text, start + length)
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(look)


def units(text: str, at: int) -> int:
    """A place in the text as Qt counts, in UTF-16 units."""
    return at if text.isascii() else len(text[:at].encode("utf-16-le", "surrogatepass")) // 2


def counter(text: str) -> Callable[[int], int]:
    """`units` for many places in one text."""
    if text.isascii() or max(text) < "\U00010000":
        return lambda at: at
    counts = [0, *accumulate(1 + (sign > "\uffff") for sign in text)]
    return counts.__getitem__


def found_format(now: bool = False) -> QTextCharFormat:
    """How a hit of a search stands out; `now`: the one that one has gone to."""
    look = QTextCharFormat()
    look.setBackground(color("accent" if now else "note_line"))
    look.setForeground(color("on_accent" if now else "text"))
    return look


def _name_format() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(color("accent"))
    look.setFontWeight(font("body", "strong").weight())
    return look


def _hidden_format() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setBackground(color("line_soft"))
    look.setForeground(color("muted"))
    look.setFont(font("small"))
    return look


def _ours_format() -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(color("muted"))
    look.setFont(font("small"))
    return look


def link_format(address: str) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setAnchor(True)
    look.setAnchorHref(address)
    look.setForeground(color("accent"))
    look.setFontUnderline(True)
    return look
