"""The list of articles: one model over a question, or what a search has found; two lines a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from agentdesk.desk.models.fixed import FixedModel
from agentdesk.desk.models.list import RECORD, RecordsModel
from agentdesk.desk.pages.knowledge.words import about, state_chip, title_of
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics
from agentdesk.desk.widgets.paint import chip_size, paint_chip
from agentdesk.desk.widgets.rowlist import RowList, RowPainter
from agentdesk.domain.governed import Document
from agentdesk.domain.kernel import Asked, View
from agentdesk.sync.replica import Touched

LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
Index = QModelIndex | QPersistentModelIndex


class Rows(RowPainter):
    """Title; below it category and language, and at the end the state."""

    def __init__(self, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now

    def _paint_record(self, painter: QPainter, rect: QRect, record: Any, rtl: bool, chosen: bool) -> None:
        if isinstance(record, Document):
            self._words(painter, rect.adjusted(14, 8, -14, -8), record, rtl)

    def _words(self, painter: QPainter, rect: QRect, document: Document, rtl: bool) -> None:
        half = rect.height() // 2
        top, low = (
            QRect(rect.left(), rect.top(), rect.width(), half),
            QRect(rect.left(), rect.top() + half, rect.width(), half),
        )
        word, tone = state_chip(document, self._now())
        size = chip_size(word)
        left = low.left() if rtl else low.right() - size.width() + 1
        chip = QRect(left, low.center().y() - size.height() // 2, size.width(), size.height())
        paint_chip(painter, chip, word, tone)
        low = low.adjusted(size.width() + 8, 0, 0, 0) if rtl else low.adjusted(0, 0, -size.width() - 8, 0)
        for room, text, look in (
            (top, title_of(document), ("body", "strong", "text")),
            (low, about(document), ("small", "body", "muted")),
        ):
            role, weight, ink = look
            painter.setFont(font(role, weight))
            painter.setPen(color(ink))
            painter.drawText(
                room, LINE, metrics(role, weight).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            )


class Documents(FixedModel):
    """What a search has found, as a screen reader says it."""

    def __init__(self, now: Callable[[], int], parent: Any = None) -> None:
        super().__init__(parent)
        self._now = now

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return (
            said(super().data(index, RECORD), self._now())
            if role == Qt.ItemDataRole.AccessibleTextRole
            else super().data(index, role)
        )


class Listed(RecordsModel):
    """The articles that answer a question, as a screen reader says them."""

    def __init__(self, view: View, now: Callable[[], int], parent: Any = None) -> None:
        super().__init__(view, parent)
        self._now = now

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return (
            said(super().data(index, RECORD), self._now())
            if role == Qt.ItemDataRole.AccessibleTextRole
            else super().data(index, role)
        )


def said(document: Any, now: int) -> str | None:
    """A row in words."""
    if not isinstance(document, Document):
        return None
    return tr(
        "{title}, {about}, {state}", title=title_of(document), about=about(document), state=state_chip(document, now)[0]
    )


class DocumentList(RowList):
    """`chosen` tells the id of the article that the person looks at."""

    chosen = Signal(str)

    def __init__(self, view: View, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(tr("Articles"), parent)
        self.setItemDelegate(Rows(now, self))
        self.all, self.found = Listed(view, now, self), Documents(now, self)
        self.setModel(self.all)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._look())

    def show_asked(self, asked: Asked[Document]) -> None:
        """All that answer a question."""
        self.all.ask(asked)
        self._use(self.all)

    def show_found(self, found: Sequence[Document]) -> None:
        """What a search has found."""
        self.found.show_records(found)
        self._use(self.found)

    def _use(self, model: Any) -> None:
        if self.model() is not model:
            self.setModel(model)
        self._look()

    def _look(self) -> None:
        first, last = self.indexAt(self.rect().topLeft()).row(), self.indexAt(self.rect().bottomLeft()).row()
        self.all.look(max(0, first), last if last >= 0 else max(0, first) + 40)

    def touched(self, some: Sequence[Touched] | None) -> None:
        """Follow changes."""
        if some is None:
            self.all.stale()
            return
        mine = [one for one in some if one.kind == "document"]
        if mine and self.all.asked is not None:
            self.all.touched(mine)
        for one in mine:
            self.found.follow(one.id, one.new)

    def count(self) -> int:
        """How many rows there are."""
        return self.model().rowCount()

    def choose(self, id: str) -> bool:
        """Choose an article, if it is listed."""
        model = self.model()
        row = model.row_of(id) if isinstance(model, Listed | Documents) else -1
        if row >= 0:
            self.setCurrentIndex(model.index(row, 0))
        return row >= 0

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        document = self.currentIndex().data(RECORD) if self.selectedIndexes() else None
        if isinstance(document, Document):
            self.chosen.emit(document.id)
