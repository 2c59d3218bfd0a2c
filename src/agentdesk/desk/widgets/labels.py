"""Labels that never take a customer's text for markup, and that cut long text with an ellipsis."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QStyleOption, QWidget

from agentdesk.desk.theme import font


def label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A plain-text label. Roles: muted, faint, small, caption, strong, title, section, figure, good, warn, bad."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def tip(text: str) -> str:
    """A text for a tool tip. Qt guesses whether a tip is markup; a customer's words must never be."""
    return f"<qt>{escape(text)}</qt>" if text else ""


def hairline(kind: str = "h") -> QFrame:
    """A line of one pixel: "h", "v" or "soft" (horizontal, paler)."""
    made = QFrame()
    made.setProperty("line", kind)
    return made


class ElidedLabel(QLabel):
    """One line that gives way: too long a text ends in an ellipsis and shows whole in the tool tip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._why = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…") * 2, super().minimumSizeHint().height())

    def shown(self) -> str:
        """What of the text fits."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def explain(self, why: str) -> None:
        """What there is to know about the text: in the tool tip, after the whole text where that is cut."""
        self._why = why
        self._tell()

    def _tell(self) -> None:
        whole = self.text() if self.shown() != self.text() else ""
        self.setToolTip(tip(" · ".join(filter(None, (whole, self._why)))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QPainter(self), QStyleOption()
        option.initFrom(self)
        leading = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft  # the painter mirrors it
        painter.setPen(option.palette.color(self.foregroundRole()))
        painter.drawText(self.rect(), leading, self.shown())


class SteadyLabel(QLabel):
    """A label as wide as the widest of its sample texts, so that its changes move nothing beside it."""

    def __init__(self, *samples: str, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._samples = samples
        if role:
            self.setProperty("role", role)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        measure = self.fontMetrics()
        widest = max((measure.horizontalAdvance(sample) for sample in self._samples), default=0)
        return QSize(max(hint.width(), widest), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def tabular(widget: QLabel, role: str = "small", weight: str = "body") -> QLabel:
    """Give a label figures of one width, for clocks and counts."""
    widget.setFont(font(role, weight, True))
    return widget
