"""A legal hold on one customer, or on one of their cases: what stands, and the form for another one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import case_number
from agentdesk.desk.pages.privacy.told import Subject
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import choice, hold_to, show_wrong
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.privacy import SetHold, is_held
from agentdesk.domain.privacy.holds import SHORTEST_REASON


class KeepCard(Card):
    """`about` says whose; `again` looks at the holds anew."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._subject: Subject | None = None
        self.what, self.reason = choice(tr("What is kept")), QLineEdit()
        self.go, self.state = Button(tr("Keep it"), icon="ph.scales"), Verdict()
        self.reason.setPlaceholderText(tr("Why, in a sentence that somebody else understands later"))
        self.reason.setAccessibleName(tr("Why"))
        hold_to(self.reason, SetHold, "reason")
        self.wrong = label("", "bad", wrap=True)
        self.wrong.hide()
        told = tr("What is held stays, whatever the schedule says and whoever asks for its erasure.")
        for part in (
            *(label(tr("Legal hold"), "strong"), label(told, "muted", wrap=True), self.state),
            *(self.what, self.reason, self.wrong, spread(self.go, None)),
        ):
            self.box.addWidget(part)
        self.go.clicked.connect(self.keep)
        self.reason.returnPressed.connect(self.keep)
        self.reason.textEdited.connect(lambda _: self._say(""))

    def about(self, subject: Subject) -> None:
        """Whose; what was typed for somebody else goes."""
        self._subject = subject
        self.reason.clear()
        self._say("")
        self.what.clear()
        self.what.addItem(tr("All about this customer"), ("customer", subject.id))
        for one in subject.cases:
            self.what.addItem(tr("Only the case {number}", number=case_number(one.number)), ("case", one.id))
        self.again()

    def again(self) -> None:
        """What is held of it now, as far as this desk knows."""
        if self._subject is None:
            return
        view = self._desk.view
        held = [one for one in self._subject.cases if is_held(view, self._subject.id, one.id)]
        if is_held(view, self._subject.id):
            self.state.show_state("warn", tr("All about this customer is held."))
        elif held:
            numbers = ", ".join(case_number(one.number) for one in held)
            self.state.show_state("warn", tr("Held: {cases}", cases=numbers))
        else:
            self.state.clear()

    def keep(self) -> None:
        """Set the hold; what is wrong stands under the field, and nothing that was typed is lost."""
        if self._subject is None:
            return
        reason = " ".join(self.reason.text().split())
        if len(reason) < SHORTEST_REASON:
            self._say(tr("Say why, in a sentence that somebody else understands later."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        kind, about = self.what.currentData()
        why = self._desk.attempt(SetHold(hold=self._desk.new_id(), kind=kind, about=about, reason=reason))
        self._say(why)
        if not why:
            self.reason.clear()
            if self.state.isHidden():
                self.state.show_state("accent", tr("Asked for; the server has not answered yet."))

    def _say(self, sentence: str) -> None:
        show_wrong(self.reason, sentence)
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))
