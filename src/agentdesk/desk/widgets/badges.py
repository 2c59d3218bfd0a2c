"""Small signs as widgets: avatar, chip, key cap, count."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.paint import (
    badge_size,
    chip_size,
    count_text,
    keycap_size,
    paint_avatar,
    paint_badge,
    paint_chip,
    paint_keycap,
    paint_presence,
)
from agentdesk.desk.widgets.painted import Painted


class Avatar(Painted):
    """A person: initials in a circle, with a presence dot if `presence` names a token ("good", "warn", "faint")."""

    def __init__(self, name: str, size: int = 30, presence: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size, self._presence = size, presence
        self.show_person(name)

    def show_person(self, name: str, presence: str = "") -> None:
        """Show someone else, or another presence."""
        self._name, self._presence = name, presence or self._presence
        self.setAccessibleName(name)
        self.refresh()

    def wanted(self) -> QSize:
        return QSize(scaled(self._size), scaled(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, self.rect(), self._name)
        if self._presence:
            paint_presence(painter, self.rect().adjusted(0, 0, -2, -2), self._presence, "surface")


class Chip(Painted):
    """A word in a pill. Tones: plain, accent, good, warn, bad, violet, note."""

    def __init__(self, text: str = "", tone: str = "plain", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_chip(text, tone, icon)

    def show_chip(self, text: str, tone: str = "plain", icon: str = "") -> None:
        """Show another word; an empty one hides the chip."""
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        if self.parentWidget() is not None:
            self.setVisible(bool(text))
        self.refresh()

    def text(self) -> str:
        """The word shown."""
        return self._text

    def wanted(self) -> QSize:
        return chip_size(self._text, self._icon)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setLayoutDirection(self.layoutDirection())
        paint_chip(painter, self.rect(), self._text, self._tone, self._icon)


class KeyCap(Painted):
    """A key as on a keyboard."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_key(text)

    def show_key(self, text: str) -> None:
        """Show another key."""
        self._text = text
        self.setAccessibleName(text)
        self.refresh()

    def wanted(self) -> QSize:
        return keycap_size(self._text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_keycap(QPainter(self), self.rect(), self._text)


class CountBadge(Painted):
    """A count beside a title; zero takes no ink but keeps its place."""

    def __init__(self, count: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.show_count(count)

    def show_count(self, count: int) -> None:
        """Show another count."""
        self._count = count
        self.setAccessibleName(str(count))
        self.refresh()

    def wanted(self) -> QSize:
        return badge_size(count_text(self._count))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._count:
            paint_badge(QPainter(self), self.rect(), count_text(self._count))


def leading(rect: QRect, width: int, direction: Qt.LayoutDirection) -> QRect:
    """The first `width` pixels of a rectangle in reading direction."""
    if direction == Qt.LayoutDirection.RightToLeft:
        return QRect(rect.right() - width + 1, rect.top(), width, rect.height())
    return QRect(rect.left(), rect.top(), width, rect.height())
