"""The graph as a picture: nodes in columns by how many steps they are away, ways as arrows. Painted, not edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from agentdesk.desk.handing import SORT_WORDS
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, metrics, scaled
from agentdesk.desk.widgets.paint import rounded
from agentdesk.desk.widgets.painted import Painted
from agentdesk.domain.escalation import Graph, Node, after

WIDE, HIGH, ACROSS, DOWN, EDGE = 150, 52, 70, 22, 14
LINE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


class Picture(Painted):
    """`pressed` tells the node that was clicked. What a screen reader gets is each way, in words."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._graph: Graph | None = None
        self._places: dict[str, QRect] = {}
        self._chosen, self._wrong, self._owners = "", frozenset[str](), dict[str, str]()

    def show_graph(self, graph: Graph, chosen: str, wrong: Collection[str], owners: Mapping[str, str]) -> None:
        """Another graph; `wrong` are the nodes with something unsound, `owners` the names of people by id."""
        self._graph, self._chosen, self._wrong, self._owners = graph, chosen, frozenset(wrong), dict(owners)
        self._places = _placed(graph)
        ways = (tr("{name} leads to {to}.", name=one.name, to=_names(graph, one)) for one in graph.nodes)
        self.setAccessibleName(tr("Picture of the graph"))
        self.setAccessibleDescription(" ".join(ways))
        self.refresh()

    def wanted(self) -> QSize:
        right = max((one.right() for one in self._places.values()), default=0)
        bottom = max((one.bottom() for one in self._places.values()), default=0)
        return QSize(right + scaled(EDGE), bottom + scaled(EDGE))

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
        for way in self._graph.ways:
            if way.start in self._places and way.to in self._places and way.start != way.to:
                self._arrow(painter, self._place(way.start), self._place(way.to), way.waits)
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

    def _arrow(self, painter: QPainter, start: QRect, to: QRect, waits: bool) -> None:
        ahead = (to.center().x() > start.center().x()) is not self.isRightToLeft()
        side = 1 if to.center().x() > start.center().x() else -1
        if abs(to.center().x() - start.center().x()) < scaled(WIDE) // 2:  # above or below
            down = to.center().y() > start.center().y()
            shift = scaled(18 if down else -18)
            begin = QPointF(start.center().x() + shift, start.bottom() if down else start.top())
            end = QPointF(to.center().x() + shift, to.top() if down else to.bottom())
        else:
            lift = scaled(-8 if ahead else 10)  # there and back do not lie on each other
            begin = QPointF(start.right() if side > 0 else start.left(), start.center().y() + lift)
            end = QPointF(to.left() if side > 0 else to.right(), to.center().y() + lift)
        pen = QPen(color("muted"), 1.4)
        pen.setStyle(Qt.PenStyle.DashLine if waits else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawLine(begin, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("muted"))
        painter.drawPolygon(_head(begin, end, scaled(7)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        hit = next((id for id in self._places if self._place(id).contains(at)), "")
        if hit:
            self.pressed.emit(hit)


def _head(begin: QPointF, end: QPointF, size: int) -> QPolygonF:
    """The head of an arrow."""
    along = end - begin
    length = max(1.0, (along.x() ** 2 + along.y() ** 2) ** 0.5)
    unit = along / length
    foot, across = end - unit * size, QPointF(-unit.y(), unit.x()) * (size / 2)
    return QPolygonF([end, foot + across, foot - across])


def _names(graph: Graph, node: Node) -> str:
    return ", ".join(one.name for one in after(graph, node)) or "–"


def _placed(graph: Graph) -> dict[str, QRect]:
    """Columns by how many steps a node is away from where cases begin; what nothing leads to, and the arbiter, last."""
    columns: list[list[Node]] = []
    layer, seen = [one for one in graph.nodes if one.start], set[str]()
    while layer:
        columns.append(layer)
        seen |= {one.id for one in layer}
        layer = list({to.id: to for one in layer for to in after(graph, one) if to.id not in seen}.values())
    rest = [one for one in graph.nodes if one.id not in seen]
    if rest:
        columns.append(rest)
    edge, wide, high = scaled(EDGE), scaled(WIDE), scaled(HIGH)
    return {
        node.id: QRect(edge + x * (wide + scaled(ACROSS)), edge + y * (high + scaled(DOWN)), wide, high)
        for x, column in enumerate(columns)
        for y, node in enumerate(column)
    }
