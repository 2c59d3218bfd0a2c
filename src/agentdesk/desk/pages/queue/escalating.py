"""Handing a conversation on: the targets with why and why not, what each asks for, and what becomes of the clocks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.desk import Desk
from agentdesk.desk.handing import ICON, clocks_words, facts_words, place_words, told
from agentdesk.desk.pages.queue.handing_form import HandingForm
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, scaled
from agentdesk.desk.widgets.buttons import Button, Tick
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.formfield import Field as Line
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.cases import Case
from agentdesk.domain.escalation import Escalate, Graph, Target, foreseen, in_force, targets
from agentdesk.domain.kernel import Refusal

DRAFT = "escalate"


class EscalateDialog(QDialog):
    """Targets above, what the chosen one asks for below. Whatever was refused before stands there again."""

    def __init__(self, desk: Desk, case: Case, graph: Graph, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Hand on"))
        self.setMinimumSize(scaled(520), scaled(480))
        self.resize(scaled(620), scaled(640))
        self._desk, self._case, self._graph, self._id = desk, case, graph, desk.new_id()
        self._found = targets(desk.view, graph, case, desk.now())
        self._refused = next(
            (one for one in reversed(desk.refusals(case.id)) if isinstance(one.command, Escalate)), None
        )
        self.list, self.form = QListWidget(), HandingForm(desk)
        self.words = Line(tr("What else the next one should know"))
        self.warm = Tick(tr("I answer for it until somebody has taken it"))
        self.why_not, self.clocks, self.wrong = (label("", role, wrap=True) for role in ("warn", "muted", "bad"))
        self.send = Button(tr("Hand on"), "primary", hint=cap("Ctrl+Return"))
        self._dress()
        self._lay_out()
        self._again()
        kept = partial(desk.drafts.typed, case.id, DRAFT)  # from here on it is a person who types
        self.words.line.textChanged.connect(lambda text: kept(text, self.words.line.cursorPosition()))

    def _dress(self) -> None:
        self.warm.setAccessibleName(self.warm.text())
        self.words.hold_to(Escalate, "words")
        self.list.setAccessibleName(tr("Where to"))
        self.list.setWordWrap(True)
        self.list.setSpacing(3)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for target in self._found:
            item = QListWidgetItem(self._line(target))
            if target.why_not is not None:
                item.setForeground(color("faint"))
            self.list.addItem(item)
        self.list.currentRowChanged.connect(lambda _: self._show())

    def _line(self, target: Target) -> str:
        facts = facts_words(self._desk, target.node)
        if target.why_not is not None:
            why = told(target.why_not)
            return tr("{name}: not now\n{facts}\n{why}", name=target.node.name, facts=facts, why=why)
        return tr("{name}\n{facts}", name=target.node.name, facts=facts)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 14, 4, 12)
        top, sheet, foot = QVBoxLayout(), Sheet(self.windowTitle()), QVBoxLayout()
        for column in (top, foot):
            column.setContentsMargins(16, 0, 16, 0)
            column.setSpacing(8)
        top.addWidget(spread(Icon(ICON, "accent", 18), label(tr("Hand on"), "title"), None))
        top.addWidget(label(place_words(self._desk, self._case), "muted", wrap=True))
        self.list.setMinimumHeight(scaled(180))
        sheet.add(self.list, self.why_not, self.form, self.words, self.warm)
        sheet.box.addStretch(1)
        cancel = Button(tr("Cancel"))
        for part in (self.clocks, self.wrong, spread(None, cancel, self.send)):
            foot.addWidget(part)
        box.addLayout(top)
        box.addWidget(sheet, 1)
        box.addLayout(foot)
        cancel.clicked.connect(self.reject)
        self.send.clicked.connect(self.hand_on)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.hand_on)

    def _again(self) -> None:
        """The first target that may be, or the one of what was refused, with all that was typed then."""
        allowed = [at for at, one in enumerate(self._found) if one.why_not is None]
        row, draft = allowed[0] if allowed else 0, self._desk.drafts.get(self._case.id, DRAFT)
        self.words.line.setText(draft.text if draft is not None else "")
        if self._refused is not None and isinstance(before := self._refused.command, Escalate):
            self.form.remember(self._case, before.answers, before.fields)
            self.words.line.setText(self.words.text() or before.words)
            self.warm.setChecked(before.warm)
            row = next((at for at, one in enumerate(self._found) if one.node.id == before.to), row)
        self.list.setCurrentRow(row)
        self.list.setFocus()
        self._show()

    def chosen(self) -> Target | None:
        """The target that is looked at."""
        row = self.list.currentRow()
        return self._found[row] if 0 <= row < len(self._found) else None

    def _show(self) -> None:
        target = self.chosen()
        may = target is not None and target.why_not is None
        self.form.show_node(self._case, target.node if may and target is not None else None)
        self.why_not.setText(told(target.why_not) if target is not None and target.why_not is not None else "")
        self.why_not.setVisible(bool(self.why_not.text()))
        self.send.setEnabled(may)
        for part in (self.words, self.warm, self.clocks):
            part.setVisible(may)
        if may and target is not None:
            self.clocks.setText(self._clocks(target))
        self._complain("")

    def _clocks(self, target: Target) -> str:
        now = self._desk.now()
        try:
            after = foreseen(self._desk.view, self._graph, self._case, target.node, self._desk.me, now)
        except Refusal as refusal:
            return told(refusal)
        return clocks_words(self._case, after, now)

    def hand_on(self) -> None:
        """Do it; what is missing is said below, and nothing that was typed is lost."""
        target = self.chosen()
        if target is None or not self.send.isEnabled():
            return
        wish = Escalate(
            handoff=self._id, case=self._case.id, to=target.node.id, transfers=self._case.transfers,
            answers=self.form.answers(), fields=self.form.values(), words=self.words.text(),
            warm=self.warm.isChecked(),
        )  # fmt: skip
        why = self._desk.attempt(wish)
        self._complain(why)
        if not why:
            self._desk.drafts.discard(self._case.id, DRAFT)
            self.form.sent(self._case)
            if self._refused is not None:
                self._desk.forget_refusal(self._refused.key)
            self.accept()

    def _complain(self, sentence: str) -> None:
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))


def open_escalate(desk: Desk, case_id: str, parent: QWidget) -> EscalateDialog | None:
    """Show the dialog for a case that is here; says why not where no graph holds."""
    case, graph = desk.view.get(Case, case_id) if case_id else None, in_force(desk.view)
    if case is None or case.merged_into:
        return None
    if graph is None:
        desk.say(tr("No graph of escalation holds yet. Your lead can draw and publish one."))
        return None
    dialog = EscalateDialog(desk, case, graph, parent)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
