"""The card that rings: a case is offered, one takes it or passes it on, by key or button, before the time is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QMenu, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action, Context
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.names import case_number
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import px, scaled
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Icon, spread
from agentdesk.desk.widgets.labels import label, tabular
from agentdesk.domain.cases import Case
from agentdesk.domain.routing import (
    REASONS,
    RINGING_AT,
    AcceptOffer,
    Offer,
    PassOffer,
    Profile,
    load,
    steering,
    units_of,
)

ACCEPT, PASS = "Ctrl+Shift+Y", "Ctrl+Shift+N"
GROUP = mark("Offers")
WHY = {
    "busy": mark("No hands free"),
    "skill": mark("I cannot do this"),
    "known": mark("I know this customer privately"),
    "pause": mark("I need a pause"),
    "other": mark("Something else"),
}


class Ringing(QFrame):
    """Hidden while nothing rings. `online` says whether the server hears us: without it nothing can be taken."""

    def __init__(
        self, desk: Desk, window: QWidget, online: Callable[[], bool], tell: Callable[[str, str], object]
    ) -> None:
        super().__init__(window)
        self.setObjectName("notice")
        self._desk, self._window, self._online, self._tell = desk, window, online, tell
        self._offer: Offer | None = None
        self._known: set[str] = set()
        self._taking = ""
        self._title, self._about, self._room = label("", "strong"), label(wrap=True), label("", "muted", wrap=True)
        self._left = tabular(label())
        self.accept = Button(
            tr("Take it"), "primary", hint=QKeySequence(ACCEPT).toString(QKeySequence.SequenceFormat.NativeText)
        )
        self.later = Button(tr("Pass it on"))
        self._lay_out()
        self.accept.clicked.connect(lambda: self.take())
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._tick)
        self._forget = desk.listen(("offer", "case", "steering", "profile"), lambda _: self.look())
        window.installEventFilter(self)
        self.hide()
        self.look()

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        box.addWidget(spread(Icon("ph.bell-ringing", "accent", 18), self._title, None, self._left))
        menu = QMenu(self.later)
        for reason in REASONS:
            menu.addAction(tr(WHY[reason]), partial(self.pass_on, reason))
        self.later.setMenu(menu)
        for part in (self._about, self._room, spread(self.accept, self.later, None)):
            box.addWidget(part)

    @property
    def keys(self) -> tuple[Action, ...]:
        """What can be done from anywhere while something rings."""
        group = tr(GROUP)
        return (
            Action("offer.take", tr("Take the case that rings"), group, lambda _: self.take(), "ph.check", ACCEPT,
                   when=self._rings),
            Action("offer.pass", tr("Pass on the case that rings"), group, lambda _: self.later.showMenu(),
                   "ph.arrow-bend-up-right", PASS, when=self._rings),
        )  # fmt: skip

    def _rings(self, _context: Context) -> bool:
        return self._offer is not None

    def look(self) -> None:
        """What rings at this desk now, the one that ends first."""
        desk, now = self._desk, self._desk.now()
        ringing = desk.view.page(RINGING_AT(person=desk.me.id), limit=20)
        first = min((one for one in ringing if one.until > now), key=lambda one: one.until, default=None)
        before, self._offer = self._offer, first
        if self._taking and (first is None or first.id != self._taking):
            self._has_ended(self._taking)
        if first is None:
            self._second.stop()
            self.hide()
            return
        self._show(first)
        if before is None or before.id != first.id:
            self._announce(first)

    def take(self) -> None:
        """Ask the server for it."""
        if self._offer is None:
            return
        if not self._online():
            self._desk.say(
                tr("Without a connection nothing can be taken: only the server knows whether it still rings.")
            )
            return
        self._taking = self._offer.id
        if not self._desk.do(AcceptOffer(offer=self._offer.id)):
            self._taking = ""
        self.look()

    def refused(self, offer: str) -> None:
        """The server's no, which is said elsewhere: as long as it rings one can ask again."""
        if self._taking == offer:
            self._taking = ""
            self.look()

    def pass_on(self, reason: Any) -> None:
        """Let somebody else have it."""
        if self._offer is not None:
            self._desk.do(PassOffer(offer=self._offer.id, reason=reason))
            self.look()

    def close_down(self) -> None:
        """Listen no more."""
        self._forget()
        self._second.stop()
        self._window.removeEventFilter(self)
        self.hide()

    def _show(self, offer: Offer) -> None:
        case, online = self._desk.view.get(Case, offer.case), self._online()
        self._title.setText(tr("A case is offered to you"))
        self._about.setText(
            tr("{number} · {name} · {subject}", number=case_number(case.number), name=words(case.customer_name),
               subject=words(case.subject)) if case is not None else offer.channel
        )  # fmt: skip
        self._room.setText(self._capacity() if online else tr("No connection: it cannot be taken now."))
        taking = self._taking == offer.id
        self.accept.setText(tr("Taking it…") if taking else tr("Take it"))
        self.accept.setEnabled(online and not taking)
        self._left.setText(tr("{n} s", n=max(0, (offer.until - self._desk.now() + 999) // 1000)))
        self._second.start()
        self.show()
        self.place()
        self.raise_()

    def _capacity(self) -> str:
        held = steering(self._desk.view)
        if held is None:
            return ""
        me = self._desk.me.id
        used, _ = load(self._desk.view, held[0], me, self._offer.id if self._offer is not None else "")
        return tr("You have {used} of {most}.", used=used, most=units_of(held[0], self._desk.view.get(Profile, me)))

    def _announce(self, offer: Offer) -> None:
        self.setAccessibleName(f"{self._title.text()}: {self._about.text()}")
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))
        if offer.id not in self._known:
            self._known.add(offer.id)
            self._tell(self._title.text(), self._about.text())

    def _has_ended(self, id: str) -> None:
        """What was asked for is here, or has gone on; that it has, the refusal says."""
        self._taking = ""
        offer = self._desk.view.get(Offer, id)
        if offer is not None and offer.state == "accepted" and offer.person == self._desk.me.id:
            self._desk.open("case", offer.case)

    def _tick(self) -> None:
        if self._offer is not None and self._offer.until > self._desk.now():
            self._show(self._offer)
        else:
            self.look()

    def place(self) -> None:
        """At the lower end of the window, above the status line."""
        window = self._window
        width = min(scaled(380), window.width() - px("rail") - 32)
        self.setFixedWidth(width)
        self.adjustSize()
        left = 16 + px("rail") if self.isRightToLeft() else window.width() - width - 16
        self.move(left, window.height() - self.height() - px("header"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)
