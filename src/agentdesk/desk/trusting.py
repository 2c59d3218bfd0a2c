"""What one sees and can do when the audit log is not what this laptop remembers: follow somebody, or vouch oneself."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from agentdesk.desk.names import number, person_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.fields import show_wrong
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.witness import Witness, short
from agentdesk.domain.audit.breaks import AuditBreak
from agentdesk.domain.audit.published import Pin
from agentdesk.domain.kernel import View

WHAT = {
    "shrunk": mark("It is shorter than it was: its end is missing. So it looks after a backup was restored."),
    "key": mark("It was signed with another key than the one this laptop knows."),
}
OTHER = mark("It does not go on from what it was. So it looks when work goes on after a backup was restored.")
VOUCH = mark(
    "If you know that a backup was restored, you can vouch for the log as it is now. Your name and your reason are"
    " written into it, and every other laptop can follow you."
)
NOBODY = mark(
    "Nobody vouches for it yet. Tell your administrator what stands here, in person or by telephone. Until then"
    " you can go on working: nothing of yours is lost."
)


class TrustDialog(QDialog):
    """Both ends in figures, and the one thing that this person can do; it decides nothing by itself."""

    def __init__(self, watch: Witness, view: View, now: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._witness, self._break = watch, watch.vouched()
        self.reason, self.wrong = QLineEdit(), label("", "bad", wrap=True)
        self.trust = Button(tr("Trust it from now on"), "primary", "ph.circle-wavy-check")
        self.setWindowTitle(tr("Audit log"))
        self.setMinimumWidth(scaled(460))
        self.reason.setMaxLength(500)
        self.reason.setPlaceholderText(tr("What has happened, such as which backup was restored"))
        self.reason.setAccessibleName(tr("What has happened"))
        offer = label("", wrap=True)
        self._lay_out(offer)
        offer.setText(self._offer(view, now))
        self.trust.clicked.connect(self._trust)
        self.reason.returnPressed.connect(self._trust)

    def _offer(self, view: View, now: int) -> str:
        """What this person can do, in words; the parts for it are shown."""
        vouches = not self._break and self._witness.may_accept()
        self.reason.setVisible(vouches)
        self.trust.setVisible(vouches or self._break is not None)
        if self._break is None:
            return tr(VOUCH) if vouches else tr(NOBODY)
        return said_by(self._break, view, now)

    def _lay_out(self, offer: QWidget) -> None:
        close = Button(tr("Close"))
        close.clicked.connect(self.reject)
        box = QVBoxLayout(self)
        box.setContentsMargins(20, 18, 20, 16)
        box.setSpacing(10)
        title = label(tr("The audit log does not match"), "title")
        box.addWidget(spread(Icon("ph.shield-warning", "bad", 20), title, None))
        remembered, now = self._witness.remembered(), self._witness.now()
        for part in (
            label(tr(WHAT.get(self._witness.doubt, OTHER)), wrap=True),
            label(tr("This laptop remembers: {log}", log=end_of(remembered)), wrap=True, selectable=True),
            label(tr("The server shows: {log}", log=end_of(now)), wrap=True, selectable=True),
            *(offer, self.reason, self.wrong),
            spread(None, close, self.trust),
        ):
            box.addWidget(part)
        self.wrong.hide()

    def _trust(self) -> None:
        why = self._witness.follow(self._break) if self._break is not None else self._vouch()
        self.wrong.setText(why)
        self.wrong.setVisible(bool(why))
        show_wrong(self.reason, why)
        if not why:
            self.accept()

    def _vouch(self) -> str:
        return self._witness.accept(self.reason.text())


def said_by(one: AuditBreak, view: View, now: int) -> str:
    """Who vouches, since when, and how one makes sure of it."""
    words = {"name": person_name(view, one.person), "time": day_and_clock(one.at, now), "root": short(one.root)}
    return tr(
        "{name} vouches for the log ({time}). Ask them, in person or by telephone and not in this program, whether that"
        " is so, and whether it is this log: {root}.",
        **words,
    )


def end_of(pin: Pin | None) -> str:
    """The end of a log, for the eye and for reading out."""
    if pin is None:
        return tr("nothing that holds")
    return tr("{n} entries · {root}", n=number(pin.size), root=short(pin.root))
