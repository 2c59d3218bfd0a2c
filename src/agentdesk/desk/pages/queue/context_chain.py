"""Part of the context zone: where a case stands, who answers for it, and each step by which it came there."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from agentdesk.desk.desk import Desk
from agentdesk.desk.handing import handoff_words, place_words
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.queue.context_parts import Section
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.escalation import HANDOFFS, Handoff, accountable, in_force

MOST = 100


class ChainSection(Section):
    """The newest step last, each with what was told on the way."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Handing on"))
        self._desk = desk
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)

    def show_case(self, case: Case) -> None:
        """The steps there are; hidden where no graph holds and nothing was handed on."""
        view = self._desk.view
        graph, found = in_force(view), view.page(HANDOFFS(case=case.id), limit=MOST)
        if self.fresh((case.id, case.team, graph and graph.id, accountable(view, case), found)):
            empty(self._rows)
            self._rows.addWidget(label(place_words(self._desk, case), "strong", wrap=True))
            for handoff in found:
                self._add(handoff)
        self.setVisible(graph is not None or bool(found))

    def _add(self, one: Handoff) -> None:
        self._rows.addWidget(label(handoff_words(self._desk, one), "small", wrap=True))
        for question, answer in zip(one.asked, one.answers, strict=False):
            text = tr("{question} {answer}", question=question, answer=words(answer))
            self._rows.addWidget(label(text, wrap=True, selectable=True))
        if one.words:
            self._rows.addWidget(label(words(one.words), wrap=True, selectable=True))
        if one.taken_by and one.way != "returned":
            name = person_name(self._desk.view, one.taken_by)
            self._rows.addWidget(label(tr("Taken by {name}", name=name), "caption", wrap=True))
