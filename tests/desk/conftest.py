"""No window outlives its test: one that does hears of every change of look, and asks databases that are closed."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def no_window_is_left(qapp: QApplication) -> Iterator[None]:
    """Destroys what a test leaves on the screen, whoever still holds on to it."""
    yield
    left = [widget for widget in QApplication.topLevelWidgets() if widget.parent() is None]
    if not left:
        return  # looking for garbage is dear, and most tests open nothing
    for widget in left:
        widget.deleteLater()
    left.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]
    gc.collect()
