"""A verdict: a colour, a sign, a bold word and a sentence that is never cut."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agentdesk.desk.widgets.frames import Card, Icon
from agentdesk.desk.widgets.labels import label

ICONS = {"good": "ph.check-circle", "bad": "ph.warning-circle", "warn": "ph.warning", "accent": "ph.info"}


class Verdict(Card):
    """Tones: good, bad, warn, accent. Hidden until something is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._icon, self._strong, self._text = Icon("ph.info", "accent"), label(role="strong"), label(wrap=True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._strong, 1)
        self.box.addLayout(line)
        self.box.addWidget(self._text)
        self.hide()

    def show_state(self, tone: str, strong: str, text: str = "") -> None:
        """Show this verdict."""
        self.show_tone(tone)
        self._icon.show_icon(ICONS[tone], tone)
        self._strong.setText(strong)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(f"{strong} {text}".strip())
        self.show()

    def clear(self) -> None:
        """Nothing was judged yet."""
        self.hide()
