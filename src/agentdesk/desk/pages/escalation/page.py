"""The page of escalation: the graph as a picture and a table, one node's fields, what is unsound, and a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from agentdesk.desk.actions import Action
from agentdesk.desk.desk import Desk
from agentdesk.desk.handing import SORT_WORDS
from agentdesk.desk.models.table import Cell, Column
from agentdesk.desk.names import person_name
from agentdesk.desk.publishing import Publishing
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Header, Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.table import Table
from agentdesk.domain.cases import FIELDS
from agentdesk.domain.escalation import (
    GRAPHS,
    DiscardGraph,
    DraftGraph,
    Finding,
    Graph,
    Node,
    PublishGraph,
    after,
    in_force,
    verify,
)
from agentdesk.domain.kernel import may
from agentdesk.domain.people import PEOPLE, TEAMS

from .drawing import Drawing
from .findings import FindingsCard
from .node_form import Known, NodeForm
from .picture import Picture
from .trial import TrialCard

TITLE, ICON = mark("Escalation"), "ph.tree-structure"
HOLDS = mark("Graph {n} holds since {time}, published by {name}.")
WATCHES = ("graph", "graph_in_force", "team", "person", "field")
WIDEST, LOWEST, HIGHEST = 860, 60, 380
"""Pixels at 100 %."""


class EscalationPage(QObject):
    """A page for the shell. What is typed is kept as a draft when it is saved; only a sound one is published."""

    badge = None
    id, icon, place = "escalation", ICON, "top"

    def __init__(self, desk: Desk, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self.title = tr(TITLE)
        self._desk, self._node, self._unclear = desk, "", False
        self.drawing = Drawing(None)
        self.publishing = Publishing[Graph](
            desk, GRAPHS(state="draft"), lambda id: PublishGraph(graph=id), lambda id: DiscardGraph(graph=id)
        )
        self.check = Button(tr("Check"), icon="ph.check")
        self.picture, self.form, self.trial = Picture(), NodeForm(), TrialCard(desk)
        self.canvas, self.table = QScrollArea(), Table(tr("Nodes"), _columns(desk, lambda: self.drawing.graph()))
        self.more, self.findings = Button(tr("Add a node"), icon="ph.plus"), FindingsCard(self.choose)
        self.widget = self._lay_out()
        self._connect()
        self._forget = desk.listen(WATCHES, lambda _: self._heard())
        self._show()

    def _lay_out(self) -> QWidget:
        pane, head, sheet, canvas, own = Pane(), Header(self.title), Sheet(self.title), self.canvas, self.publishing
        head.add(own.discard, self.check, own.save, own.publish)
        pane.box.addWidget(head)
        canvas.setWidget(self.picture)
        canvas.setFrameShape(QFrame.Shape.NoFrame)
        canvas.setAccessibleName(tr("Picture of the graph"))
        canvas.setWidgetResizable(True)
        self.table.setMinimumHeight(scaled(200))
        for part in (own.verdict, self.table, self.form, self.findings, self.trial, canvas):
            part.setMaximumWidth(scaled(WIDEST))
        key = tr(
            "A dot: cases begin there. A green bar: cases may be solved there. "
            "A dashed way: cases wait there until somebody comes."
        )
        sheet.add(own.holds, own.verdict, self.findings, canvas, label(key, "caption", wrap=True), self.table)
        sheet.add(spread(self.more, None), self.form, self.trial)
        sheet.box.addStretch(1)
        pane.box.addWidget(sheet, 1)
        return pane

    def _connect(self) -> None:
        self.check.clicked.connect(self.verify)
        words = tr("Cases are handed on along this graph from now on.")
        self.publishing.serve(self.keep, self._show, words, self.verify)
        self.more.clicked.connect(self.add)
        self.form.remove.confirmed.connect(self._remove)
        self.picture.pressed.connect(self.choose)
        self.table.chosen.connect(lambda node: self.choose(node.id) if node is not None else None)
        self.trial.press.clicked.connect(lambda: self.trial.try_with(self.drawing.graph()) if self._take() else None)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done here."""
        return (
            Action("escalation.save", tr("Save the draft"), self.title, lambda _: self.keep(), "ph.floppy-disk",
                   "Ctrl+S", page=self.id),
            Action("escalation.check", tr("Check the graph"), self.title, lambda _: self.verify(), "ph.check",
                   "Ctrl+Shift+G", page=self.id),
            Action("escalation.add", tr("Add a node"), self.title, lambda _: self.add(), "ph.plus", page=self.id),
        )  # fmt: skip

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        self._heard()

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    # --- What is shown ---

    def _heard(self) -> None:
        """Others have done something: what is being drawn stays."""
        self.publishing.heard()
        if self.publishing.filled or self.drawing.nodes:
            self._tell()
        else:
            self._show()

    def _show(self) -> None:
        """The draft, or the graph that holds."""
        found = self.publishing.fill(in_force(self._desk.view))
        self.drawing = Drawing(found)
        self._node = next(iter(self.drawing.nodes), "")
        self._look(anew=True)
        self._tell()

    def _look(self, anew: bool = False, found: Sequence[Finding] | None = None) -> None:
        """The node, picture, table and findings as they are now; `found` are the findings, if they are known."""
        graph = self.drawing.graph()
        if anew:  # what is typed into the fields is not kept
            ways, others = self.drawing.ways_from(self._node), self.drawing.others(self._node)
            self.form.show_node(graph.node(self._node), ways, others, _known(self._desk))
        if found is None:
            found = verify(self._desk.view, graph, self._desk.now()) if graph.nodes else []
        names = {node.owner: person_name(self._desk.view, node.owner) for node in graph.nodes}
        self.picture.show_graph(graph, self._node, {one.node for one in found}, names)
        self.canvas.setFixedHeight(
            min(scaled(HIGHEST), max(scaled(LOWEST), self.picture.wanted().height() + scaled(16)))
        )
        self.table.blockSignals(True)  # it follows what is looked at; it does not lead
        self.table.things.show(list(graph.nodes))
        self.table.choose(self._node)
        self.table.blockSignals(False)
        self.findings.show_findings(found, self.drawing.nodes, self._desk.now())

    def _tell(self) -> None:
        none = tr("No graph holds yet: cases are given from team to team by hand. Add nodes, and publish.")
        self.publishing.tell(in_force(self._desk.view), HOLDS, none)

    # --- What is pressed ---

    def _take(self) -> bool:
        """What is typed goes into the drawing. False, said beside the field, if something is unclear."""
        if self._node not in self.drawing.nodes:
            return True
        read = self.form.read()
        if read is None:
            self._unclear = True
            self.publishing.verdict.show_state(
                "bad", tr("Not taken"), tr("Something is unclear: look for the red fields.")
            )
            return False
        if self.drawing.put(*read) or self._unclear:
            self.publishing.verdict.clear()
        self._unclear = False
        return True

    def choose(self, node: str) -> None:
        """Look at another node; what is typed is kept."""
        if node != self._node and node in self.drawing.nodes and self._take():
            self._node = node
            self._look(anew=True)

    def add(self) -> None:
        """One more node, to be filled in."""
        if self._take():
            team = next((one.id for one in self._desk.view.page(TEAMS(), limit=1)), "-")
            made = Node(id=self._desk.new_id(), name="", team=team, owner="-", start=not self.drawing.nodes)
            self.drawing.put(made, ())
            self._node = made.id
            self._look(anew=True)
            self.form.name.line.setFocus()

    def _remove(self) -> None:
        self.drawing.drop(self._node)
        self._node = next(iter(self.drawing.nodes), "")
        self._look(anew=True)

    def verify(self) -> bool:
        """Say what is unsound; whether nothing is."""
        if not self._take():
            return False
        found = verify(self._desk.view, self.drawing.graph(), self._desk.now())
        self._look(found=found)
        sound = tr("Every case comes to an end, and one person answers for it at each step.")
        words = tr("Findings below: {n}.", n=len(found)) if found else sound
        self.publishing.verdict.show_state(
            "bad" if found else "good", tr("It is unsound") if found else tr("It is sound"), words
        )
        return not found

    def keep(self) -> bool:
        """Save what is drawn as a draft, sound or not."""
        if not self._take():
            return False
        graph, own = self.drawing.graph(), self.publishing
        draft = DraftGraph(
            graph=self._desk.new_id(), nodes=graph.nodes, ways=graph.ways, previous=own.previous, instead=own.instead
        )
        kept = own.keep(draft, draft.graph)
        self._look()
        return kept


def _known(desk: Desk) -> Known:
    """What can be named in a node."""
    people = [one for one in desk.view.page(PEOPLE(), limit=2_000) if may(one.role, "case.reply")]
    return Known(
        {one.id: one.name for one in desk.view.page(TEAMS(), limit=500)},
        {one.id: one.name for one in people},
        {one.id: one.title for one in desk.view.page(FIELDS(), limit=500)},
    )


def _columns(desk: Desk, graph: Callable[[], Graph]) -> list[Column]:
    def leads(node: Node) -> str:
        return ", ".join(one.name for one in after(graph(), node)) or "–"

    return [
        Column(tr("Name"), lambda node: Cell(node.name or "–", strong=True), lambda node: node.name.casefold()),
        Column(tr("What it is"), lambda node: Cell(tr(SORT_WORDS[node.sort])), lambda node: node.sort, 120),
        Column(tr("Owner"), lambda node: Cell(person_name(desk.view, node.owner)), lambda node: node.owner, 150),
        Column(tr("Leads to"), lambda node: Cell(leads(node), ink="muted"), leads, 240),
        Column(tr("End"), lambda node: Cell(tr("yes") if node.ends else "–"), lambda node: node.ends, 70),
    ]
