"""The looks of what colleagues wrote: bold, code, links, items that hang, quotes with a bar before them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

from agentdesk.desk.pages.queue.timeline_text import counter, link_format
from agentdesk.desk.rich import LineAt, LookAt
from agentdesk.desk.theme import color, font, metrics, mono, px, scaled

QUOTES = QTextFormat.Property.UserProperty + 10
RULE = QTextFormat.Property.UserProperty + 11
INDENT = 18
BAR = 3


def dress(document: QTextDocument, text: str, looks: Iterable[LookAt], lines: Iterable[LineAt]) -> None:
    """Give a document of these words the looks they have. What lies behind the words' end is left out."""
    units, cursor, most = counter(text), QTextCursor(document), len(text)
    document.setIndentWidth(scaled(INDENT))
    for look in looks:
        if look.start < most:
            _mark(cursor, units, look.start, min(most, look.start + look.length), char_format(look.looks, look.href))
    for at in lines:
        if at.start > most:
            break
        cursor.setPosition(units(at.start))
        cursor.mergeBlockFormat(_block_format(at))
        if at.line.kind in ("heading", "code") or at.line.quote:
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(_line_format(at))


def _mark(
    cursor: QTextCursor, units: Callable[[int], int], start: int, end: int, look: QTextCharFormat
) -> None:  # fmt: skip
    cursor.setPosition(units(start))
    cursor.setPosition(units(end), QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(look)


def char_format(looks: str, href: str = "") -> QTextCharFormat:
    """How words of these looks are shown."""
    made = link_format(href) if href else QTextCharFormat()
    if "c" in looks:
        code = mono()
        made.setFontFamilies(code.families())
        made.setProperty(QTextFormat.Property.FontPixelSize, code.pixelSize())
        made.setBackground(color("text", 18))
    if "b" in looks:
        made.setFontWeight(font("body", "strong").weight())
    if "i" in looks:
        made.setFontItalic(True)
    if "s" in looks:
        made.setFontStrikeOut(True)
    return made


def _line_format(at: LineAt) -> QTextCharFormat:
    made = char_format("c" if at.line.kind == "code" else "")
    if at.line.kind == "code":
        made.setBackground(Qt.BrushStyle.NoBrush)  # the whole line has one
    if at.line.kind == "heading":
        made.setFontWeight(font("body", "strong").weight())
        made.setProperty(QTextFormat.Property.FontPixelSize, px("body") + (2 if at.line.level < 3 else 1))
    if at.line.quote:
        made.setForeground(color("muted"))
    return made


def _block_format(at: LineAt) -> QTextBlockFormat:
    line, made = at.line, QTextBlockFormat()
    made.setIndent(line.quote + line.depth)
    if line.marker:
        made.setTextIndent(-metrics().horizontalAdvance(f"{line.marker} "))
    if line.kind == "code":
        made.setBackground(color("text", 14))
        made.setLineHeight(100, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)  # no gaps in its ground
    if line.quote:
        made.setProperty(QUOTES, line.quote)
    if line.kind == "rule":
        made.setProperty(RULE, True)
    return made


def paint_bars(painter: QPainter, document: QTextDocument) -> None:
    """What no text can draw: the bars before quotes, and rules. The painter stands at the document's corner."""
    block, layout, step = document.begin(), document.documentLayout(), scaled(INDENT)
    while block.isValid():
        look = block.blockFormat()
        area = layout.blockBoundingRect(block)
        depth = look.property(QUOTES) or 0
        right = block.textDirection() == Qt.LayoutDirection.RightToLeft
        for level in range(depth):
            left = document.textWidth() - level * step - BAR if right else level * step
            painter.fillRect(QRectF(left, area.top(), BAR, area.height()), color("muted", 110))
        if look.property(RULE):
            painter.setPen(QPen(color("line"), 1))
            middle = area.center().y()
            painter.drawLine(QLineF(depth * step, middle, document.textWidth(), middle))
        block = block.next()
