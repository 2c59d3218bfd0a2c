"""Boxes that hold other things: headers, cards, banners."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from agentdesk.desk.icons import paint_icon
from agentdesk.desk.theme import px, scaled
from agentdesk.desk.widgets.badges import CountBadge
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.desk.widgets.painted import Painted


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties the style sheet looks at, and have it look again."""
    if all(widget.property(name) == value for name, value in properties.items()):
        return
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


class Icon(Painted):
    """A picture without a function."""

    def __init__(self, name: str, ink: str = "muted", size: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._ink, self._size = name, ink, size

    def show_icon(self, name: str, ink: str) -> None:
        """Another picture."""
        self._name, self._ink = name, ink
        self.update()

    def wanted(self) -> QSize:
        return QSize(scaled(self._size), scaled(self._size))

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self.rect(), self._name, self._ink)


class Pane(QFrame):
    """A column of the window: a ground and perhaps a hairline at one edge; add to `box`."""

    def __init__(self, ground: str = "surface", edge: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", ground)
        self.setProperty("edge", edge)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)


class Bar(QFrame):
    """A horizontal strip of a fixed token height with a hairline below; add to `row`."""

    def __init__(self, height: str = "header", edge: str = "bottom", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self.setProperty("edge", edge)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(14, 0, 14, 0)
        self.row.setSpacing(8)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(px(self._height))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()


class Header(Bar):
    """A column's head: title, count, then whatever is added at its end."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = ElidedLabel(title, "title")
        self._count = CountBadge()
        self._count.hide()
        self.row.addWidget(self._title)
        self.row.addWidget(self._count)
        self.row.addStretch(1)

    def show_title(self, title: str) -> None:
        """Another title."""
        self._title.setText(title)

    def show_count(self, count: int | None) -> None:
        """The count beside the title; None hides it."""
        self._count.setVisible(count is not None)
        self._count.show_count(count or 0)

    def add(self, *widgets: QWidget) -> None:
        """Put something at the end."""
        for widget in widgets:
            self.row.addWidget(widget)


class Card(QFrame):
    """A box with a hairline. Tones: "", accent, good, warn, bad, note, sunken; add to `box`."""

    def __init__(self, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setProperty("tone", tone)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(12, 10, 12, 10)
        self.box.setSpacing(6)

    def show_tone(self, tone: str) -> None:
        """Another tone."""
        restyle(self, tone=tone)


class Banner(QFrame):
    """One line across a column that tells a state: offline (warn), back online (good), trouble (bad)."""

    _ICONS = {"warn": "ph.warning", "good": "ph.check-circle", "bad": "ph.warning-circle", "accent": "ph.info"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "banner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 14, 8)
        row.setSpacing(8)
        self._icon, self._strong = Icon("ph.info", "accent", 14), label(role="strong")
        self._text, self._end = ElidedLabel(), label()
        for widget in (self._icon, self._strong, self._text):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._end)
        self.row = row
        self.hide()

    def show_state(self, tone: str, strong: str, text: str = "", end: str = "", icon: str = "") -> None:
        """Show a state: a bold word, a sentence, and something at the end (a count, a time)."""
        restyle(self, tone=tone)
        self._icon.show_icon(icon or self._ICONS[tone], tone)
        self._strong.setText(strong)
        self._text.setText(text)
        self._end.setText(end)
        for part in (self._strong, self._text, self._end):
            part.style().polish(part)
        self.setAccessibleName(f"{strong} {text}".strip())
        self.show()

    def clear(self) -> None:
        """Hide it; nothing to tell."""
        self.hide()


def spread(*widgets: QWidget | None, spacing: int = 8) -> QWidget:
    """Widgets in a row; None is a stretch."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(spacing)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder


def empty(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while layout.count():
        item = layout.takeAt(0)
        if item is not None and (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
