"""The graph's picture can be read: no way runs behind a box, and no two lie on each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMargins, QPointF

from agentdesk.desk.pages.escalation.placing import Drawn, placed
from agentdesk.domain.escalation import Graph, Node, Way

STEPS = 60
INSIDE = QMargins(2, 2, 2, 2)


def graph_of(starts: list[bool], ways: list[tuple[int, int]]) -> Graph:
    nodes = tuple(
        Node(id=f"n{at}", name=f"Node {at}", team="t", owner="o", start=start) for at, start in enumerate(starts)
    )
    return Graph(
        "g", "org", 0, 0, "draft", 0, "", "", "", nodes, tuple(Way(start=f"n{a}", to=f"n{b}") for a, b in ways)
    )


def along(drawn: Drawn) -> list[QPointF]:
    return [drawn.line.pointAtPercent(at / STEPS) for at in range(STEPS + 1)]


GRAPHS = st.integers(1, 7).flatmap(
    lambda n: st.builds(
        graph_of,
        st.lists(st.booleans(), min_size=n, max_size=n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=14, unique=True),
    )
)


@given(GRAPHS)
def test_ways_run_beside_the_boxes(graph: Graph) -> None:
    boxes, ways = placed(graph)
    assert set(boxes) == {one.id for one in graph.nodes}
    assert len(ways) == sum(way.start != way.to for way in graph.ways)
    shown = list(boxes.values())
    assert not any(one.intersects(other) for at, one in enumerate(shown) for other in shown[:at])
    for drawn in ways:
        assert boxes[drawn.way.to].adjusted(-1, -1, 1, 1).contains(drawn.end.toPoint())
        for box in boxes.values():
            assert not any(box.marginsRemoved(INSIDE).contains(point.toPoint()) for point in along(drawn)), drawn.way
    lines = [tuple((round(point.x()), round(point.y())) for point in along(drawn)) for drawn in ways]
    assert len({frozenset(one) for one in lines}) == len(lines)


def test_a_star_is_drawn_as_one() -> None:
    star = graph_of([True] * 4, [way for n in (1, 2, 3) for way in ((0, n), (n, 0))])
    boxes, _ = placed(star)
    assert boxes["n0"].left() < boxes["n1"].left() == boxes["n2"].left() == boxes["n3"].left()
