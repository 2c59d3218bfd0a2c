"""Names and values in two columns, as the details of something; and a column that scrolls."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from agentdesk.desk.widgets.frames import empty
from agentdesk.desk.widgets.labels import label

WORD = 20
"""A value with a longer word, such as an id, which no line can break, has the whole width below its name."""


class Facts(QWidget):
    """`show_facts` replaces them. Values can be marked and copied. `word`: how long a word there is place for."""

    def __init__(self, parent: QWidget | None = None, word: int = WORD) -> None:
        super().__init__(parent)
        self._word = word
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._shown: list[tuple[str, str]] = []

    def show_facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """These names with these values; nothing is built anew where nothing has changed."""
        facts = [(name, value) for name, value in facts if value]
        if facts == self._shown:
            return
        self._shown = facts
        empty(self._grid)
        for row, (name, value) in enumerate(facts):
            self._grid.addWidget(label(name, "muted"), 2 * row, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value, wrap=True, selectable=True)
            if any(len(word) > self._word for word in value.split()):
                self._grid.addWidget(shown, 2 * row + 1, 0, 1, 2)
            else:
                self._grid.addWidget(shown, 2 * row, 1)

    def facts(self) -> list[tuple[str, str]]:
        """What is shown."""
        return list(self._shown)


class Sheet(QScrollArea):
    """A column that scrolls up and down and is as wide as its place; add to `box`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QWidget()
        column.setProperty("ground", "clear")
        self.box = QVBoxLayout(column)
        self.box.setContentsMargins(18, 16, 18, 18)
        self.box.setSpacing(12)
        self.setWidget(column)

    def add(self, *parts: QWidget) -> None:
        """Put these below one another."""
        for part in parts:
            self.box.addWidget(part)
