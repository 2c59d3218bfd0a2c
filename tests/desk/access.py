"""Finds controls that a screen reader could not name."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

_CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
             QPlainTextEdit, QTextEdit)  # fmt: skip


def controls(root: QWidget) -> Iterator[QWidget]:
    """Everything in a tree that a person can operate."""
    for widget in (root, *root.findChildren(QWidget)):
        own = isinstance(widget.parent(), QComboBox | QAbstractSpinBox) or widget.objectName().startswith("qt_")
        if own or isinstance(widget, QScrollBar) or isinstance(widget.parent(), QLineEdit):
            continue
        if isinstance(widget, _CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def nameless(root: QWidget) -> list[str]:
    """The controls without a name: an empty list is what a test wants."""
    return [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parent()).__name__}"
        for widget in controls(root)
        if not widget.accessibleName().strip()
    ]


def keyless(root: QWidget) -> list[str]:
    """The shown, enabled buttons that the keyboard cannot reach."""
    return [
        f"{type(widget).__name__} {widget.accessibleName()}"
        for widget in controls(root)
        if isinstance(widget, QAbstractButton)
        and widget.isEnabled()
        and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
