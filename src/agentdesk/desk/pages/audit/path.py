"""The way from an entry to the signed root, drawn: each hash, what joined it from the side, and what they became."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from agentdesk.desk.pages.audit.words import short
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import color, font, scaled
from agentdesk.desk.widgets.painted import Painted
from agentdesk.domain.audit.proofs import Step

LINE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


class PathView(Painted):
    """One row for each hash on the way, the entry's own first, the root last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: list[tuple[str, str, str]] = []
        self._tone = "good"
        self.setAccessibleName(tr("Path of the proof"))

    def show_path(self, leaf: bytes, steps: Sequence[Step], root: bytes, good: bool) -> None:
        """Draw this way; one that does not lead to `root` says so."""
        self._rows = [(tr("entry"), short(leaf), "")]
        for step in steps:
            if step.comes_from_left:
                side = tr("with {hash} on its right", hash=short(step.right))
            else:
                side = tr("with {hash} on its left", hash=short(step.left))
            self._rows.append(("", short(step.joined), side))
        reached = steps[-1].joined if steps else leaf
        name, hash_, side = self._rows[-1]
        self._rows[-1] = (tr("root") if reached == root else name, hash_, side)
        if reached != root:
            self._rows.append((tr("signed root"), short(root), tr("not reached")))
        self._tone = "good" if good else "bad"
        self.setAccessibleDescription("; ".join(" ".join(filter(None, row)) for row in self._rows))
        self.refresh()

    def rows(self) -> list[tuple[str, str, str]]:
        """What is drawn."""
        return list(self._rows)

    def wanted(self) -> QSize:
        return QSize(scaled(260), scaled(26) * len(self._rows) + 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, height, rtl = QPainter(self), scaled(26), self.isRightToLeft()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() - 9 if rtl else 9
        last = len(self._rows) - 1
        painter.setPen(QPen(color("line"), 2))
        painter.drawLine(QPointF(middle, height / 2), QPointF(middle, height * (last + 0.5)))
        for at, (name, hash_, side) in enumerate(self._rows):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(self._tone if at in (0, last) else "muted"))
            radius = 5 if at in (0, last) else 3.5
            painter.drawEllipse(QPointF(middle, height * (at + 0.5)), radius, radius)
            self._words(painter, QRect(24, at * height, self.width() - 24, height), hash_, name or side, bool(name))

    def _words(self, painter: QPainter, area: QRect, hash_: str, beside: str, strong: bool) -> None:
        wide = scaled(96)
        at = area.adjusted(-24, 0, -24, 0) if self.isRightToLeft() else area
        painter.setLayoutDirection(self.layoutDirection())
        painter.setFont(font("small", "strong" if strong else "body", True))
        painter.setPen(color("text"))
        painter.drawText(at, LINE | Qt.AlignmentFlag.AlignLeft, hash_)
        painter.setFont(font("caption", "strong" if strong else "body"))
        painter.setPen(color("muted"))
        rest = at.adjusted(0, 0, -wide, 0) if self.isRightToLeft() else at.adjusted(wide, 0, 0, 0)
        painter.drawText(rest, LINE | Qt.AlignmentFlag.AlignLeft, beside)
