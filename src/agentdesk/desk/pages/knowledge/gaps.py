"""What nobody has written down yet, and what was looked for in vain: the newest gaps, and the words that come again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.knowledge.words import day
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Card, Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.knowledge import GAPS, MISSES, Close, Flag, Gap

SHOWN, READ = 30, 2_000
BACK = 90 * DAY
KINDS = {
    "none": mark("nothing was found"),
    "unread": mark("nothing was opened"),
    "wrote": mark("they wrote to us right after"),
}


class Gaps(Pane):
    """`fill` reads anew; `write` is what the button of a gap calls."""

    def __init__(self, desk: Desk, write: Callable[[Gap], None], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._write = desk, write
        self.header, self.asking = Header(tr("Gaps")), Asking()
        self.flag = Button(tr("Something is missing…"), icon="ph.flag")
        self._cards, self._misses = QVBoxLayout(), label("", wrap=True)
        self._none = label(tr("Nothing is missing that anybody knows of."), "muted")
        sheet = Sheet(tr("Gaps"))
        self._cards.setSpacing(8)
        sheet.add(self.asking, self._none)
        sheet.box.addLayout(self._cards)
        sheet.add(label(tr("Looked for in vain, in 90 days"), "section"), self._misses)
        sheet.box.addStretch(1)
        self.header.add(self.flag)
        self.box.addWidget(self.header)
        self.box.addWidget(sheet, 1)
        self.flag.clicked.connect(lambda: self.ask())

    def ask(self, case: str = "") -> None:
        """Ask what is missing."""

        def done(text: str) -> str:
            return self._desk.attempt(Flag(gap=self._desk.new_id(), words=text, case=case))

        self.asking.ask(tr("What should be written down?"), tr("Note it"), done)

    def fill(self) -> None:
        """Read what is open."""
        view = self._desk.view
        gaps = view.page(GAPS(state="open"), limit=SHOWN)
        empty(self._cards)
        for gap in gaps:
            self._cards.addWidget(self._card(gap))
        self._none.setVisible(not gaps)
        found = Counter((one.words, one.what) for one in view.page(MISSES(since=self._desk.now() - BACK), limit=READ))
        lines = [
            tr("“{words}”: {n}, {why}", words=words(said), n=count, why=tr(KINDS.get(what, what)))
            for (said, what), count in found.most_common(SHOWN)
        ]
        self._misses.setText("\n".join(lines) or tr("Nothing."))

    def _card(self, gap: Gap) -> QWidget:
        card, said = Card(), words(gap.words)
        who = tr("{name}, {day}", name=person_name(self._desk.view, gap.by), day=day(gap.at))
        write, close = Button(tr("Write it"), "primary"), Button(tr("Not needed…"))
        for button in (write, close):
            button.setAccessibleName(tr("{word}: {name}", word=button.text(), name=said))
        write.clicked.connect(lambda: self._write(gap))
        close.clicked.connect(lambda: self._close(gap))
        card.box.addWidget(label(said, wrap=True))
        card.box.addWidget(spread(label(who, "muted"), None, close, write))
        return card

    def _close(self, gap: Gap) -> None:
        def done(text: str) -> str:
            return self._desk.attempt(Close(gap=gap.id, answer=text))

        self.asking.ask(tr("Why does nobody have to write it?"), tr("Close the gap"), done)
