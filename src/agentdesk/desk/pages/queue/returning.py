"""Giving a conversation back to whoever handed it on, with a reason."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.desk import Desk
from agentdesk.desk.handing import BACK, WHY_WORDS, clocks_words, place_words, told
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field as Line
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.escalation import Graph, Node, Return, back_to, foreseen, in_force
from agentdesk.domain.kernel import Refusal

DRAFT = "return"


class ReturnDialog(QDialog):
    """To whom it goes, why, and what becomes of the clocks."""

    def __init__(self, desk: Desk, case: Case, graph: Graph, to: Node, person: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Return"))
        self.setMinimumWidth(scaled(460))
        self._desk, self._case, self._id = desk, case, desk.new_id()
        draft = desk.drafts.get(case.id, DRAFT)
        self.why = choice(tr("Why"))
        for why, words in WHY_WORDS.items():
            self.why.addItem(tr(words), why)
        self.words = Line(tr("In a few words"), draft.text if draft is not None else "")
        self.words.hold_to(Return, "words")
        kept = partial(desk.drafts.typed, case.id, DRAFT)
        self.words.line.textChanged.connect(lambda text: kept(text, self.words.line.cursorPosition()))
        self.wrong = label("", "bad", wrap=True)
        self.wrong.hide()
        self.send = Button(tr("Return"), "primary", hint=cap("Ctrl+Return"))
        cancel = Button(tr("Cancel"))
        now = desk.now()
        name = person_name(desk.view, person)
        where = tr("It goes back to {name}, {node}.", name=name, node=to.name) if person else ""
        where = where or tr("It goes to the queue of {node}.", node=to.name)
        clocks = clocks_words(case, foreseen(desk.view, graph, case, to, desk.me, now), now)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        for part in (
            spread(Icon(BACK, "accent", 18), label(tr("Return"), "title"), None),
            label(place_words(desk, case), "muted", wrap=True),
            label(where, "strong", wrap=True),
            label(tr("Why"), "small"),
            self.why,
            self.words,
            label(clocks, "muted", wrap=True),
            self.wrong,
            spread(None, cancel, self.send),
        ):
            box.addWidget(part)
        cancel.clicked.connect(self.reject)
        self.send.clicked.connect(self.give_back)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.give_back)
        self.why.setFocus()

    def give_back(self) -> None:
        """Do it, or say why not."""
        wish = Return(
            handoff=self._id, case=self._case.id, transfers=self._case.transfers, reason=self.why.currentData(),
            words=self.words.text(),
        )  # fmt: skip
        why = self._desk.attempt(wish)
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        if not why:
            self._desk.drafts.discard(self._case.id, DRAFT)
            self.accept()


def can_return(desk: Desk, case: Case) -> bool:
    """Whether somebody has handed this on who could get it back."""
    graph = in_force(desk.view)
    try:
        return graph is not None and bool(back_to(desk.view, graph, case))
    except Refusal:
        return False


def open_return(desk: Desk, case_id: str, parent: QWidget) -> ReturnDialog | None:
    """Show the dialog for a case that was handed on; says why not else."""
    case, graph = desk.view.get(Case, case_id) if case_id else None, in_force(desk.view)
    if case is None or case.merged_into or graph is None:
        return None
    try:
        to, person = back_to(desk.view, graph, case)
    except Refusal as refusal:
        desk.say(told(refusal))
        return None
    dialog = ReturnDialog(desk, case, graph, to, person, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
