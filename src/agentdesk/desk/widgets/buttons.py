"""Buttons: with words, with an icon, switches; each has a name for screen readers."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QStyle, QStyleOptionButton, QStylePainter, QToolButton, QWidget

from agentdesk.desk.icons import glyph, paint_icon
from agentdesk.desk.icons import icon as make_icon
from agentdesk.desk.theme import color, font, metrics, px, scaled
from agentdesk.desk.widgets.labels import tip
from agentdesk.desk.widgets.paint import focus_ring, rounded

_INK = {"primary": "on_accent", "danger": "bad", "quiet": "accent", "link": "accent"}


class Button(QPushButton):
    """A push button. Kinds: plain, primary, danger, quiet, pill (checkable), tab (checkable), link.
    `hint` is a key shown paler after the text, as in `Send  Ctrl ↵`."""

    def __init__(
        self, text: str, kind: str = "plain", icon: str = "", hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self._kind, self._hint = kind, hint
        self.setProperty("kind", kind)
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setCheckable(kind in ("pill", "tab"))
        self._icon = icon
        if icon:
            glyph(icon)

    def show_icon(self, icon: str) -> None:
        """Another picture before the text."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        more = metrics("small").horizontalAdvance(self._hint) + px("s8") if self._hint else 0
        return QSize(hint.width() + more + (scaled(14) + 6 if self._icon else 0), hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._hint and not self._icon:
            super().paintEvent(event)
            return
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._paint_parts(painter)

    def _paint_parts(self, painter: QPainter) -> None:
        """Icon, text, and the key last, in reading direction; Qt itself would put the icon too close."""
        ink = _INK.get(self._kind, "text") if self.isEnabled() else "faint"
        written = metrics("small", "strong")
        side = scaled(14) if self._icon else 0
        need = written.horizontalAdvance(self.text()) + (side + 6 if side else 0)
        left = 12 if self._hint else max(2, (self.width() - need) // 2)
        rtl = self.isRightToLeft()
        if side:
            at = self.width() - left - side if rtl else left
            paint_icon(painter, QRect(at, (self.height() - side) // 2 + 1, side, side), self._icon, ink)
        lead = left + (side + 6 if side else 0)
        inside = self.rect().adjusted(12, 0, -lead, 0) if rtl else self.rect().adjusted(lead, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.setFont(font("small", "strong"))
        painter.setPen(color(ink))
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, self.text())
        painter.setFont(font("small", "medium"))
        painter.setPen(color(ink, 200))
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a key is no sentence to be turned round
        end = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        painter.drawText(inside, end | middle, self._hint)


class IconButton(QToolButton):
    """A square button with an icon; `name` is both its tool tip and its name for screen readers."""

    def __init__(
        self, icon: str, name: str, *, key: str = "", size: int = 15, checkable: bool = False, on: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._size = size
        self.setProperty("kind", "icon")
        self.setCheckable(checkable)
        self.setIcon(make_icon(icon, on=on))
        self.rename(name, key)

    def rename(self, name: str, key: str = "") -> None:
        """Another name, and the key that does the same."""
        self.setAccessibleName(name)
        self.setToolTip(tip(f"{name}  {key}" if key else name))

    def sizeHint(self) -> QSize:
        side = scaled(self._size)
        if self.iconSize().width() != side:
            self.setIconSize(QSize(side, side))
        return QSize(side + 12, side + 12)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Tick(QCheckBox):
    """A box to tick, with its words. The style sheet fills it; the check mark is drawn here."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setProperty("kind", "tick")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
            paint_icon(QPainter(self), box.adjusted(2, 2, -2, -2), "ph.check-bold", "on_accent")


class Switch(QCheckBox):
    """Yes or no. The knob's place and a check mark say which; colour only repeats it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(scaled(38), scaled(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        height = scaled(18)
        track = QRectF(2, (self.height() - height) / 2, scaled(32), height)
        on = self.isChecked()
        rounded(painter, track, height / 2, "accent" if on else "sunken", "accent" if on else "field_line")
        knob = height - 6
        at_end = on != self.isRightToLeft()
        left = track.right() - knob - 3 if at_end else track.left() + 3
        rounded(painter, QRectF(left, track.top() + 3, knob, knob), knob / 2, "on_accent" if on else "field_line")
        if self.hasFocus():
            focus_ring(painter, track.adjusted(-2, -2, 2, 2), height / 2 + 2)
