"""Paints rows of the queue, and their outlines while they are loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.models.list import HELD, RECORD
from agentdesk.desk.pages.queue.row import RowFacts
from agentdesk.desk.pages.queue.timeline_text import found_format, units
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import chip_size, focus_ring, paint_avatar, paint_chip, rounded
from agentdesk.domain.kernel import Record
from agentdesk.domain.kernel.terms import Term, places

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_BARS = ((0.46, 0.82), (0.62, 0.74), (0.38, 0.9), (0.54, 0.66))


class RowDelegate(QStyledItemDelegate):
    """`tell` turns a record into what is shown of it."""

    def __init__(self, tell: Callable[[Record], RowFacts | None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self.open_case = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, scaled(81))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        record = index.data(RECORD)
        shown = self._tell(record) if record is not None else None
        painter.save()
        painter.setLayoutDirection(option.direction)
        if shown is None:
            paint_outline(painter, rect, index.row())
        else:
            self._paint(painter, rect, state, shown, str(index.data(HELD) or ""))
        painter.restore()

    def _paint(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag, row: RowFacts, held: str) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(rect, color("accent_soft" if chosen else "hover" if hover else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line_soft"))
        if chosen and row.case == self.open_case:
            painter.fillRect(self._mirrored(rect, QRect(rect.left(), rect.top(), 3, rect.height())), color("accent"))
        if state & QStyle.StateFlag.State_HasFocus and not chosen:
            focus_ring(painter, rect.adjusted(1, 1, -1, -2), 4)
        if held == "gone":
            painter.setOpacity(0.45)
        box = rect.adjusted(14, 0, -14, 0)
        end = self._paint_end(painter, rect, box, row)
        self._paint_words(painter, rect, box, row, end, chosen)
        self._paint_chips(painter, rect, box, row)

    def _mirrored(self, rect: QRect, part: QRect) -> QRect:
        """Where a part lies in right-to-left reading."""
        if QStyledItemDelegate.parent(self) is None or not self.parent().isRightToLeft():  # type: ignore[union-attr]
            return part
        return QRect(rect.right() - (part.right() - rect.left()), part.top(), part.width(), part.height())

    def _paint_end(self, painter: QPainter, rect: QRect, box: QRect, row: RowFacts) -> tuple[int, int]:
        """Channel and age above, waiting time below; returns how much room each takes."""
        small, strong = metrics("caption"), metrics("small", "strong", True)
        age, side = small.horizontalAdvance(row.age), scaled(13)
        top = QRect(box.right() - age, rect.top() + scaled(11), age + 1, scaled(18))
        painter.setFont(font("caption"))
        painter.setPen(color("muted"))
        painter.drawText(self._mirrored(rect, top), LINE | Qt.AlignmentFlag.AlignRight, row.age)
        at = QRect(top.left() - side - 4, top.center().y() - side // 2, side, side)
        paint_icon(painter, self._mirrored(rect, at), row.icon, "muted")
        left = at.left()
        if row.pending:
            at = QRect(left - side - 6, at.top(), side, side)
            paint_icon(painter, self._mirrored(rect, at), "ph.clock", "warn")
            left = at.left()
        wide = strong.horizontalAdvance(row.waits)
        waits = QRect(box.right() - wide, rect.top() + scaled(30), wide + 1, scaled(19))
        painter.setFont(font("small", "strong", True))
        painter.setPen(color(row.waits_tone))
        painter.drawText(self._mirrored(rect, waits), LINE | Qt.AlignmentFlag.AlignRight, row.waits)
        return box.right() - left + 8, wide + 8 if wide else 0

    def _paint_words(
        self, painter: QPainter, rect: QRect, box: QRect, row: RowFacts, end: tuple[int, int], chosen: bool
    ) -> None:
        side = scaled(30)
        avatar = self._mirrored(rect, QRect(box.left(), rect.top() + scaled(9), side, side))
        paint_avatar(painter, avatar, row.name, "surface" if chosen else "accent")
        if row.unread:
            dot = scaled(8)
            at = QRect(avatar.right() - dot + 3, avatar.top() - 2, dot, dot)
            rounded(painter, at.adjusted(-2, -2, 2, 2), dot, "accent_soft" if chosen else "surface")
            rounded(painter, at, dot / 2, "accent")
        lead = box.left() + side + 10
        weight = "title" if row.unread else "strong"
        name = QRect(lead, rect.top() + scaled(10), box.right() - end[0] - lead, scaled(20))
        self._line(painter, rect, name, row.name, "body", weight, "text")
        subject = QRect(lead, rect.top() + scaled(30), box.right() - end[1] - lead, scaled(19))
        weight = "strong" if row.unread else "body"
        if row.terms:
            paint_found(painter, self._mirrored(rect, subject), row.subject, row.terms, "small", weight)
        else:
            self._line(painter, rect, subject, row.subject, "small", weight, "text")

    def _line(self, painter: QPainter, rect: QRect, area: QRect, text: str, role: str, weight: str, ink: str) -> None:
        painter.setFont(font(role, weight))
        painter.setPen(color(ink))
        shown = metrics(role, weight).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(self._mirrored(rect, area), LINE | Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_chips(self, painter: QPainter, rect: QRect, box: QRect, row: RowFacts) -> None:
        left, top = box.left() + scaled(30) + 10, rect.top() + scaled(52)
        side = scaled(18)
        right = box.right() - len(row.viewers) * (side - 5) - 8
        if row.found or row.away:
            self._paint_found(painter, rect, QRect(left, top, right - left, chip_size("x").height()), row)
            return
        for text, tone in row.chips:
            size = chip_size(text)
            width = min(size.width(), scaled(120), right - left)
            if width < scaled(28):
                break
            paint_chip(painter, self._mirrored(rect, QRect(left, top, width, size.height())), text, tone)
            left += width + 5
        if not row.chips and not row.assignee and row.preview != row.subject:
            words = QRect(left, top, right - left, chip_size("x").height())
            self._line(painter, rect, words, row.preview, "caption", "body", "faint")
        if row.assignee and right - left > scaled(50):
            words = QRect(left, top, right - left, chip_size("x").height())
            self._line(painter, rect, words, row.assignee, "caption", "body", "muted")
        for at, name in enumerate(row.viewers):
            spot = QRect(QPoint(box.right() - side - at * (side - 5) + 1, top), QSize(side, side))
            rounded(painter, self._mirrored(rect, spot.adjusted(-1, -1, 1, 1)), side / 2 + 1, "surface")
            paint_avatar(painter, self._mirrored(rect, spot), name, "good")

    def _paint_found(self, painter: QPainter, rect: QRect, area: QRect, row: RowFacts) -> None:
        """In place of chips: that it is the archive's, and the words around the hit."""
        if row.away:
            size = chip_size(tr("Archive"))
            chip = QRect(area.left(), area.top(), size.width(), size.height())
            paint_chip(painter, self._mirrored(rect, chip), tr("Archive"), "plain")
            area = area.adjusted(size.width() + 6, 0, 0, 0)
        paint_found(painter, self._mirrored(rect, area), row.found, row.terms, "caption", "body", "muted")


def paint_found(
    painter: QPainter, area: QRect, text: str, terms: Sequence[Term], role: str, weight: str, ink: str = "text"
) -> None:  # fmt: skip
    """One line of text, with what was looked for on a ground of its own; it ends where its place does."""
    shown = metrics(role, weight).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    layout = QTextLayout(shown, font(role, weight))
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    layout.setTextOption(option)
    layout.setFormats([_found_format(units(shown, start), units(shown, end)) for start, end in places(shown, terms)])
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(area.width())
    layout.endLayout()
    painter.save()
    painter.setClipRect(area)
    painter.setPen(color(ink))
    layout.draw(painter, QPointF(area.left(), area.top() + (area.height() - line.height()) / 2))
    painter.restore()


def _found_format(start: int, end: int) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, end - start, found_format()
    return made


def paint_outline(painter: QPainter, rect: QRect, row: int) -> None:
    """A row that is still being loaded."""
    side = scaled(30)
    name, subject = _BARS[row % len(_BARS)]
    width = rect.width() - side - 42
    lead = rect.left() + side + 24
    rounded(painter, QRectF(rect.left() + 14, rect.top() + scaled(9), side, side), side / 2, "line_soft")
    rounded(painter, QRectF(lead, rect.top() + scaled(15), width * name, scaled(9)), 4, "line_soft")
    rounded(painter, QRectF(lead, rect.top() + scaled(34), width * subject, scaled(8)), 4, "line_soft")
    painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), color("line_soft"))
