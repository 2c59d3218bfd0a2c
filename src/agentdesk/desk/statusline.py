"""The status line: the link and the age of the last sync, what waits to be sent, presence, the palette's key."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import px, scaled
from agentdesk.desk.times import ago
from agentdesk.desk.widgets.badges import KeyCap
from agentdesk.desk.widgets.labels import ElidedLabel, SteadyLabel
from agentdesk.desk.widgets.paint import rounded
from agentdesk.desk.widgets.painted import Painted


class Link(Enum):
    """The state of the link to the server: its word and the token of its dot."""

    LIVE = (mark("Live"), "good")
    CATCHING_UP = (mark("Syncing"), "accent")
    CONNECTING = (mark("Connecting"), "warn")
    OFFLINE = (mark("Offline"), "warn")
    SIGNED_OUT = (mark("Signed out"), "bad")
    STOPPED = (mark("Stopped"), "bad")

    @property
    def word(self) -> str:
        """The state in the person's language."""
        return tr(self.value[0])


LEAST = 120
"""Pixels, at the usual size of text, below which how suggestions stand says nothing any more."""


class _Dot(Painted):
    def __init__(self) -> None:
        super().__init__()
        self.ink = "faint"

    def wanted(self) -> QSize:
        return QSize(scaled(8), scaled(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        rounded(QPainter(self), self.rect(), self.height() / 2, self.ink)


class StatusLine(QFrame):
    """Each `show_…` changes one place; nothing beside it moves. Ages count on by themselves while it is visible."""

    palette_asked = Signal()
    presence_asked = Signal()
    outbox_asked = Signal()

    def __init__(self, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName(tr("Status"))
        self._now, self._link, self._at = now, Link.CONNECTING, ""
        self._synced: int | None = None
        self._dot, self._keyed = _Dot(), True
        self._word = SteadyLabel(*(link.word for link in Link))
        self._age = SteadyLabel(tr("synced {age}", age=tr("{n} min ago", n=88)))
        self._outbox, self._note = self._button(self.outbox_asked), ElidedLabel()
        self._assist = ElidedLabel()
        self._shift, self._presence = ElidedLabel(), self._button(self.presence_asked)
        self._key, self.commands = KeyCap(cap("Ctrl+K")), self._button(self.palette_asked)
        self.commands.setText(tr("commands"))
        self.commands.setAccessibleName(tr("Commands"))
        self._build()
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._count_on)
        self.show_link(Link.CONNECTING)
        self.show_outbox(0)
        self.show_presence("")

    def _button(self, asked: object) -> QPushButton:
        made = QPushButton()
        made.setProperty("kind", "status")
        made.clicked.connect(asked)
        return made

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(14)
        left = QHBoxLayout()
        left.setSpacing(6)
        left.addWidget(self._dot)
        left.addWidget(self._word)
        row.addLayout(left)
        for part in (self._age, self._outbox, self._assist, self._note):
            row.addWidget(part)
        row.addStretch(1)
        for part in (self._shift, self._presence):
            row.addWidget(part)
        right = QHBoxLayout()
        right.setSpacing(4)
        right.addWidget(self._key)
        right.addWidget(self.commands)
        row.addLayout(right)
        self.setFixedHeight(px("status"))

    def show_link(self, link: Link) -> None:
        """The state of the link."""
        self._link, self._dot.ink = link, link.value[1]
        self._word.setText(link.word)
        self._dot.setAccessibleName(link.word)
        self._dot.update()
        self._count_on()

    def show_synced(self, at: int | None, revision: str = "") -> None:
        """When the desk last heard the server (UTC milliseconds), and up to which revision when that matters."""
        self._synced, self._at = at, revision
        self._count_on()

    def _count_on(self) -> None:
        if self._synced is None:
            self._age.setText(tr("not synced yet"))
        elif self._at and self._link is not Link.LIVE:
            age = ago(self._now() - self._synced)
            self._age.setText(tr("synced to {revision}, {age}", revision=self._at, age=age))
        else:
            self._age.setText(tr("synced {age}", age=ago(self._now() - self._synced)))
        self._give_way()

    def show_outbox(self, waiting: int, held: int = 0) -> None:
        """How much waits to be sent, and how much was held back for the person."""
        parts = [tr("{n} waiting to be sent", n=waiting)] if waiting else []
        parts += [tr("{n} held back", n=held)] if held else []
        text = " · ".join(parts)
        self._outbox.setText(text)
        self._outbox.setAccessibleName(text or tr("Nothing waits to be sent"))
        self._outbox.setVisible(bool(text))
        self._give_way()

    def show_note(self, text: str) -> None:
        """A quiet word from the open page, such as a count."""
        self._note.setText(text)
        self._give_way()

    def show_assist(self, text: str, why: str = "") -> None:
        """How suggestions stand, and what there is to know about that."""
        self._assist.setText(text)
        self._assist.setAccessibleDescription(why)
        self._assist.explain(why)
        self._give_way()

    def show_shift(self, text: str) -> None:
        """The shift and whether it is on plan."""
        self._shift.setText(text)
        self._give_way()

    def show_presence(self, text: str) -> None:
        """The presence and the load: "Available · 3 of 4"."""
        self._presence.setText(text)
        self._presence.setAccessibleName(tr("Your availability: {presence}", presence=text or "–"))
        self._presence.setVisible(bool(text))
        self._give_way()

    def show_palette_key(self, key: str) -> None:
        """The palette's key in force."""
        self._key.show_key(cap(key))
        self._keyed = bool(key)
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _give_way(self) -> None:
        """Where there is little room, what matters least goes first; how suggestions stand is cut before it goes."""
        stay = [self._word, self._age, *(part for part in (self._outbox, self._presence) if part.text())]
        room = self.width() - 60 - sum(part.sizeHint().width() + 14 for part in stay)
        seen: list[QWidget] = []
        for part in (self._key, self.commands, self._assist, self._note, self._shift):
            need = part.sizeHint().width()
            least = min(need, scaled(LEAST)) if part is self._assist else need
            if room >= least + 14 and (part is not self._key or self._keyed):
                seen.append(part)
            room -= need + 14
        parts: list[QWidget] = [self._shift, self._note, self._assist, self.commands, self._key]
        for one in sorted(parts, key=seen.__contains__):
            one.setVisible(one in seen)  # those that go first: the layout is made anew with each that comes

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedHeight(px("status"))
            QTimer.singleShot(0, self, self._give_way)  # after the parts have taken their new sizes
