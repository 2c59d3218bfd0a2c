"""A number changed in steps by two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import IconButton
from agentdesk.desk.widgets.labels import SteadyLabel


class Stepper(QWidget):
    """Shows a number between a minus and a plus; `changed` tells each new one the person chose."""

    changed = Signal(int)

    def __init__(
        self, name: str, low: int, high: int, step: int, unit: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._low, self._high, self._step, self._unit = name, low, high, step, unit
        self._less, self._more = IconButton("ph.minus", name), IconButton("ph.plus", name)
        self._figure = SteadyLabel(self._written(low), self._written(high))
        self._figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._less.clicked.connect(lambda: self._move(-step))
        self._more.clicked.connect(lambda: self._move(step))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self._less, self._figure, self._more):
            row.addWidget(part)
        self.show_value(low)

    def _written(self, value: int) -> str:
        return f"{value} {self._unit}".strip()

    def value(self) -> int:
        """The number shown."""
        return self._value

    def show_value(self, value: int) -> None:
        """Show another number without telling."""
        self._value = value
        written = self._written(value)
        self._figure.setText(written)
        self._less.rename(tr("{name}: less, now {value}", name=self._name, value=written))
        self._more.rename(tr("{name}: more, now {value}", name=self._name, value=written))
        self._less.setEnabled(value > self._low)
        self._more.setEnabled(value < self._high)

    def _move(self, by: int) -> None:
        wanted = max(self._low, min(self._high, self._value + by))
        if wanted != self._value:
            self.show_value(wanted)
            self.changed.emit(wanted)
