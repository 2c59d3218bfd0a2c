"""What the context zone says of the help centre: what the customer had read and looked for before they wrote."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.context_parts import Line, Section
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.governed import USES_IN, Document
from agentdesk.domain.knowledge import MISSES_IN

LOOK_BACK, MOST = 50, 10


class ReadSection(Section):
    """The articles, oldest first, and the words; hidden where nobody came from the help centre."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Read before writing"))
        self._desk = desk
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.box.addLayout(self._rows)

    def show_case(self, case: Case) -> None:
        """What goes with this case."""
        view = self._desk.view
        uses = [one for one in view.page(USES_IN(case=case.id), limit=LOOK_BACK) if one.how == "read"]
        found = [view.get(Document, one.record) for one in uses[::-1]]
        read = [(one.id, words(one.title)) for one in found if one is not None][:MOST]
        misses = view.page(MISSES_IN(case=case.id), limit=LOOK_BACK)
        sought = [words(one.words) for one in misses if one.what == "wrote"][:MOST]
        if self.fresh((read, sought)):
            empty(self._rows)
            for text in sought:
                self._rows.addWidget(label(tr("Searched for “{words}”", words=text), "small", wrap=True))
            for id, title in read:
                name = tr("Open the article {name}", name=title)
                self._rows.addWidget(Line(title, name, partial(self._desk.open, "document", id)))
        self.setVisible(bool(read or sought))
