"""What would happen to a case by the graph as it is drawn: where it stands, who answers, and where it may go."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.handing import told
from agentdesk.desk.names import case_number, person_name
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.cases.access import CASE_NUMBERED
from agentdesk.domain.escalation import FREE_TRANSFERS, Graph, accountable, node_of, targets


class TrialCard(Card):
    """A number, a button, and the answer in lines."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.number = Field(tr("Number of a case on this laptop"))
        self.press, self.answer = Button(tr("Try it"), icon="ph.flask"), label("", wrap=True, selectable=True)
        self.answer.setAccessibleName(tr("What would happen"))
        for part in (
            label(tr("What would happen to a case"), "section"), self.number, spread(self.press, None), self.answer
        ):  # fmt: skip
            self.box.addWidget(part)

    def try_with(self, graph: Graph) -> None:
        """Answer for the case whose number is typed."""
        typed = self.number.text().lstrip("#").replace("\u202f", "")
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 15):
            self.number.stop(tr("Write the number of a case, such as 4711."))
            return
        found = self._desk.view.page(CASE_NUMBERED(number=int(typed)), limit=1)
        if not found:
            self.number.stop(tr("This laptop does not hold case {number}.", number=case_number(int(typed))))
            return
        self.number.show_wrong("")
        self.answer.setText("\n".join(lines(self._desk, graph, found[0])))


def lines(desk: Desk, graph: Graph, case: Case) -> list[str]:
    """The answer, line by line."""
    here, owner = node_of(desk.view, graph, case), accountable(desk.view, case, graph)
    where = here.name if here is not None else tr("nowhere in this graph")
    found = [
        tr("{number} stands at {node}.", number=case_number(case.number), node=where),
        tr("{name} answers for it.", name=person_name(desk.view, owner) or tr("Nobody")),
        tr("It was handed on {n} times; {most} times are free.", n=case.transfers, most=FREE_TRANSFERS),
    ]
    for one in targets(desk.view, graph, case, desk.now()):
        if one.why_not is None:
            found.append(tr("It may go to {name}.", name=one.node.name))
        else:
            found.append(tr("Not to {name}: {why}", name=one.node.name, why=told(one.why_not)))
    return found
