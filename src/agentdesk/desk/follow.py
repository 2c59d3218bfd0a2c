"""Listening to a signal for exactly as long as a widget lives."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, SignalInstance


class _Ear(QObject):
    def __init__(self, owner: QObject, tell: Callable[..., object]) -> None:
        super().__init__(owner)
        self._tell = tell

    def hear(self, *args: object) -> None:
        self._tell(*args)


def follow(owner: QObject, signal: SignalInstance, tell: Callable[..., object]) -> None:
    """Call `tell` at each signal until `owner` is gone; a bare lambda would outlive its widget."""
    signal.connect(_Ear(owner, tell).hear)
