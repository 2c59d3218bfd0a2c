"""What the verifier has found, one sentence each, with a way to the node that it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from agentdesk.desk.handing import told
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.escalation import Finding


class FindingsCard(Card):
    """Hidden while nothing is unsound; `choose` is called with the id of a node."""

    def __init__(self, choose: Callable[[str], None]) -> None:
        super().__init__()
        self._choose = choose

    def show_findings(self, found: Sequence[Finding], nodes: Collection[str], now: int) -> None:
        """These instead of those before; `nodes` are the ids that can be looked at."""
        empty(self.box)
        self.setVisible(bool(found))
        self.box.addWidget(label(tr("What is unsound"), "section"))
        for one in found:
            sentence, time = told(one.why), day_and_clock(one.at, now) if one.at else ""
            if time:
                sentence = tr("{sentence} First: {time}", sentence=sentence, time=time)
            self.box.addWidget(label(sentence, "bad", wrap=True))
            if one.node in nodes:
                self.box.addWidget(spread(self._way_to(one.node, sentence), None))

    def _way_to(self, node: str, sentence: str) -> Button:
        made = Button(tr("Show"), "link")
        made.setAccessibleName(tr("Show the node: {why}", why=sentence))
        made.clicked.connect(lambda: self._choose(node))
        return made
