"""The list of topics: who asks, what, in which space, how it stands, how many have answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import RECORD
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.forum.words import state_of, title_of
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import chip_size, paint_avatar, paint_chip
from agentdesk.desk.widgets.rowlist import RowList, RowPainter
from agentdesk.domain.forum import Topic
from agentdesk.domain.kernel import View

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
EDGE, SIDE = 14, 30
Unread = Callable[[Topic], bool]


class Rows(RowPainter):
    """Avatar, title and answers; below them the space and how it stands."""

    high = 64

    def __init__(self, view: View, unread: Unread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view, self._unread = view, unread

    def _paint_record(self, painter: QPainter, rect: QRect, record: Any, rtl: bool, chosen: bool) -> None:
        if isinstance(record, Topic):
            self._row(painter, rect.adjusted(EDGE, 9, -EDGE, -9), record, rtl, chosen)

    def _row(self, painter: QPainter, rect: QRect, topic: Topic, rtl: bool, chosen: bool) -> None:
        side = scaled(SIDE)
        avatar = QRect(rect.right() - side + 1 if rtl else rect.left(), rect.top(), side, side)
        paint_avatar(painter, avatar, person_name(self._view, topic.by), "surface" if chosen else "accent")
        room = rect.adjusted(0, 0, -side - 10, 0) if rtl else rect.adjusted(side + 10, 0, 0, 0)
        half, unread = room.height() // 2, self._unread(topic)
        top = QRect(room.left(), room.top(), room.width(), half)
        self._title(painter, top, topic, rtl, unread)
        _chips(painter, QRect(room.left(), room.top() + half + 2, room.width(), half), topic, rtl, unread)

    def _title(self, painter: QPainter, room: QRect, topic: Topic, rtl: bool, unread: bool) -> None:
        count, small = str(max(0, topic.posts - 1)), metrics("small", "body")
        sign = scaled(13)
        wide = small.horizontalAdvance(count) + sign + 5
        end = QRect(room.left() if rtl else room.right() - wide + 1, room.top(), wide, room.height())
        first = end.right() - sign + 1 if rtl else end.left()
        paint_icon(painter, QRect(first, end.center().y() - sign // 2, sign, sign), "ph.chat-circle", "faint")
        painter.setFont(font("small", "body"))
        painter.setPen(color("muted"))
        painter.drawText(end.adjusted(0, 0, -sign - 5, 0) if rtl else end.adjusted(sign + 5, 0, 0, 0), LINE, count)
        left = room.adjusted(wide + 8, 0, 0, 0) if rtl else room.adjusted(0, 0, -wide - 8, 0)
        weight = "strong" if unread else "medium"
        painter.setFont(font("body", weight))
        painter.setPen(color("text"))
        text = metrics("body", weight).elidedText(
            title_of(topic, self._view), Qt.TextElideMode.ElideRight, left.width()
        )
        painter.drawText(left, LINE, text)


def _chips(painter: QPainter, room: QRect, topic: Topic, rtl: bool, unread: bool) -> None:
    at = room.right() if rtl else room.left()
    word, tone = state_of(topic)
    for text, look in ((topic.space, "plain"), (word, tone), (tr("new") if unread else "", "accent")):
        if not text:
            continue
        size = chip_size(text)
        wide = min(size.width(), room.width() // 2)
        left = at - wide + 1 if rtl else at
        paint_chip(painter, QRect(left, room.top(), wide, size.height()), text, look)
        at = at - wide - 6 if rtl else at + wide + 6


class Topics(FixedModel):
    """Topics as a screen reader says them."""

    def __init__(self, view: View, unread: Unread, parent: Any = None) -> None:
        super().__init__(parent)
        self._view, self._unread = view, unread

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        topic = super().data(index, RECORD)
        if role != Qt.ItemDataRole.AccessibleTextRole or not isinstance(topic, Topic):
            return super().data(index, role)
        parts = (
            title_of(topic, self._view), person_name(self._view, topic.by), topic.space, state_of(topic)[0],
            tr("{n} answers", n=max(0, topic.posts - 1)), tr("new") if self._unread(topic) else "",
        )  # fmt: skip
        return ", ".join(filter(None, parts))

    def show(self, topics: Sequence[Topic]) -> None:
        """These, without a jump where the same ones are only not as they were."""
        if [one.id for one in topics] != [one.id for one in self._records]:
            self.show_records(topics)
            return
        for at, topic in enumerate(topics):
            if topic != self._records[at]:
                self.replace(topic)


class TopicList(RowList):
    """`chosen` tells the topic that somebody looks at."""

    chosen = Signal(object)

    def __init__(self, view: View, unread: Unread, parent: QWidget | None = None) -> None:
        super().__init__(tr("Topics"), parent)
        self.setItemDelegate(Rows(view, unread, self))
        self.things = Topics(view, unread, self)
        self.setModel(self.things)
        self._quiet = False

    def show_topics(self, topics: Sequence[Topic]) -> None:
        """List these; the choice stays on its topic."""
        chosen = self.things.id_at(self.currentIndex().row()) if self.selectedIndexes() else None
        self._quiet = True
        try:
            self.things.show(topics)
            if chosen and not self.selectedIndexes():
                self.choose(chosen)
        finally:
            self._quiet = False
        self.viewport().update()  # whether one is new, and its writer's name, are no part of it

    def choose(self, id: str) -> bool:
        """Choose a topic, if it is listed."""
        row = self.things.row_of(id)
        if row >= 0:
            self.setCurrentIndex(self.things.index(row, 0))
        return row >= 0

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        topic = self.currentIndex().data(RECORD) if self.selectedIndexes() else None
        if isinstance(topic, Topic) and not self._quiet:
            self.chosen.emit(topic)
