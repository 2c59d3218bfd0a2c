"""The brake: suggestions stop for an hour on all desks, with a reason that all read, and go on when one says so."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.texts import tr
from agentdesk.desk.times import HOUR, day_and_clock
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Banner
from agentdesk.domain.kernel import may
from agentdesk.domain.suggestions.steering import ASSIST, DRAFTED, SEARCH, AssistState, Drill, drill_level

STOP_MS = HOUR


class Brake(QWidget):
    """`button` belongs into the head of the page; this is what it asks, and what holds while they are stopped."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.button, self.asking, self.banner = Button("", icon="ph.hand-palm"), Asking(), Banner()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.banner)
        box.addWidget(self.asking)
        self.button.setVisible(may(desk.me.role, "assist.steer"))
        self.button.clicked.connect(self.press)
        self._ends = QTimer(self, singleShot=True)
        self._ends.timeout.connect(self.look)
        self.destroyed.connect(desk.listen(("assist_state",), lambda _: self.look()))
        self.look()

    @property
    def stopped(self) -> bool:
        """Whether they are stopped, or held lower than they could go."""
        return drill_level(self._held(), self._desk.now()) < DRAFTED

    def press(self) -> None:
        """Stop them, after a reason, or let them go on."""
        if self.stopped:
            self._desk.do(Drill(level=SEARCH, until=0))
            return
        self.asking.ask(tr("Why do suggestions stop? All who work here read it. After an hour they go on by "
                           "themselves."), tr("Stop suggestions"), self._stop)  # fmt: skip

    def _stop(self, reason: str) -> str:
        return self._desk.attempt(Drill(level=SEARCH, until=self._desk.now() + STOP_MS, reason=reason))

    def _held(self) -> AssistState | None:
        return self._desk.view.get(AssistState, ASSIST)

    def look(self) -> None:
        """What holds now."""
        held, now = self._held(), self._desk.now()
        word = tr("Let suggestions go on") if self.stopped else tr("Stop suggestions…")
        self.button.setText(word)
        self.button.setAccessibleName(word)
        if held is None or not self.stopped:
            self._ends.stop()
            self.banner.clear()
            return
        self._ends.start(max(1, min(HOUR, held.until - now)))
        self.banner.show_state("warn", tr("Suggestions are held down"), held.reason,
                               tr("until {time}", time=day_and_clock(held.until, now)))  # fmt: skip
