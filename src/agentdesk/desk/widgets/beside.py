"""A list and, beside it, what is chosen of it; and places where one of several widgets is seen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget


def stacked(*widgets: QWidget) -> QStackedWidget:
    """These at one place; the first is seen."""
    made = QStackedWidget()
    for widget in widgets:
        made.addWidget(widget)
    return made


def beside(rows: QWidget, work: QWidget, sizes: tuple[int, int], least: tuple[int, int]) -> QSplitter:
    """Two columns with a handle between them; the first takes what there is more."""
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for part, width in zip((rows, work), least, strict=True):
        part.setMinimumWidth(width)
        made.addWidget(part)
    made.setStretchFactor(0, 1)
    made.setSizes(list(sizes))
    return made
