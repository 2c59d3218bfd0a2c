"""Where the nodes and ways of a graph are drawn: boxes in columns, and ways that run beside them, never behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainterPath

from agentdesk.desk.theme import scaled
from agentdesk.domain.escalation import Graph, Node, Way, after

WIDE, HIGH, ACROSS, DOWN, LANE, EDGE = 150, 52, 70, 22, 4, 14
"""Pixels at 100 %: a box, the room between columns and between rows, the height of a way through a column."""

Lane = tuple[str, str, int]
"""(start, to, column): where a way that leads farther goes through a column."""
Places = Mapping[str | Lane, QRect]


class Drawn(NamedTuple):
    """A way: the line, whence its arrow's head comes, and where that ends."""

    way: Way
    line: QPainterPath
    before: QPointF
    end: QPointF


def placed(graph: Graph) -> tuple[dict[str, QRect], list[Drawn]]:
    """A box for each node and a line for each way, for those who read from left to right."""
    columns: list[list[str | Lane]] = [[one.id for one in column] for column in _columns(graph)]
    column = {id: x for x, some in enumerate(columns) for id in some if isinstance(id, str)}
    ways = [way for way in graph.ways if way.start != way.to and {way.start, way.to} <= column.keys()]
    for way in ways:
        a, b = sorted((column[way.start], column[way.to]))
        for x in range(a + 1, b):
            columns[x].append((way.start, way.to, x))
    places = _in_rows(columns, _links(ways, column))
    boxes = {id: place for id, place in places.items() if isinstance(id, str)}
    return boxes, [_drawn(way, column[way.start], column[way.to], places) for way in ways]


def _columns(graph: Graph) -> list[list[Node]]:
    """By how many steps a node is away from where cases begin, first from those that lead to most; what nothing leads
    to, and the arbiter, last.
    """
    first: list[Node] = []
    led: set[str] = set()
    for one in sorted((one for one in graph.nodes if one.start), key=lambda one: -len(after(graph, one))):
        if one.id not in led:
            first.append(one)
            led |= {one.id, *(to.id for to in after(graph, one))}
    columns: list[list[Node]] = []
    layer, seen = first, set[str]()
    while layer:
        columns.append(layer)
        seen |= {one.id for one in layer}
        layer = list({to.id: to for one in layer for to in after(graph, one) if to.id not in seen}.values())
    rest = [one for one in graph.nodes if one.id not in seen]
    return [*columns, rest] if rest else columns


def _links(ways: Iterable[Way], column: Mapping[str, int]) -> dict[str | Lane, list[str | Lane]]:
    """What each box or lane is joined with in the column before."""
    found: dict[str | Lane, list[str | Lane]] = {}
    for way in ways:
        left, right = sorted((way.start, way.to), key=lambda id: column[id])
        lanes = [(way.start, way.to, x) for x in range(column[left] + 1, column[right])]
        chain: list[str | Lane] = [left, *lanes, right]
        for a, b in pairwise(chain) if column[left] < column[right] else ():
            found.setdefault(b, []).append(a)
    return found


def _in_rows(columns: list[list[str | Lane]], links: Mapping[str | Lane, list[str | Lane]]) -> dict[str | Lane, QRect]:
    """Each column from the top, its things in the order of what they are joined with; lower columns in the middle."""

    def high(one: str | Lane) -> int:
        return scaled(HIGH if isinstance(one, str) else LANE)

    def height(column: Sequence[str | Lane]) -> int:
        return sum(map(high, column)) + scaled(DOWN) * (len(column) - 1)

    places: dict[str | Lane, QRect] = {}
    most = max(map(height, columns), default=0)
    for x, column in enumerate(columns):
        joined = {one: [places[other].center().y() for other in links.get(one, ())] for one in column}
        column.sort(key=lambda one: sum(joined[one]) / len(joined[one]) if joined[one] else most)
        top = scaled(EDGE) + (most - height(column)) // 2
        for one in column:
            places[one] = QRect(scaled(EDGE) + x * scaled(WIDE + ACROSS), top, scaled(WIDE), high(one))
            top += high(one) + scaled(DOWN)
    return places


def _drawn(way: Way, a: int, b: int, places: Places) -> Drawn:
    start, to = places[way.start], places[way.to]
    if a == b:
        between = any(
            one.left() == start.left() and min(start.top(), to.top()) < one.top() < max(start.top(), to.top())
            for one in places.values()
        )
        return _around(way, start, to) if between else _beside(way, start, to)
    ahead = b > a
    lift = scaled(-8 if ahead else 10)  # there and back do not lie on each other
    lanes = [places[way.start, way.to, x] for x in (range(a + 1, b) if ahead else range(a - 1, b, -1))]
    points = [QPointF(start.right() if ahead else start.left(), start.center().y() + lift)]
    for lane in lanes:
        ends = (QPointF(lane.left(), lane.center().y()), QPointF(lane.right(), lane.center().y()))
        points += ends if ahead else reversed(ends)
    points.append(QPointF(to.left() if ahead else to.right(), to.center().y() + lift))
    line = QPainterPath(points[0])
    for point in points[1:]:
        line.lineTo(point)
    return Drawn(way, line, points[-2], points[-1])


def _beside(way: Way, start: QRect, to: QRect) -> Drawn:
    """Straight to the box above or below."""
    down = to.top() > start.top()
    x = start.center().x() + scaled(18 if down else -18)
    begin, end = QPointF(x, start.bottom() if down else start.top()), QPointF(x, to.top() if down else to.bottom())
    line = QPainterPath(begin)
    line.lineTo(end)
    return Drawn(way, line, begin, end)


def _around(way: Way, start: QRect, to: QRect) -> Drawn:
    """In a bow to a box farther above or below, in the room to the right."""
    down = to.top() > start.top()
    rows = abs(to.top() - start.top()) // scaled(HIGH)
    aside = scaled(min(ACROSS + 10, 20 + 12 * rows + (0 if down else 8)))
    lift = scaled(4 if down else 14) * (1 if down else -1)
    begin, end = QPointF(start.right(), start.center().y() + lift), QPointF(to.right(), to.center().y() - lift)
    line, bend = QPainterPath(begin), QPointF(aside, 0)
    line.cubicTo(begin + bend, end + bend, end)
    return Drawn(way, line, end + bend, end)
