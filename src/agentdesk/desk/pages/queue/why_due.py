"""Why something is due when it is due: every step of the sum, as the rules and the thread give it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.due import ICON, clock_name, stopwatch
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import DAY, HOUR, MINUTE, clock, day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.domain.cases import Case
from agentdesk.domain.clocks import Explanation, Step, explained
from agentdesk.domain.kernel import Refusal

AFTER = {
    "customer": mark("since the customer wrote"),
    "reply": mark("since our reply"),
    "note": mark("since the note"),
    "taken": mark("since somebody took it"),
    "released": mark("since it was put back"),
    "moved": mark("since it came to this team"),
    "snoozed": mark("since it was put to sleep"),
    "woken": mark("since it woke"),
    "solved": mark("since it was solved"),
    "reopened": mark("since it was reopened"),
    "prioritised": mark("since the priority changed"),
    "tiered": mark("since the customer's tier changed"),
    "merged": mark("since the cases were joined"),
    "split": mark("since it was split off"),
    "regime": mark("since these rules hold"),
}
WHY = {
    "counts": mark("Counts"),
    "closed": mark("Outside working hours"),
    "over": mark("It was done"),
    "asleep": mark("Stands: asleep"),
    "answered": mark("Stands: nobody waits"),
}
NOT_HERE = mark("This laptop does not hold all that is needed to explain this. Ask again once it is connected.")


def span(elapsed: int) -> str:
    """How much was counted: "1 h 05 min", "12 min", "40 s"."""
    if elapsed < MINUTE:
        return tr("{n} s", n=elapsed // 1000)
    hours, minutes = elapsed // HOUR, elapsed // MINUTE % 60
    return tr("{h} h {m} min", h=hours, m=f"{minutes:02}") if hours else tr("{n} min", n=minutes)


def summary(told: Explanation, now: int) -> str:
    """The sum in one sentence."""
    if told.due and told.due < now:
        time, late = day_and_clock(told.due, now), stopwatch(now - told.due)
        return tr(
            "It was due {time}, {late} ago, after {target} of work.", time=time, late=late, target=span(told.target)
        )
    if told.due:
        return tr(
            "It is due {time}, after {target} of work.", time=day_and_clock(told.due, now), target=span(told.target)
        )
    return tr("It stands. {counted} of work have been counted so far.", counted=span(told.counted))


def reason(step: Step) -> str:
    """Why a step counts, or does not."""
    if step.why == "free":
        return tr("Holiday: {name}", name=step.detail)
    return tr(WHY.get(step.detail if step.why == "stands" else step.why, step.why))


def period(step: Step, now: int) -> str:
    """From when to when, with the day where it is not the same one."""
    end = clock(step.end) if step.end // DAY == step.start // DAY else day_and_clock(step.end, now)
    return tr("{start} – {end}", start=day_and_clock(step.start, now), end=end)


class WhyDialog(QDialog):
    """All steps, the oldest first, and the sum below."""

    def __init__(self, told: Explanation | None, now: int, parent: QWidget | None = None, sentence: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Why it is due then"))
        self.setMinimumWidth(scaled(600))
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        title = clock_name(told.metric) if told is not None else tr("Why it is due then")
        box.addWidget(spread(Icon(ICON, "accent", 18), label(title, "title"), None))
        if told is None:
            box.addWidget(label(sentence or tr(NOT_HERE), "muted", wrap=True))
        else:
            self._explain(box, told, now)
        close = Button(tr("Close"), "primary")
        close.clicked.connect(self.accept)
        box.addWidget(spread(None, close))
        close.setFocus()

    def _explain(self, box: QVBoxLayout, told: Explanation, now: int) -> None:
        box.addWidget(label(summary(told, now), "strong", wrap=True))
        rules = tr(
            "Rules: {policy}, version {number}. Calendar: {calendar}, {zone}.",
            policy=told.policy, number=told.version, calendar=told.calendar, zone=told.zone,
        )  # fmt: skip
        box.addWidget(label(rules, "muted", wrap=True))
        box.addWidget(hairline())
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(tr("Steps"))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(_steps(told, now))
        box.addWidget(scroll, 1)
        box.addWidget(hairline())
        box.addWidget(spread(label(tr("Together"), "strong"), None, label(span(told.counted), "strong")))


def _steps(told: Explanation, now: int) -> QWidget:
    sheet = QWidget()
    sheet.setProperty("ground", "clear")
    grid = QGridLayout(sheet)
    grid.setContentsMargins(0, 0, 8, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    after = ""
    for row, step in enumerate(told.steps):
        role = "" if step.counted else "muted"
        words = reason(step)
        if step.after != after and step.after in AFTER:
            words = tr("{why}, {since}", why=words, since=tr(AFTER[step.after]))
        after = step.after
        parts = (period(step, now), words, span(step.counted) if step.counted else QLocale().toString(0))
        for column, text in enumerate(parts):
            made = label(text, "small" if column == 0 else role)
            grid.addWidget(made, row, column, Qt.AlignmentFlag.AlignTop | _SIDE[column])
    grid.setRowStretch(len(told.steps), 1)
    return sheet


_SIDE = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)


def open_why(desk: Desk, case_id: str, metric: str, parent: QWidget) -> WhyDialog | None:
    """Show the explanation of one of a case's clocks; it ends with the window it belongs to."""
    case = desk.view.get(Case, case_id)
    if case is None:
        return None
    now, sentence = desk.now(), ""
    try:
        told = explained(desk.view, case, metric, now)
    except Refusal as refusal:
        told, sentence = None, tr(refusal.sentence, **refusal.data)
    dialog = WhyDialog(told, now, parent, sentence)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
