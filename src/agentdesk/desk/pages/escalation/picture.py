"""The graph as a picture: nodes in columns, ways as arrows between them. Painted, not edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from agentdesk.desk.handing import SORT_WORDS
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import rounded
from agentdesk.desk.widgets.painted import Painted
from agentdesk.domain.escalation import Graph, Node, after

from .placing import EDGE, Drawn, placed

LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


class Picture(Painted):
    """`pressed` tells the node that was clicked. What a screen reader gets is each way, in words."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._graph: Graph | None = None
        self._places: dict[str, QRect] = {}
        self._ways: list[Drawn] = []
        self._chosen, self._wrong, self._owners = "", frozenset[str](), dict[str, str]()

    def show_graph(self, graph: Graph, chosen: str, wrong: Collection[str], owners: Mapping[str, str]) -> None:
        """Another graph; `wrong` are the nodes with something unsound, `owners` the names of people by id."""
        self._graph, self._chosen, self._wrong, self._owners = graph, chosen, frozenset(wrong), dict(owners)
        self._places, self._ways = placed(graph)
        ways = (tr("{name} leads to {to}.", name=one.name, to=_names(graph, one)) for one in graph.nodes)
        self.setAccessibleName(tr("Picture of the graph"))
        self.setAccessibleDescription(" ".join(ways))
        self.refresh()

    def wanted(self) -> QSize:
        all_of_it = QRect()
        for part in (*self._places.values(), *(one.line.boundingRect().toAlignedRect() for one in self._ways)):
            all_of_it |= part
        return QSize(all_of_it.right() + scaled(EDGE), all_of_it.bottom() + scaled(EDGE))

    def _place(self, id: str) -> QRect:
        """Where a node is; mirrored for those who read from right to left."""
        found = self._places[id]
        if self.isRightToLeft():
            return QRect(self.width() - found.right() - 1, found.top(), found.width(), found.height())
        return found

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._graph is None:
            return
        painter.save()
        if self.isRightToLeft():  # as the boxes
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        for drawn in self._ways:
            _arrow(painter, drawn)
        painter.restore()
        for node in self._graph.nodes:
            self._node(painter, node)

    def _node(self, painter: QPainter, node: Node) -> None:
        place = self._place(node.id)
        edge = "bad" if node.id in self._wrong else "accent" if node.id == self._chosen else "line"
        rounded(painter, place, 8, "accent_soft" if node.id == self._chosen else "surface", edge)
        room = place.adjusted(scaled(10), scaled(6), -scaled(8), -scaled(6))
        half = room.height() // 2
        painter.setLayoutDirection(self.layoutDirection())
        small = tr("{sort} · {name}", sort=tr(SORT_WORDS[node.sort]), name=self._owners.get(node.owner, "–"))
        for text, weight, ink, top in ((node.name, "strong", "text", 0), (small, "body", "muted", half)):
            painter.setFont(font("small", weight))
            painter.setPen(color(ink))
            shown = metrics("small", weight).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(QRect(room.left(), room.top() + top, room.width(), half), LINE, shown)
        if node.ends:  # a bar at the end: cases may stay here
            rtl = self.isRightToLeft()
            bar = QRect(
                place.left() + 1 if rtl else place.right() - scaled(3), place.top() + 8, scaled(3), place.height() - 16
            )
            painter.fillRect(bar, color("good"))
        if node.start:  # a dot where cases come in
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent"))
            side = place.right() if self.isRightToLeft() else place.left()
            painter.drawEllipse(QPoint(side, place.top() + scaled(8)), scaled(4), scaled(4))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        hit = next((id for id in self._places if self._place(id).contains(at)), "")
        if hit:
            self.pressed.emit(hit)


def _arrow(painter: QPainter, drawn: Drawn) -> None:
    """The line of a way, and its head."""
    pen = QPen(color("muted"), 1.4)
    pen.setStyle(Qt.PenStyle.DashLine if drawn.way.waits else Qt.PenStyle.SolidLine)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(drawn.line)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("muted"))
    painter.drawPolygon(_head(drawn.before, drawn.end, scaled(7)))


def _head(begin: QPointF, end: QPointF, size: int) -> QPolygonF:
    """The head of an arrow."""
    along = end - begin
    length = max(1.0, (along.x() ** 2 + along.y() ** 2) ** 0.5)
    unit = along / length
    foot, across = end - unit * size, QPointF(-unit.y(), unit.x()) * (size / 2)
    return QPolygonF([end, foot + across, foot - across])


def _names(graph: Graph, node: Node) -> str:
    return ", ".join(one.name for one in after(graph, node)) or "–"
