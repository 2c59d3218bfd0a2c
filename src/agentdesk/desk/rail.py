"""The rail: the pages at the left edge, with what needs attention on each; below them palette, settings, oneself."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from agentdesk.desk.icons import icon
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import px, scaled
from agentdesk.desk.widgets.labels import tip
from agentdesk.desk.widgets.paint import badge_size, count_text, focus_ring, paint_avatar, paint_badge, paint_presence


class RailButton(QToolButton):
    """One page on the rail, or a command below; a count may sit on its corner."""

    def __init__(self, picture: str, name: str, checkable: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._count = name, 0
        self.setProperty("kind", "rail")
        self.setCheckable(checkable)
        self.setAutoRaise(True)
        self.setIcon(icon(picture, on=f"{picture}-fill" if checkable else ""))
        self.setToolTip(tip(name))
        self.setAccessibleName(name)

    def show_count(self, count: int) -> None:
        """What waits there; zero shows nothing."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(tr("{name}, {n} new", name=self._name, n=count) if count else self._name)
            self.update()

    def sizeHint(self) -> QSize:
        side = min(px("rail") - 16, scaled(40))
        self.setIconSize(QSize(side // 2, side // 2))
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._count:
            text = count_text(min(self._count, 99)) if self._count < 100 else "99+"
            size = badge_size(text) - QSize(2, 3)
            at = 1 if self.isRightToLeft() else self.width() - size.width() - 1
            paint_badge(QPainter(self), QRect(QPoint(at, 2), size), text, "bad", "on_bad")


class PersonButton(QToolButton):
    """Oneself: initials and a presence dot; opens the menu of what concerns oneself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._token = "", "faint"
        self.setProperty("kind", "rail")
        self.show_person("", "", "faint")

    def show_person(self, name: str, presence: str, token: str) -> None:
        """Who signed in, the presence in words and as a colour."""
        self._name, self._token = name, token
        words = tr("{name}, {presence}", name=name, presence=presence) if name else tr("Not signed in")
        self.setAccessibleName(words)
        self.setToolTip(tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        side = min(px("rail") - 16, scaled(40))
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, side = QPainter(self), min(scaled(30), self.width() - 8)
        circle = QRect((self.width() - side) // 2, (self.height() - side) // 2, side, side)
        paint_avatar(painter, circle, self._name)
        paint_presence(painter, circle, self._token)
        if self.hasFocus():
            focus_ring(painter, self.rect(), 9)


class Rail(QFrame):
    """Buttons by page id. `chosen` tells the page a person asked for."""

    chosen = Signal(str)
    palette_asked = Signal()
    person_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAccessibleName(tr("Pages"))
        self._group, self._buttons = QButtonGroup(self), dict[str, RailButton]()
        self._group.setExclusive(True)
        self.palette_button, self.person = RailButton("ph.command", tr("Commands"), False), PersonButton()
        self.palette_button.clicked.connect(self.palette_asked)
        self.person.clicked.connect(self.person_asked)
        self._tabs: list[QToolButton] = [self.palette_button, self.person]
        self._tops, self._bottoms = QVBoxLayout(), QVBoxLayout()
        for part in (self._tops, self._bottoms):
            part.setSpacing(4)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 10, 0, 6)
        box.setSpacing(4)
        box.addLayout(self._tops)
        box.addStretch(1)
        box.addWidget(self.palette_button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addLayout(self._bottoms)
        box.addWidget(self.person, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setFixedWidth(px("rail") - 1)  # the hairline beside it is the last pixel

    def add(self, page: str, picture: str, title: str, bottom: bool = False) -> RailButton:
        """A button for a page, above or below."""
        button = RailButton(picture, title)
        button.clicked.connect(lambda: self.chosen.emit(page))
        self._group.addButton(button)
        self._buttons[page] = button
        (self._bottoms if bottom else self._tops).addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._tabs.insert(-1 if bottom else self._tabs.index(self.palette_button), button)
        for before, after in pairwise(self._tabs):
            self.setTabOrder(before, after)
        return button

    def remove(self, page: str) -> None:
        """The page is no longer there for this person."""
        button = self._buttons.pop(page)
        self._group.removeButton(button)
        self._tabs.remove(button)
        button.deleteLater()

    def choose(self, page: str) -> None:
        """Show which page is open, without telling."""
        self._buttons[page].setChecked(True)

    def button(self, page: str) -> RailButton:
        """The button of a page."""
        return self._buttons[page]

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedWidth(px("rail") - 1)  # the hairline beside it is the last pixel
