"""One line of the settings: what it is called, what it does, its control, and why a wish was refused."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agentdesk.desk.fuzzy import fold
from agentdesk.desk.widgets.labels import hairline, label


class Row(QFrame):
    """One line of the form: title and help before, the control after, a sentence below when it was refused."""

    def __init__(self, title: str, help_text: str, *controls: QWidget) -> None:
        super().__init__()
        self.words = fold(f"{title} {help_text}")
        self.setProperty("edge", "none")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        line, names = QHBoxLayout(), QVBoxLayout()
        line.setContentsMargins(0, 9, 0, 9)
        line.setSpacing(16)
        names.setSpacing(1)
        names.addWidget(label(title, "strong" if help_text else ""))
        if help_text:
            names.addWidget(label(help_text, "small", wrap=True))
        line.addLayout(names, 1)
        for widget in controls:
            line.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self._refusal = label(role="bad", wrap=True)
        self._refusal.hide()
        box.addLayout(line)
        box.addWidget(self._refusal)
        box.addWidget(hairline("soft"))

    def show_refusal(self, sentence: str) -> None:
        """Why the wish was refused; an empty sentence clears it."""
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))
