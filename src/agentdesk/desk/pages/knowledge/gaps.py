"""What nobody has written down yet, and what was looked for in vain: the newest gaps, and the words that come again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html import escape

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.knowledge.words import day, title_of
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.frames import Card, Header, Pane, empty, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import Passage
from agentdesk.domain.governed import Document
from agentdesk.domain.governed.registers import DAY
from agentdesk.domain.governed.using import USES_SINCE
from agentdesk.domain.kernel import View
from agentdesk.domain.knowledge import GAPS, MISSES, Close, Flag, Gap

SHOWN, READ = 30, 2_000
BACK = 90 * DAY
CENTRE = "help"
"""Who notes what was looked for in the help centre."""
KINDS = {
    "none": mark("nothing was found"),
    "unread": mark("nothing was opened"),
    "wrote": mark("they wrote to us right after"),
}


def _unhelpful(view: View, since: int) -> str:
    """Articles after which somebody wrote to us all the same, or came back with the same matter: the most first."""
    uses = view.page(USES_SINCE(kind="document", since=since), limit=READ)
    wrote, back = (
        Counter(one.record for one in uses if one.how == "read"),
        Counter(one.record for one in uses if one.back),
    )
    lines = []
    for id, _ in (wrote + back).most_common(SHOWN):
        found = view.get(Document, id)
        if found is not None:
            told = tr("{n} wrote to us after reading it, {m} came back after it was sent", n=wrote[id], m=back[id])
            lines.append(f'<p><a href="document:{escape(id)}">{escape(title_of(found))}</a><br>{escape(told)}</p>')
    return "".join(lines) or f"<p>{escape(tr('Nothing.'))}</p>"


class Gaps(Pane):
    """`fill` reads anew; `write` is what the button of a gap calls; `chosen` tells the article one wants to see."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, write: Callable[[Gap], None], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._write = desk, write
        self.header, self.asking = Header(tr("Gaps")), Asking()
        self.flag = Button(tr("Something is missing…"), icon="ph.flag")
        self._cards, self._misses = QVBoxLayout(), label("", wrap=True)
        self._after = Passage(tr("Read, and not enough, in 90 days"))
        self._none = label(tr("Nothing is missing that anybody knows of."), "muted")
        sheet = Sheet(tr("Gaps"))
        self._cards.setSpacing(8)
        sheet.add(self.asking, self._none)
        sheet.box.addLayout(self._cards)
        sheet.add(label(tr("Looked for in vain, in 90 days"), "section"), self._misses)
        sheet.add(label(tr("Read, and not enough, in 90 days"), "section"), self._after)
        self._after.followed.connect(lambda address: self.chosen.emit(address.partition(":")[2]))
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
        since = self._desk.now() - BACK
        found = Counter((one.words, one.what, one.by == CENTRE) for one in view.page(MISSES(since=since), limit=READ))
        lines = [
            tr("“{words}”: {n}, {why} ({where})", words=words(said), n=count, why=tr(KINDS.get(what, what)),
               where=tr("help centre") if centre else tr("desk"))
            for (said, what, centre), count in found.most_common(SHOWN)
        ]  # fmt: skip
        self._misses.setText("\n".join(lines) or tr("Nothing."))
        self._after.show_html(_unhelpful(view, since))

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
