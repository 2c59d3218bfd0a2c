"""Drawing a timeline's entries from tokens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QTextCharFormat,
    QTextCursor,
)

from agentdesk.desk.attaching import size_word
from agentdesk.desk.icons import paint_icon
from agentdesk.desk.pages.queue.timeline_layout import EDGE, META, FileBox, Laid, more_text
from agentdesk.desk.pages.queue.timeline_rich import paint_bars
from agentdesk.desk.pages.queue.timeline_text import found_format
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics, px, scaled
from agentdesk.desk.widgets.paint import CENTER, focus_ring, paint_avatar, rounded

_GROUNDS = {
    "customer": ("sunken", "line"),
    "reply": ("accent_soft", ""),
    "planned": ("surface", "accent"),
    "call": ("surface", "line"),
    "note": ("note", "note_line"),
    "failed": ("bad_soft", "bad"),
}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


FoundPlaces = Sequence[tuple[int, int, bool]]
"""Hits of a search in an entry's text, as Qt counts (start, end, whether it is the one that one has gone to)."""


def paint_entry(
    painter: QPainter, laid: Laid, selection: tuple[int, int] | None, focused: bool, found: FoundPlaces = ()
) -> None:
    """Draw an entry with its top left corner at the painter's origin."""
    if laid.item.kind == "message":
        _paint_message(painter, laid, selection, found)
    elif laid.item.kind == "unread":
        _paint_unread(painter, laid)
    elif laid.item.kind == "typing":
        _paint_typing(painter, laid)
    else:
        _paint_centred(painter, laid)
    if focused:
        box = laid.bubble if not laid.bubble.isEmpty() else QRectF(EDGE, 4, laid.width - 2 * EDGE, laid.height - 8)
        focus_ring(painter, box.adjusted(-3, -3, 3, 3), px("r_bubble"))


def _paint_message(painter: QPainter, laid: Laid, selection: tuple[int, int] | None, found: FoundPlaces) -> None:
    if not laid.avatar.isEmpty():
        paint_avatar(painter, laid.avatar, laid.said.who)
    dot = metrics(*META).horizontalAdvance(" · ")
    for at, (area, piece) in enumerate(laid.meta):
        _paint_piece(painter, area, piece.text, piece.ink, piece.icon)
        if at:
            _paint_piece(painter, QRectF(area.left() - dot, area.top(), dot, area.height()), " · ", "faint", "")
    _paint_bubble(painter, laid)
    if laid.document is not None:
        _paint_text(painter, laid, selection, found)
    for box in laid.files:
        _paint_file(painter, box)
    if not laid.more.isEmpty():
        _words(painter, laid.more, more_text(laid), "accent", "small", "strong")


def _paint_piece(painter: QPainter, area: QRectF, text: str, ink: str, icon: str) -> None:
    if icon:
        side = scaled(12)
        paint_icon(painter, QRectF(area.left(), area.center().y() - side / 2 + 0.5, side, side), icon, ink)
        area = area.adjusted(side + 4, 0, 0, 0)
    _words(painter, area, text, ink, "caption")


def _words(
    painter: QPainter, area: QRectF, text: str, ink: str, role: str, weight: str = "body", flags: int = 0
) -> None:
    painter.setFont(font(role, weight))
    painter.setPen(color(ink))
    shown = metrics(role, weight).elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()) + 2)
    painter.drawText(area, flags or int(_MIDDLE) | int(Qt.TextFlag.TextDontClip), shown)


def _paint_bubble(painter: QPainter, laid: Laid) -> None:
    """A box with one sharp corner: the one that points to its writer."""
    ground, edge = _GROUNDS[laid.said.tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color(ground))
    painter.setPen(QPen(color(edge), 1) if edge else Qt.PenStyle.NoPen)
    painter.drawPath(_outline(laid))
    painter.restore()


def _outline(laid: Laid) -> QPainterPath:
    box, radius = laid.bubble.adjusted(0.5, 0.5, -0.5, -0.5), px("r_bubble")
    path = QPainterPath()
    if laid.item.joined:
        path.addRoundedRect(box, radius, radius)
        return path
    right, sharp = laid.said.side == "right", 3
    first, second = (radius, sharp) if right else (sharp, radius)
    path.moveTo(box.left(), box.top() + first)
    for corner, size, start in (
        (QPointF(box.left(), box.top()), first, 180.0),
        (QPointF(box.right() - 2 * second, box.top()), second, 90.0),
        (QPointF(box.right() - 2 * radius, box.bottom() - 2 * radius), radius, 0.0),
        (QPointF(box.left(), box.bottom() - 2 * radius), radius, -90.0),
    ):
        path.arcTo(QRectF(corner, QSizeF(2 * size, 2 * size)), start, -90.0)
    path.closeSubpath()
    return path


def _paint_text(painter: QPainter, laid: Laid, selection: tuple[int, int] | None, found: FoundPlaces) -> None:
    assert laid.document is not None
    context = QAbstractTextDocumentLayout.PaintContext()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, color("text"))
    context.palette = palette
    shown = [_selected(laid, (start, end), found_format(now)) for start, end, now in found]
    if selection is not None:
        look = QTextCharFormat()
        look.setBackground(color("accent"))
        look.setForeground(color("on_accent"))
        shown.append(_selected(laid, selection, look))
    context.selections = shown
    painter.save()
    painter.translate(laid.text_at)
    paint_bars(painter, laid.document)
    laid.document.documentLayout().draw(painter, context)
    painter.restore()


def _selected(laid: Laid, selection: tuple[int, int], look: QTextCharFormat) -> QAbstractTextDocumentLayout.Selection:
    assert laid.document is not None
    made = QAbstractTextDocumentLayout.Selection()
    cursor = QTextCursor(laid.document)
    cursor.setPosition(selection[0])
    cursor.setPosition(selection[1], QTextCursor.MoveMode.KeepAnchor)
    made.cursor, made.format = cursor, look
    return made


def _paint_file(painter: QPainter, box: FileBox) -> None:
    if box.picture is not None:
        painter.drawPixmap(box.area.topLeft(), box.picture)
        return
    rounded(painter, box.area, px("r_control"), "surface", "line")
    side = scaled(16)
    middle = box.area.center().y()
    picture = "ph.image" if box.file.type.startswith("image/") else "ph.file-text"
    paint_icon(painter, QRectF(box.area.left() + 9, middle - side / 2, side, side), picture, "muted")
    size = size_word(box.file.size)
    room = metrics("caption").horizontalAdvance(size)
    _words(painter, box.area.adjusted(side + 16, 0, -room - 20, 0), box.file.name, "text", "small", "medium")
    end = QRectF(box.area.right() - room - 10, box.area.top(), room, box.area.height())
    _words(painter, end, size, "faint", "caption")


def _paint_unread(painter: QPainter, laid: Laid) -> None:
    text = tr("New")
    middle = laid.height / 2
    width = metrics("caption", "strong").horizontalAdvance(text)
    painter.setPen(QPen(color("bad"), 1))
    painter.drawLine(QPointF(EDGE, middle), QPointF(laid.width - EDGE - width - 10, middle))
    area = QRectF(laid.width - EDGE - width, 0, width + 2, laid.height)
    _words(painter, area, text, "bad", "caption", "strong")


def _paint_typing(painter: QPainter, laid: Laid) -> None:
    side = scaled(12)
    middle = laid.height / 2 + 3
    paint_icon(painter, QRectF(EDGE, middle - side / 2, side, side), "ph.pencil-simple", "faint")
    area = QRectF(EDGE + side + 6, 6, laid.width - 2 * EDGE - side, laid.height - 6)
    _words(painter, area, laid.said.words, "faint", "small")


def _paint_centred(painter: QPainter, laid: Laid) -> None:
    text = laid.said.words
    side = scaled(13) if laid.said.icon else 0
    room = laid.width - 2 * EDGE - (side + 7)
    weight = "strong" if laid.item.kind == "day" else "body"
    width = min(room, metrics("small", weight).horizontalAdvance(text))
    left = (laid.width - width - (side + 7 if side else 0)) / 2
    if side:
        where = QRect(round(left), round((laid.height - side) / 2) + 1, side, side)
        paint_icon(painter, where, laid.said.icon, "faint")
        left += side + 7
    _words(painter, QRectF(left, 0, width + 2, laid.height), text, "faint", "small", weight, int(CENTER))
