"""The graph while it is drawn: nodes and ways in memory, taken from a version and changed node by node."""

from __future__ import annotations

from agentdesk.domain.escalation import Graph, Node, Way


class Drawing:
    """Nothing here is saved; `graph` is what it would be."""

    def __init__(self, graph: Graph | None) -> None:
        self._base = graph or Graph("drawn", "routing", 0, 0, "draft", 0, "", "")
        self.nodes = {one.id: one for one in self._base.nodes}
        self._ways = list(self._base.ways)

    def graph(self) -> Graph:
        """All that is drawn."""
        base = self._base
        return Graph(base.id, base.scope, 0, 0, "draft", base.since, base.by, base.previous, base.note,
                     tuple(self.nodes.values()), tuple(self._ways))  # fmt: skip

    def ways_from(self, node: str) -> list[Way]:
        """Where a node leads."""
        return [way for way in self._ways if way.start == node]

    def put(self, node: Node, ways: tuple[Way, ...]) -> bool:
        """A node as it is now, with the ways from it; whether that changes anything."""
        if self.nodes.get(node.id) == node and self.ways_from(node.id) == list(ways):
            return False
        self.nodes[node.id] = node
        self._ways = [way for way in self._ways if way.start != node.id] + list(ways)
        return True

    def drop(self, node: str) -> None:
        """A node goes, with all ways from and to it."""
        self.nodes.pop(node, None)
        self._ways = [way for way in self._ways if node not in (way.start, way.to)]

    def others(self, node: str) -> dict[str, str]:
        """The names of all other nodes, by id."""
        return {one.id: one.name or one.id for one in self.nodes.values() if one.id != node}
